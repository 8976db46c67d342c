"""Checkpoints: loaded as saved, refused if damaged or of another run, never executed."""

import contextlib
import json
import pickle
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji import TrainingError  # noqa: E402
from tweetmoji.train.loop.checkpoints import Checkpoints, checkpoint_folder, read_best_network  # noqa: E402

RUN = {"base": "toy-bert", "data": {"emotion": "ab", "tweeteval": "cd"}, "settings": {"epochs": 3, "seed": 0}}
STATE = {
    "model": {"weight": torch.tensor([[0.5, -1.0], [3.0, 1e-8]])},
    "random": torch.arange(5, dtype=torch.uint8),
    "position": {"epoch": 1, "batch": 7, "loss_sum": 2.5},
    "results": [{"epoch": 1, "val_log_loss": 0.25}],
}


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "model.checkpoints"


@pytest.fixture
def checkpoints(folder) -> Checkpoints:
    return Checkpoints(folder, RUN, resume=False)


class Trap:
    """Makes a folder when unpickled; a hostile pickle could do anything."""

    def __init__(self, made: Path) -> None:
        self.made = made

    def __reduce__(self):
        return Path.mkdir, (self.made,)


def test_state_and_best_weights_are_loaded_as_saved(folder, checkpoints):
    checkpoints.save_state(STATE)
    checkpoints.save_best({"weight": torch.tensor([1.0, 2.0])})
    resumed = Checkpoints(folder, RUN, resume=True)
    state = resumed.load_state()
    assert torch.equal(state["model"]["weight"], STATE["model"]["weight"])
    assert torch.equal(state["random"], STATE["random"])
    assert (state["position"], state["results"]) == (STATE["position"], STATE["results"])
    assert resumed.load_best()["weight"].tolist() == [1.0, 2.0]


def test_save_state_replaces_the_earlier_state(folder, checkpoints):
    checkpoints.save_state({"batch": 1})
    checkpoints.save_state({"batch": 2})
    assert checkpoints.load_state() == {"batch": 2}
    assert sorted(path.name for path in folder.iterdir()) == ["run.json", "state.pt"]


def test_run_without_a_state_yet_can_be_resumed(folder, checkpoints):
    resumed = Checkpoints(folder, RUN, resume=True)
    assert resumed.load_state() is None
    with pytest.raises(TrainingError, match=r"best\.pt is missing"):
        resumed.load_best()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"base": "other-bert"}, "base was 'toy-bert' in the run to resume and is 'other-bert' now"),
        (
            {"data": {"emotion": "ab"}},
            "data was {'emotion': 'ab', 'tweeteval': 'cd'} in the run to resume and is {'emotion'",
        ),
        ({"data": {"tweeteval": "cd", "emotion": "ab"}}, "and is {'tweeteval': 'cd', 'emotion': 'ab'} now"),
        ({"settings": {"epochs": 3, "seed": 1}}, "settings was {'epochs': 3, 'seed': 0}"),
        ({"new": 1}, "new was None in the run to resume and is 1 now"),
    ],
)
def test_resume_of_another_run_is_refused_and_names_the_difference(folder, checkpoints, change, named):
    with pytest.raises(TrainingError) as caught:
        Checkpoints(folder, RUN | change, resume=True)
    assert str(folder) in str(caught.value)
    assert named in str(caught.value)


def test_resume_without_something_that_the_earlier_run_had_is_refused(folder, checkpoints):
    less = {key: value for key, value in RUN.items() if key != "settings"}
    with pytest.raises(TrainingError, match=r"settings was {'epochs': 3, 'seed': 0} in the run to resume and is None"):
        Checkpoints(folder, less, resume=True)


def test_refused_resume_leaves_the_checkpoints_as_they_were(folder, checkpoints):
    checkpoints.save_state(STATE)
    with pytest.raises(TrainingError):
        Checkpoints(folder, RUN | {"base": "other-bert"}, resume=True)
    assert Checkpoints(folder, RUN, resume=True).load_state()["position"] == STATE["position"]


