"""``HuggingFaceSource`` and ``KaggleSource``, against a local server: what they read, and what each error advises."""

import gc
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.toys.hub import FakeService, HuggingFace, Kaggle, Response

from tweetmoji import DataError
from tweetmoji.data.sources import hub
from tweetmoji.data.sources.emotion import EmotionSource
from tweetmoji.data.sources.hub import KaggleSource
from tweetmoji.errors import MissingExtraError

REASON = "fetching data needs its client libraries: pip install '.[data]'"
pytest.importorskip("pyarrow", reason=REASON)
client = pytest.importorskip("huggingface_hub", reason=REASON)
constants = pytest.importorskip("huggingface_hub.constants", reason=REASON)
pytest.importorskip("kagglehub", reason=REASON)
kaggle_env = pytest.importorskip("kagglesdk.kaggle_env", reason=REASON)

# kagglehub leaves the connection of a refused request open
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

FILES = {
    "train": "what a morning;joy\nno one came; again;sadness\nwho is there;fear\n",
    "val": "mine always;love\nhow dare they;anger\n",
    "test": "out of nowhere;surprise\n",
}
DOWNLOAD_ADVICE = "or download the files and name their folder: --source emotion --data DIR"


@pytest.fixture
def service(tmp_path, monkeypatch):
    """A server that both client libraries take for theirs, with caches and credentials in a new folder."""
    service = FakeService()
    monkeypatch.setenv("HOME", str(tmp_path))
    for scheme in ("HTTP", "HTTPS"):  # a request to any other host fails, and never leaves this machine
        monkeypatch.setenv(f"{scheme}_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(constants, "ENDPOINT", service.url)
    template = constants.HUGGINGFACE_CO_URL_TEMPLATE.replace("https://huggingface.co", service.url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hf" / "hub"))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "hf" / "token"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)  # between its attempts
    monkeypatch.setitem(kaggle_env._env_to_endpoint, kaggle_env.KaggleEnv.LOCAL, service.url)
    monkeypatch.setenv("KAGGLE_API_ENVIRONMENT", "LOCALHOST")
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "kagglehub"))
    for name in ("HF_TOKEN", "KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY"):
        monkeypatch.delenv(name, raising=False)
    client.close_session()
    yield service
    client.close_session()
    service.close()
    gc.collect()  # connections left open are closed here, where that is no error


@pytest.fixture
def published(monkeypatch):
    """The made-up `FILES` count as the dataset as published."""
    digests = {split: hashlib.sha256(lines.encode()).hexdigest() for split, lines in FILES.items()}
    monkeypatch.setattr(hub, "SHA256", digests)


@pytest.fixture(params=[HuggingFace, Kaggle])
def provider(request):
    """Hugging Face, then Kaggle."""
    return request.param()


def fault(provider, split="train"):
    with pytest.raises(DataError) as caught:
        provider.source().read(split)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def delete_as_told(message):
    """Delete what a message says to delete."""
    stale = Path(re.search(r"; delete (.+) and try again, or download the files", message)[1])
    shutil.rmtree(stale) if stale.is_dir() else stale.unlink()


@pytest.mark.usefixtures("published")
def test_read_returns_the_same_as_the_original_file(service, provider, tmp_path):
    provider.offer(service, FILES)
    for split, lines in FILES.items():
        (tmp_path / f"{split}.txt").write_text(lines, encoding="utf-8")
        data, expected = provider.source().read(split), EmotionSource(tmp_path).read(split)

        assert (data.source, data.split) == (provider.source.name, split)
        assert (data.texts, data.labels, data.class_map) == (expected.texts, expected.labels, expected.class_map)
        assert data.targets.tolist() == expected.targets.tolist()
        assert data.rows.tolist() == expected.rows.tolist()
        assert data.sha256 == expected.sha256


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_read_accepts_the_real_dataset(service, provider, data_dir, split):
    path = data_dir / "emotion" / f"{split}.txt"
    provider.offer(service, {split: path.read_bytes().decode("utf-8")})
    data, expected = provider.source().read(split), EmotionSource(data_dir).read(split)

    assert data.texts == expected.texts
    assert np.array_equal(data.targets, expected.targets)
    assert data.sha256 == expected.sha256 == hub.SHA256[split]


@pytest.mark.usefixtures("published")
def test_targets_follow_the_order_of_the_labels(service, provider):
    provider.offer(service, FILES)
    data = provider.source(("fear", "joy", "sadness")).read("train")

    assert data.labels == ("fear", "joy", "sadness")
    assert data.targets.tolist() == [1, 2, 0]


@pytest.mark.usefixtures("published")
def test_label_that_the_model_lacks_is_named_by_split_and_row(service, provider):
    provider.offer(service, FILES)

    with pytest.raises(DataError) as caught:
        provider.source(("joy", "fear")).read("train")
    assert str(caught.value) == f"{provider.place}, train:2: unknown label 'sadness'; expected one of joy, fear"


@pytest.mark.usefixtures("published")
def test_read_uses_the_cache_when_the_service_is_gone(service, provider):
    provider.offer(service, FILES)
    first = provider.source().read("train")
    service.close()

    assert provider.source().read("train").texts == first.texts


@pytest.mark.usefixtures("published")
def test_kaggle_gets_one_request_for_all_splits(service):
    Kaggle().offer(service, FILES)
    for split in FILES:
        KaggleSource().read(split)

    assert len(service.requests) == 1


