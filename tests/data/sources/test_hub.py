"""The dataset from Hugging Face and Kaggle, both played by a local service: what comes, and what to do if it fails."""

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
from tests.toys.hub import Answer, FakeService, HuggingFace, Kaggle

from tweetmoji import DataError
from tweetmoji.data import remote
from tweetmoji.data.sources.emotion import EmotionSource
from tweetmoji.data.sources.hub import KaggleSource
from tweetmoji.errors import MissingExtraError

REASON = "fetching data needs its client libraries: pip install '.[data]'"
pytest.importorskip("pyarrow", reason=REASON)
hub = pytest.importorskip("huggingface_hub", reason=REASON)
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
HOME_INSTEAD = "or download the files and give their folder: --source emotion --data DIR"


@pytest.fixture
def service(tmp_path, monkeypatch):
    """A service that both client libraries take for theirs, with caches and credentials of their own."""
    service = FakeService()
    monkeypatch.setenv("HOME", str(tmp_path))
    for scheme in ("HTTP", "HTTPS"):  # whatever is not asked of the fake fails, and never leaves this machine
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
    hub.close_session()
    yield service
    hub.close_session()
    service.close()
    gc.collect()  # connections left open are closed here, where that is no error


@pytest.fixture
def synthetic_digests(monkeypatch):
    """Takes the made-up `FILES` for the dataset."""
    digests = {split: hashlib.sha256(lines.encode()).hexdigest() for split, lines in FILES.items()}
    monkeypatch.setattr(remote, "SHA256", digests)


@pytest.fixture(params=[HuggingFace, Kaggle])
def shop(request):
    """One of the two services after the other."""
    return request.param()


def fault(shop, split="train"):
    with pytest.raises(DataError) as caught:
        shop.source().read(split)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def delete_as_told(message):
    """Delete what a message says to delete."""
    stale = Path(re.search(r"; delete (.+) and try again, or download the files", message)[1])
    shutil.rmtree(stale) if stale.is_dir() else stale.unlink()


@pytest.mark.usefixtures("synthetic_digests")
def test_every_split_reads_like_the_original_file(service, shop, tmp_path):
    shop.offer(service, FILES)
    for split, lines in FILES.items():
        (tmp_path / f"{split}.txt").write_text(lines, encoding="utf-8")
        data, home = shop.source().read(split), EmotionSource(tmp_path).read(split)

        assert (data.source, data.split) == (shop.source.name, split)
        assert (data.texts, data.labels, data.class_map) == (home.texts, home.labels, home.class_map)
        assert data.targets.tolist() == home.targets.tolist()
        assert data.rows.tolist() == home.rows.tolist()
        assert data.sha256 == home.sha256


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_the_dataset_itself_is_recognized(service, shop, data_dir, split):
    path = data_dir / "emotion" / f"{split}.txt"
    shop.offer(service, {split: path.read_bytes().decode("utf-8")})
    data, home = shop.source().read(split), EmotionSource(data_dir).read(split)

    assert data.texts == home.texts
    assert np.array_equal(data.targets, home.targets)
    assert data.sha256 == home.sha256 == remote.SHA256[split]


@pytest.mark.usefixtures("synthetic_digests")
def test_the_order_of_the_labels_decides_the_targets(service, shop):
    shop.offer(service, FILES)
    data = shop.source(("fear", "joy", "sadness")).read("train")

    assert data.labels == ("fear", "joy", "sadness")
    assert data.targets.tolist() == [1, 2, 0]


@pytest.mark.usefixtures("synthetic_digests")
def test_a_label_that_the_model_lacks_is_named_by_split_and_row(service, shop):
    shop.offer(service, FILES)

    with pytest.raises(DataError) as caught:
        shop.source(("joy", "fear")).read("train")
    assert str(caught.value) == f"{shop.place}, train:2: unknown label 'sadness'; expected one of joy, fear"


@pytest.mark.usefixtures("synthetic_digests")
def test_what_was_fetched_once_is_read_without_the_service(service, shop):
    shop.offer(service, FILES)
    first = shop.source().read("train")
    service.close()

    assert shop.source().read("train").texts == first.texts


@pytest.mark.usefixtures("synthetic_digests")
def test_kaggle_is_asked_once_for_all_splits(service):
    Kaggle().offer(service, FILES)
    for split in FILES:
        KaggleSource().read(split)

    assert len(service.requests) == 1