def test_starting_over_a_run_is_refused_and_names_resume(folder, checkpoints):
    checkpoints.save_state(STATE)
    with pytest.raises(TrainingError, match="go on with --resume, or remove the folder") as caught:
        Checkpoints(folder, RUN, resume=False)
    assert str(folder) in str(caught.value)
    assert checkpoints.load_state()["position"] == STATE["position"]


def test_resume_without_checkpoints_is_refused(folder):
    with pytest.raises(TrainingError, match="start without --resume") as caught:
        Checkpoints(folder, RUN, resume=True)
    assert str(folder) in str(caught.value)
    assert not folder.exists()


def test_run_json_holds_the_run(folder, checkpoints):
    assert json.loads((folder / "run.json").read_text(encoding="utf-8")) == RUN


@pytest.mark.parametrize("save", ["save_state", "save_best"])
def test_failed_save_leaves_only_the_earlier_checkpoint(folder, checkpoints, monkeypatch, save):
    getattr(checkpoints, save)({"value": torch.tensor([1.0])})
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def write_half(content, path):
        Path(path).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", write_half)
    with pytest.raises(OSError, match="No space left"):
        getattr(checkpoints, save)({"value": torch.tensor([2.0])})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("dump", [torch.save, lambda content, path: path.write_bytes(pickle.dumps(content))])
def test_load_state_executes_no_pickled_code(folder, checkpoints, tmp_path, dump):
    made = tmp_path / "made-by-pickle"
    pickle.loads(pickle.dumps(Trap(made)))
    assert made.is_dir(), "the trap does not work, so the test would prove nothing"
    made.rmdir()
    dump({"model": Trap(made)}, folder / "state.pt")
    with contextlib.suppress(Exception):
        checkpoints.load_state()
    assert not made.exists()


@pytest.mark.parametrize("name", ["state.pt", "best.pt"])
@pytest.mark.parametrize("damage", ["cut", "no checkpoint", "code"])
def test_damaged_weights_are_refused_and_named(folder, checkpoints, tmp_path, name, damage):
    path = folder / name
    torch.save({"value": Trap(tmp_path / "made-by-pickle") if damage == "code" else torch.zeros(1000)}, path)
    if damage != "code":
        path.write_bytes(path.read_bytes()[:2000] if damage == "cut" else b"<html>not found</html>")
    with pytest.raises(TrainingError, match=rf"{re.escape(name)}: damaged; remove the folder"):
        checkpoints.load_state() if name == "state.pt" else checkpoints.load_best()


@pytest.mark.parametrize("content", ["", "{", "[1]", '"run"'])
def test_damaged_run_json_is_refused_and_named(folder, checkpoints, content):
    (folder / "run.json").write_text(content, encoding="utf-8")
    with pytest.raises(TrainingError, match=r"run\.json: .*; remove the folder .* and train again"):
        Checkpoints(folder, RUN, resume=True)


def test_read_best_network_gives_what_was_saved_without_the_path_of_the_base(folder, checkpoints):
    checkpoints.save_network({"model_type": "bert", "hidden_size": 32, "_name_or_path": str(folder)})
    checkpoints.save_best({"weight": torch.tensor([1.0, 2.0])})
    best = read_best_network(folder)
    assert (best.folder, best.run) == (folder, RUN)
    assert best.config == {"model_type": "bert", "hidden_size": 32}
    assert best.weights["weight"].tolist() == [1.0, 2.0]


def test_checkpoint_folder_is_beside_the_output(tmp_path, monkeypatch):
    assert checkpoint_folder(tmp_path / "model") == tmp_path / "model.checkpoints"
    monkeypatch.chdir(tmp_path)
    assert checkpoint_folder(Path()) == tmp_path.with_name(f"{tmp_path.name}.checkpoints")


@pytest.mark.parametrize("name", ["run.json", "network.json", "best.pt"])
def test_read_best_network_names_the_missing_file(folder, checkpoints, name):
    checkpoints.save_network({"model_type": "bert"})
    checkpoints.save_best({"weight": torch.tensor([1.0])})
    (folder / name).unlink()
    with pytest.raises(TrainingError, match=rf"no {re.escape(name)}; .* and keep OUT\.checkpoints"):
        read_best_network(folder)
