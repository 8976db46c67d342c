"""The engine on Ray, over a toy in its place: the order of parts, lost actors, what is refused."""

import importlib
import sys

import pytest
from tests.toys.ray import ToyRay

from tweetmoji.errors import ArtifactError, DataError, SettingError
from tweetmoji.label.inputs import plan_files
from tweetmoji.label.options import LabelOptions
from tweetmoji.label.run import Run

pytestmark = pytest.mark.usefixtures("small_parts")
TEXTS = ["happy", "sad", "happy", "furious", "scared", "adore", "good", "so sad", "today"]
CSV = "text\n" + "".join(f"{text}\n" for text in TEXTS * 3) + "\n"


@pytest.fixture
def toy(monkeypatch):
    ray = ToyRay()
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.delitem(sys.modules, "tweetmoji.label.cluster", raising=False)
    monkeypatch.delenv("RAY_USAGE_STATS_ENABLED", raising=False)
    return ray


@pytest.fixture
def run(toy, tiny_emojifier, tmp_path, monkeypatch):
    """Label files of the test's folder on the toy."""
    cluster = importlib.import_module("tweetmoji.label.cluster")
    monkeypatch.chdir(tmp_path)

    def label(*inputs, to, load=lambda: tiny_emojifier, **options):
        chosen = LabelOptions()
        engine = cluster.RayEngine(load, tiny_emojifier, chosen, **options)
        return Run(plan_files(inputs, to, chosen), tiny_emojifier, chosen, engine=engine).execute()

    yield label
    sys.modules.pop("tweetmoji.label.cluster", None)


def read_parts(calls):
    return [actor for actor, name in calls if name == "label"]


def test_output_is_that_of_the_local_engine(run, toy, label, write, tmp_path):
    write("a.csv", CSV)
    ours, local = run("a.csv", to="b.csv"), label("a.csv", to="c.csv")
    assert (tmp_path / "b.csv").read_bytes() == (tmp_path / "c.csv").read_bytes()
    assert (ours.tally, ours.new_rows) == (local.tally, local.new_rows)
    assert set(read_parts(toy.calls)) == {0, 1}
    assert (toy.killed, toy.connected) == ([0, 1], [None, "closed"])


def test_many_files_keep_all_actors_at_work(run, toy, write, tmp_path):
    names = [f"{i:02d}.csv" for i in range(20)]
    for i, name in enumerate(names):
        write(f"in/{name}", f"text\n{i} {TEXTS[i % 9]}\n")
    run("in", to="out")
    assert [path.name for path in sorted((tmp_path / "out").glob("*.csv"))] == names
    assert set(read_parts(toy.calls)) == {0, 1}


def test_part_of_a_lost_actor_is_sent_again(run, toy, label, write, tmp_path):
    write("a.csv", CSV)
    toy.lose = lambda actor, name: (actor, name) == (1, "label")
    run("a.csv", to="b.csv")
    label("a.csv", to="c.csv")
    assert (tmp_path / "b.csv").read_bytes() == (tmp_path / "c.csv").read_bytes()
    assert toy.actors == 3
    assert 2 in read_parts(toy.calls)


def test_part_that_ends_every_actor_is_blamed(run, toy, write):
    write("a.csv", CSV)
    toy.lose = lambda _, name: name == "label"
    with pytest.raises(DataError, match=r"a\.csv: 4 workers ended over the same rows \(the actor died\)"):
        run("a.csv", to="b.csv")


def test_actors_that_end_while_they_load_are_not_started_forever(run, toy, write):
    write("a.csv", CSV)
    toy.lose = lambda _, name: name == "load"
    with pytest.raises(DataError, match=r"the workers end while they load the model \(the actor died\)"):
        run("a.csv", to="b.csv")


def test_what_an_actor_raises_is_raised(run, write):
    write("a.csv", CSV)

    def load():
        raise ArtifactError("m: no such folder")

    with pytest.raises(ArtifactError, match="m: no such folder"):
        run("a.csv", to="b.csv", load=load)


