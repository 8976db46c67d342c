"""Ctrl-C while the program starts: once `main` runs, there is no traceback."""

import re
import signal
import subprocess
import time

import pytest
from tests.installed import PROGRAM

pytestmark = pytest.mark.system

DELAYS_MS = [*range(0, 50, 5), *range(50, 150, 20), *range(150, 750, 30)]


def interrupt_after(seconds, *arguments):
    """Start the program in an interactive shell's way and interrupt it; its exit code and stderr."""
    process = subprocess.Popen(
        [PROGRAM, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored if the tests run behind &
    )
    time.sleep(seconds)  # the delay itself is under test
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    return process.returncode, said.decode("utf-8")


def names_main(said):
    """Whether a traceback passes through `main`; Python's start and the import of `main` come before."""
    return re.search(r'tweetmoji/cli/__init__\.py", line \d+, in main', said)


@pytest.mark.parametrize("command", [("predict",), ("serve", "--port", "0")], ids=["predict", "serve"])
def test_ctrl_c_while_it_starts_leaves_no_traceback(command):
    for delay_ms in DELAYS_MS:
        code, said = interrupt_after(delay_ms / 1000, *command)
        assert not names_main(said), f"after {delay_ms} ms: {said}"
        if "Traceback" not in said:
            assert code in (130, -signal.SIGINT), f"{code} after {delay_ms} ms: {said}"  # the latter before Python runs
