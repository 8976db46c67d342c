"""``tweetmoji label --engine ray`` on a real cluster of this machine with two workers."""

import os
import re
import secrets
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE

import pytest
from tests.installed import BIN, PROGRAM, make_environment

pytest.importorskip("ray", reason="ray is not installed: make test-system installs it where it can")

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="the workers of the cluster are found in /proc"),
]
DEADLINE_S = 240
ROWS = 50_000
TEXTS = ["happy", "so sad", "é 😂 scared"]


class Cluster:
    """A cluster of two workers in a folder, which no other cluster of this machine knows."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = make_environment(
            "RAY_", RAY_USAGE_STATS_ENABLED="0", RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32)
        )
        command = [
            BIN / "ray", "start", "--head", "--block", "--num-cpus=2", "--port=0",
            "--include-dashboard=false", "--object-store-memory=200000000", f"--temp-dir={folder}",
        ]  # fmt: skip
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    @property
    def address(self):
        path = self.folder / "ray_current_cluster"
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def is_ready(self):
        assert self.process.poll() is None, (self.folder / "log").read_text(encoding="utf-8")
        return self.address and "Ray runtime started" in (self.folder / "log").read_text(encoding="utf-8")

    def list_workers(self):
        """Process ids of the actors that hold a model."""
        processes = [(path, read_process(path)) for path in Path("/proc").glob("[0-9]*")]
        raylets = {path.name for path, (name, _) in processes if "raylet/raylet " in name and str(self.folder) in name}
        return [int(path.name) for path, (name, parent) in processes if "ray::Worker" in name and parent in raylets]


def read_process(path):
    """The command line and the parent of a process."""
    try:
        command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        status = (path / "status").read_text(encoding="utf-8")
    except OSError:  # it has ended
        return "", ""
    return command, status.partition("PPid:\t")[2].partition("\n")[0]


@pytest.fixture(scope="module")
def cluster(poll):
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as name:  # sockets have short paths
        started = Cluster(Path(name))
        try:
            poll(started.is_ready, "the cluster")
            yield started
        finally:
            started.process.terminate()
            started.process.wait(DEADLINE_S)


@pytest.fixture
def start(cluster, tiny_folder, tmp_path):
    """Start the program in the test's folder, in a group of processes of its own as a shell does."""

    def run(output, *options, **environment):
        return subprocess.Popen(
            [PROGRAM, "label", "a.csv", "-o", output, *options],
            env=cluster.environment | {"TWEETMOJI_MODEL": str(tiny_folder)} | environment,
            cwd=tmp_path, stdout=PIPE, stderr=PIPE, text=True, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored if the tests run behind &
        )  # fmt: skip

    return run


@pytest.fixture
def expected(start, tmp_path):
    """What the local engine makes of a file with some bad rows: output, and list of the bad rows."""
    with (tmp_path / "a.csv").open("w", encoding="utf-8") as file:
        file.write("id,text\n")
        file.writelines(f"{i},{TEXTS[i % 3]} {i}\n" if i % 15_000 else f"{i}\n" for i in range(ROWS))
    assert finish(start("whole.csv"))[0] == 3
    return read_outputs(tmp_path / "whole.csv")


def finish(process):
    out, said = process.communicate(timeout=DEADLINE_S)
    assert out == ""
    return process.returncode, said


def has_part(folder):
    """Whether the journal has a line for a part, after its header: only then is the part kept after a kill."""
    path = folder / ".b.csv.journal" / "journal.jsonl"
    return path.is_file() and path.read_bytes().count(b"\n") > 1


def read_outputs(path):
    return path.read_bytes(), path.with_name(f"{path.name}.errors.jsonl").read_bytes()


def test_answers_are_those_of_the_local_engine_though_a_worker_is_killed(start, cluster, expected, tmp_path, poll):
    process = start("b.csv", "--engine", "ray", "--address", cluster.address)
    poll(lambda: has_part(tmp_path), "a part")
    killed = cluster.list_workers()[0]
    os.kill(killed, signal.SIGKILL)
    poll(lambda: process.poll() is not None or len(set(cluster.list_workers()) - {killed}) == 2, "another worker")
    code, said = finish(process)
    assert code == 3, said
    assert f"{ROWS:,} rows; " in said
    assert "; 4 bad (4 fields), listed in b.csv.errors.jsonl" in said
    assert read_outputs(tmp_path / "b.csv") == expected


STOPS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill"])


def stop(process, number):
    """Send Ctrl-C as a terminal does, to the whole group, or kill the command alone; check how it ends."""
    if number == signal.SIGKILL:
        process.kill()
        assert finish(process) == (-signal.SIGKILL, "")
        return
    os.killpg(process.pid, number)
    code, said = finish(process)
    assert code == 130, said
    assert re.fullmatch(r"tweetmoji: interrupted after [0-9,]+ rows; the same command continues\n", said), said


@STOPS
def test_stopped_command_leaves_no_worker_and_the_same_command_continues(
    start, cluster, expected, tmp_path, poll, number
):
    command = ("b.csv", "--engine", "ray", "--address", cluster.address)
    process = start(*command, "--progress", "off")
    poll(lambda: has_part(tmp_path), "a part")
    stop(process, number)
    assert not (tmp_path / "b.csv").exists()
    poll(lambda: not cluster.list_workers(), "the end of the workers")
    code, said = finish(start(*command))
    assert code == 3, said
    assert "by an earlier run" in said
    assert read_outputs(tmp_path / "b.csv") == expected


def list_processes(variable):
    """Ids of all processes that inherited a variable of the environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is another user's
            if variable.encode() in (path / "environ").read_bytes().split(b"\0"):
                found.append(int(path.name))
    return found


@STOPS
def test_stopped_command_leaves_no_process_of_a_cluster_that_it_started(start, expected, tmp_path, poll, number):
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        process = start("b.csv", "--engine", "ray", "--threads", "2", "--progress", "off", RAY_TMPDIR=folder)
        poll(lambda: has_part(tmp_path), "a part")
        assert len(list_processes(f"RAY_TMPDIR={folder}")) > 3
        stop(process, number)
        # Ray's agents first tell its head that the node has died, and give up after a minute if that has died too
        poll(lambda: not list_processes(f"RAY_TMPDIR={folder}"), "the end of the cluster", DEADLINE_S)
    code, said = finish(start("b.csv"))  # the local engine continues
    assert code == 3, said
    assert "by an earlier run" in said
    assert read_outputs(tmp_path / "b.csv") == expected