def test_actor_with_another_model_is_refused(run, write, tiny_emojifier):
    write("a.csv", CSV)

    class Other:
        digest = "0" * 64

        def __getattr__(self, name):
            return getattr(tiny_emojifier, name)

    with pytest.raises(
        SettingError, match=r"the worker on .* would answer otherwise: model is '.* 000000000000', not '"
    ):
        run("a.csv", to="b.csv", load=Other)


def test_parts_before_a_file_that_vanished_are_kept(run, toy, write, tmp_path, monkeypatch):
    write("in/a.csv", "text\n" + "sad\n" * 9)
    gone = write("in/b.csv", CSV)

    def put(part):
        gone.unlink(missing_ok=True)
        return part

    monkeypatch.setattr(toy, "put", put)
    with pytest.raises(
        DataError, match=r"b\.csv: no such file; 9 rows are labeled and kept: the same command continues"
    ):
        run("in", to="out")
    assert len((tmp_path / "out/a.csv").read_text(encoding="utf-8").splitlines()) == 10


@pytest.mark.parametrize("where", ["waiting", "storing"])
def test_ctrl_c_ends_the_actors_and_what_is_stored_is_kept(run, toy, label, write, tmp_path, monkeypatch, where):
    from tweetmoji.label.sinks import JournalSink

    write("a.csv", CSV)
    wait, add = toy.wait, JournalSink.add

    def interrupt_waiting(calls):
        if len(toy.calls) > 12:
            raise KeyboardInterrupt
        return wait(calls)

    def interrupt_storing(self, part):
        add(self, part)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if where == "waiting":
            patch.setattr(toy, "wait", interrupt_waiting)
        else:
            patch.setattr(JournalSink, "add", interrupt_storing)
        with pytest.raises(KeyboardInterrupt):
            run("a.csv", to="b.csv")
    assert (toy.killed, toy.connected) == ([0, 1], [None, "closed"])
    assert 0 < label("a.csv", to="b.csv").new_rows < 28
    label("a.csv", to="c.csv")
    assert (tmp_path / "b.csv").read_bytes() == (tmp_path / "c.csv").read_bytes()


def test_either_engine_continues_what_the_other_has_begun(run, toy, label, write, tmp_path, counting):
    write("a.csv", CSV)
    toy.lose = lambda _, name: name == "label" and len(toy.calls) > 12
    with pytest.raises(DataError, match="workers ended"):
        run("a.csv", to="b.csv")
    label("a.csv", to="b.csv", emojifier=counting)
    label("a.csv", to="c.csv")
    assert 0 < len(counting.texts) < 27
    assert (tmp_path / "b.csv").read_bytes() == (tmp_path / "c.csv").read_bytes()


def test_address_without_a_cluster_is_refused(run, write):
    write("a.csv", CSV)
    with pytest.raises(SettingError, match=r"address 'nowhere': no Ray cluster to use \(nobody answers\)"):
        run("a.csv", to="b.csv", address="nowhere")


def test_closed_port_is_refused_at_once(run, toy, write):
    write("a.csv", CSV)
    with pytest.raises(SettingError, match=r"address '127\.0\.0\.1:1': no Ray cluster to use \(.*refused"):
        run("a.csv", to="b.csv", address="127.0.0.1:1")
    assert toy.connected == []


def test_workers_are_as_many_as_asked_for(run, toy, write):
    write("a.csv", CSV)
    run("a.csv", to="b.csv", workers=5, address="there")
    assert (toy.actors, toy.connected[0]) == (5, "there")


def test_what_ray_prints_does_not_get_among_the_rows(run, toy, write, capfdbinary, monkeypatch):
    write("a.csv", "text\nhappy\n")
    get = toy.get

    def print_and_get(call):
        print("(raylet) A worker died")  # noqa: T201 - as Ray does
        return get(call)

    monkeypatch.setattr(toy, "get", print_and_get)
    run("a.csv", to="-")
    header, row = capfdbinary.readouterr().out.splitlines()
    assert (header, row.startswith(b"happy,")) == (b"text,emoji,label,confidence,error", True)
