"""Ctrl-C while the program starts: once `main` runs, there is no traceback."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

TWEETMOJI = Path(sys.executable).parent / "tweetmoji"
DELAYS_MS = [*range(0, 50, 5), *range(50, 150, 20), *range(150, 600, 90)]


def interrupt_after(seconds, *arguments):
    """Start the program in an interactive shell's way and interrupt it; its exit code and stderr."""
    process = subprocess.Popen(
        [TWEETMOJI, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored if the tests run behind &
    )
    time.sleep(seconds)  # the delay itself is under test
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    return process.returncode, said.decode("utf-8")


def starts_python(said):
    """Whether it came while Python started or the script imported `main`, before anything of ours could catch it."""
    return "Failed to import the site module" in said or "from tweetmoji.cli import main" in said


@pytest.mark.parametrize("command", [("predict",), ("serve", "--port", "0")], ids=["predict", "serve"])
def test_ctrl_c_while_it_starts_leaves_no_traceback(command):
    for delay_ms in DELAYS_MS:
        code, said = interrupt_after(delay_ms / 1000, *command)
        if not starts_python(said):
            assert code in (130, -signal.SIGINT), f"{code} after {delay_ms} ms: {said}"  # the latter before Python runs
            assert "Traceback" not in said, f"after {delay_ms} ms: {said}"