@pytest.mark.usefixtures("synthetic_digests")
def test_the_line_ends_of_windows_and_a_missing_last_one_do_not_count(service):
    shop = Kaggle()
    shop.offer(service, {"train": FILES["train"].replace("\n", "\r\n").removesuffix("\r\n")})

    assert shop.source().read("train").texts == ["what a morning", "no one came; again", "who is there"]


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
def test_an_error_of_the_service_says_what_to_do(service, shop, status, message):
    service.always = Answer(status)
    said = fault(shop)

    assert said.startswith(f"{shop.place} cannot be fetched: {message}")
    assert said.endswith(f", {HOME_INSTEAD}")
    assert (shop.source.login in said) == (status in (401, 403))


def test_a_service_out_of_reach_says_to_check_the_network(service, shop):
    service.close()

    assert re.fullmatch(
        rf"{shop.place} cannot be fetched: ConnectionRefusedError: .*; check the network and try again, {HOME_INSTEAD}",
        fault(shop),
    )


def test_a_service_that_does_not_answer_in_time_says_to_check_the_network(service, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_ETAG_TIMEOUT", 0.05)
    monkeypatch.setattr("huggingface_hub.file_download._ETAG_RETRY_TIMEOUT", 0.05)
    service.silent = True

    assert re.search(r"cannot be fetched: TimeoutError: timed out; check the network", fault(HuggingFace()))


def test_a_login_page_in_place_of_the_data_is_no_data(service, shop):
    service.always = Answer(body=b"<html>log in to this network</html>", headers={"Content-Type": "text/html"})

    assert fault(shop).startswith(f"{shop.place} cannot be fetched: ")


def test_offline_mode_says_how_to_leave_it(service, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    assert "HF_HUB_OFFLINE" in fault(HuggingFace())
    assert service.requests == []


@pytest.mark.usefixtures("synthetic_digests")
def test_an_altered_row_is_refused_until_the_original_is_fetched(service, shop):
    shop.offer(service, FILES | {"train": FILES["train"].replace("a morning", "an evening")})
    message = fault(shop)
    digest = hashlib.sha256(FILES["train"].replace("a morning", "an evening").encode()).hexdigest()

    assert f"not the train split as published: its text;label lines have the SHA-256 {digest[:12]}…" in message
    assert f"expected {remote.SHA256['train'][:12]}…" in message
    assert message.endswith(HOME_INSTEAD)
    shop.offer(service, FILES)
    delete_as_told(message)
    assert shop.source().read("train").texts[0] == "what a morning"


@pytest.mark.usefixtures("synthetic_digests")
def test_a_damaged_parquet_file_can_be_fetched_anew(service):
    shop = HuggingFace()
    shop.spoil(service, FILES)
    message = fault(shop)

    assert "not a Parquet file, or a damaged one (" in message
    shop.offer(service, FILES)
    delete_as_told(message)
    assert len(shop.source().read("train")) == 3


@pytest.mark.usefixtures("synthetic_digests")
def test_a_damaged_archive_can_be_fetched_anew(service):
    shop = Kaggle()
    shop.spoil(service, FILES)

    assert re.search(r"cannot be fetched: .*; check the network and try again", fault(shop))
    shop.offer(service, FILES)
    assert len(shop.source().read("train")) == 3


@pytest.mark.usefixtures("synthetic_digests")
def test_a_file_that_is_gone_from_the_archive_is_named(service):
    shop = Kaggle()
    shop.offer(service, {"val": FILES["val"]})
    message = fault(shop)

    assert "train.txt: no such file; expected lines of the form text;label" in message
    shop.offer(service, FILES)
    delete_as_told(message)
    assert len(shop.source().read("train")) == 3


def test_a_label_number_out_of_range_is_named_by_its_row(service):
    shop = HuggingFace()
    shop.offer_rows(service, "train", ["one", "two"], [1, 6])

    assert ":2: label 6; expected a number from 0 to 5; delete " in fault(shop)


def test_a_split_that_does_not_exist_is_not_asked_for(service, shop):
    assert fault(shop, "dev") == f"source {shop.source.name} has no split 'dev'; expected one of train, val, test"
    assert service.requests == []


def test_without_its_client_library_a_source_says_what_to_install(service, shop, monkeypatch):
    for library in ("huggingface_hub", "kagglehub"):
        monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(MissingExtraError, match=r"pip install 'tweetmoji\[data\]'"):
        shop.source().read("train")


@pytest.mark.usefixtures("synthetic_digests")
def test_kaggle_reports_beside_the_output_of_a_command(service):
    Kaggle().offer(service, FILES)
    program = f"""
from kagglesdk import kaggle_env
kaggle_env._env_to_endpoint[kaggle_env.KaggleEnv.LOCAL] = {service.url!r}
from tweetmoji.data import remote
remote.SHA256 = {remote.SHA256!r}
print(remote.KaggleSource().read("val").texts)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=os.environ, check=False)

    assert done.stdout == "['mine always', 'how dare they']\n", done.stderr
    assert "Downloading" in done.stderr