@pytest.mark.usefixtures("published")
def test_windows_line_ends_and_a_missing_last_one_are_accepted(service):
    provider = Kaggle()
    provider.offer(service, {"train": FILES["train"].replace("\n", "\r\n").removesuffix("\r\n")})

    assert provider.source().read("train").texts == ["what a morning", "no one came; again", "who is there"]


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "access refused (HTTP 401); "),
        (403, "access refused (HTTP 403); "),
        (404, "no longer there (HTTP 404); look for it at the service"),
        (429, "the service answered with HTTP 429; try again later"),
        (500, "the service answered with HTTP 500; try again later"),
        (503, "the service answered with HTTP 503; try again later"),
    ],
)
def test_http_error_says_what_to_do(service, provider, status, message):
    service.always = Response(status)
    said = fault(provider)

    assert said.startswith(f"{provider.place} cannot be fetched: {message}")
    assert said.endswith(f", {DOWNLOAD_ADVICE}")
    assert (provider.source.login in said) == (status in (401, 403))


def test_connection_error_says_to_check_the_network(service, provider):
    service.close()

    message = fault(provider)
    assert message.startswith(f"{provider.place} cannot be fetched: ConnectionRefusedError: ")
    assert message.endswith(f"; check the network and try again, {DOWNLOAD_ADVICE}")


def test_timeout_says_to_check_the_network(service, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_ETAG_TIMEOUT", 0.05)
    monkeypatch.setattr("huggingface_hub.file_download._ETAG_RETRY_TIMEOUT", 0.05)
    service.silent = True

    assert re.search(r"cannot be fetched: TimeoutError: timed out; check the network", fault(HuggingFace()))


def test_login_page_in_place_of_the_data_is_an_error(service, provider):
    service.always = Response(body=b"<html>log in to this network</html>", headers={"Content-Type": "text/html"})

    assert fault(provider).startswith(f"{provider.place} cannot be fetched: ")


def test_offline_mode_names_hf_hub_offline(service, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    assert "HF_HUB_OFFLINE" in fault(HuggingFace())
    assert service.requests == []


@pytest.mark.usefixtures("published")
def test_altered_row_is_refused_until_the_original_is_fetched(service, provider):
    provider.offer(service, FILES | {"train": FILES["train"].replace("a morning", "an evening")})
    message = fault(provider)
    digest = hashlib.sha256(FILES["train"].replace("a morning", "an evening").encode()).hexdigest()

    assert f"not the train split as published: its text;label lines have the SHA-256 {digest[:12]}…" in message
    assert f"expected {hub.SHA256['train'][:12]}…" in message
    assert message.endswith(DOWNLOAD_ADVICE)
    provider.offer(service, FILES)
    delete_as_told(message)
    assert provider.source().read("train").texts[0] == "what a morning"


@pytest.mark.usefixtures("published")
def test_damaged_parquet_file_can_be_fetched_again(service):
    provider = HuggingFace()
    provider.spoil(service, FILES)
    message = fault(provider)

    assert "not a Parquet file, or a damaged one (" in message
    provider.offer(service, FILES)
    delete_as_told(message)
    assert len(provider.source().read("train")) == 3


@pytest.mark.usefixtures("published")
def test_damaged_archive_can_be_fetched_again(service):
    provider = Kaggle()
    provider.spoil(service, FILES)

    assert re.search(r"cannot be fetched: .*; check the network and try again", fault(provider))
    provider.offer(service, FILES)
    assert len(provider.source().read("train")) == 3


@pytest.mark.usefixtures("published")
def test_file_missing_from_the_archive_is_named(service):
    provider = Kaggle()
    provider.offer(service, {"val": FILES["val"]})
    message = fault(provider)

    assert "train.txt: no such file; expected lines of the form text;label" in message
    provider.offer(service, FILES)
    delete_as_told(message)
    assert len(provider.source().read("train")) == 3


def test_label_number_out_of_range_is_named_by_its_row(service):
    provider = HuggingFace()
    provider.offer_rows(service, "train", ["one", "two"], [1, 6])

    assert ":2: label 6; expected a number from 0 to 5; delete " in fault(provider)


def test_read_refuses_an_unknown_split_without_a_request(service, provider):
    name = provider.source.name
    assert fault(provider, "dev") == f"source {name} has no split 'dev'; expected one of train, val, test"
    assert service.requests == []


def test_missing_client_library_says_what_to_install(service, provider, monkeypatch):
    for library in ("huggingface_hub", "kagglehub"):
        monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(MissingExtraError, match=r"pip install '\.\[data\]'"):
        provider.source().read("train")


@pytest.mark.usefixtures("published")
def test_kaggle_reports_progress_on_stderr(service):
    Kaggle().offer(service, FILES)
    program = f"""
from kagglesdk import kaggle_env
kaggle_env._env_to_endpoint[kaggle_env.KaggleEnv.LOCAL] = {service.url!r}
from tweetmoji.data.sources import hub
hub.SHA256 = {hub.SHA256!r}
print(hub.KaggleSource().read("val").texts)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=os.environ, check=False)

    assert done.stdout == "['mine always', 'how dare they']\n", done.stderr
    assert "Downloading" in done.stderr
