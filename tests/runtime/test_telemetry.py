"""The engine reports nothing to its maker: what its telemetry would leave in the home folder is not there."""

import os
import subprocess
import sys

import pytest

ANSWER = "import tweetmoji; print(tweetmoji.load(threads=1)('Today is a good day!').emoji)"


@pytest.fixture
def answer_at(tmp_path):
    """Answer a tweet in a process with a home folder of its own; that folder."""

    def answer(**variables):
        environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
        environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")} | variables
        command = [sys.executable, "-c", ANSWER]
        completed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
        assert completed.stdout == "😂\n"
        assert completed.stderr == ""
        return tmp_path

    return answer


def test_an_answer_leaves_nothing_in_the_home_folder(answer_at):
    assert list(answer_at().rglob("*")) == []


def test_whoever_wants_telemetry_keeps_the_say():
    command = [sys.executable, "-c", "import os, tweetmoji; print(os.environ['ORT_DISABLE_TELEMETRY'])"]
    environment = os.environ | {"ORT_DISABLE_TELEMETRY": "0"}
    completed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert completed.stdout == "0\n"
