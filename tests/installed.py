"""The installed program: where it is, and what tests start it with."""

import errno
import os
import pty
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

BIN = Path(sys.executable).parent
PROGRAM = BIN / "tweetmoji"


def make_environment(*dropped, **variables):
    """This process's variables and others: without settings of ours, with the program on the PATH.

    Args:
        dropped: How the names of further variables begin that are left out.
        variables: Those that are added.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWEETMOJI_", *dropped))}
    return kept | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"} | variables


def run_on_terminal(command, environment):
    """Run a command with a terminal on its stderr; exit code, stdout and what the terminal was sent."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 200))
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:  # a pipe that nobody reads meanwhile could fill
        process = subprocess.Popen(command, stdout=out, stderr=theirs, env=environment)
        os.close(theirs)
        sent = bytearray()
        try:
            while chunk := os.read(ours, 4096):
                sent += chunk
        except OSError as error:
            if error.errno != errno.EIO:  # how Linux says that the other end is closed
                raise
        finally:
            os.close(ours)
            code = process.wait()
        out.seek(0)
        return code, out.read(), sent.decode()
