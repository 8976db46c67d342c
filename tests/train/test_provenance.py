"""The description of a base and of the device that trains."""

import hashlib
import json
import shutil

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

import huggingface_hub.constants  # noqa: E402
import transformers.utils.hub  # noqa: E402
from tests.toys.datasets import write_own_data  # noqa: E402

from tweetmoji import TrainingError  # noqa: E402
from tweetmoji.data import open_source  # noqa: E402
from tweetmoji.data.labels import LabelSet  # noqa: E402
from tweetmoji.train import CorpusChoice, TrainingRun, provenance  # noqa: E402
from tweetmoji.train.inputs import read_inputs  # noqa: E402
from tweetmoji.train.provenance import describe_base, describe_device  # noqa: E402

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def hub_base(toy_base, tmp_path, monkeypatch) -> str:
    """The id of a base that is in the cache of the Hub, as a download leaves it."""
    folder = tmp_path / "cache" / "models--owner--toy-bert"
    shutil.copytree(toy_base, folder / "snapshots" / COMMIT)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(COMMIT)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    # where transformers 4 keeps the same setting
    monkeypatch.setattr(transformers.utils.hub, "TRANSFORMERS_CACHE", str(tmp_path / "cache"), raising=False)
    return "owner/toy-bert"


def test_base_on_the_hub_is_described_by_its_commit(toy_data, hub_base, settings, tmp_path):
    run = TrainingRun(corpus=CorpusChoice(toy_data), base=hub_base, out=tmp_path / "model", settings=settings)
    described = read_inputs(run, LabelSet()).described
    assert (described["base"], described["base_commit"]) == ("owner/toy-bert", COMMIT)
    assert "base_sha256" not in described


def test_base_in_a_folder_is_described_by_name_and_digest(toy_base):
    digest = hashlib.sha256((toy_base / "model.safetensors").read_bytes()).hexdigest()
    assert describe_base(str(toy_base)) == {"base": "toy-bert", "base_sha256": digest}


def test_base_that_is_a_model_of_ours_is_described_with_its_history(tmp_path):
    (tmp_path / "provenance.json").write_text(json.dumps({"base": "first"}), encoding="utf-8")
    assert describe_base(str(tmp_path))["base_provenance"] == {"base": "first"}


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff"])
def test_damaged_history_of_a_base_is_refused_by_name(tmp_path, content):
    (tmp_path / "provenance.json").write_bytes(content)
    with pytest.raises(TrainingError, match=r"provenance\.json is damaged, export the model again"):
        describe_base(str(tmp_path))


def test_device_is_described_by_type_and_number_format(monkeypatch):
    monkeypatch.setattr(provenance, "choose_dtype", lambda _: torch.bfloat16)
    assert describe_device() == {"training_device": {"type": "cpu", "gpu": None, "dtype": "bfloat16"}}


def test_gpu_is_described_by_its_name(monkeypatch):
    monkeypatch.setattr(provenance, "choose_device", lambda: torch.device("cuda"))
    monkeypatch.setattr(provenance, "choose_dtype", lambda _: torch.float16)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "Tesla T4")
    assert describe_device() == {"training_device": {"type": "cuda", "gpu": "Tesla T4", "dtype": "float16"}}


def test_own_data_that_are_held_out_are_described_by_their_digests(toy_root, toy_base, settings, tmp_path):
    own_data = write_own_data(tmp_path / "own")
    job = {"base": str(toy_base), "out": tmp_path / "model", "settings": settings}
    run = TrainingRun(corpus=CorpusChoice(toy_root, own_data=own_data), **job)
    source = open_source("written", None, own_data=own_data)
    digests = {f"written {split}": source.read(split).sha256 for split in ("val", "test")}
    assert read_inputs(run, LabelSet()).described["own_data_sha256"] == digests
    run = TrainingRun(corpus=CorpusChoice(toy_root), **job)
    assert "own_data_sha256" not in read_inputs(run, LabelSet()).described


def test_denials_that_were_dropped_are_described(toy_root, toy_base, settings, tmp_path):
    choice = CorpusChoice(toy_root, drop_denials=True)
    run = TrainingRun(corpus=choice, base=str(toy_base), out=tmp_path / "model", settings=settings)
    assert read_inputs(run, LabelSet()).described["data"]["emotion"]["removed_denials"] == 0
