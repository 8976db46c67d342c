"""The command ``tweetmoji``: one small module for each subcommand, which imports its room only when it runs."""

import os
import signal
import sys
from types import FrameType

EXIT_INTERRUPTED = 128 + 2  # as after SIGINT


def main() -> None:
    """Run the command line and end the process with its exit code; Ctrl-C ends it quietly from the first import on."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not if it is ignored, as behind nohup
        signal.signal(signal.SIGINT, interrupt)
    try:
        from tweetmoji.cli.app import main as run_command_line  # takes a while, hence within the try

        run_command_line()
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)


def interrupt(_number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt; within an import, end the process at once.

    There is nothing to clean up in an import yet, and native modules turn the exception into an error of their own, or
    lose it.
    """
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            os._exit(EXIT_INTERRUPTED)
        frame = frame.f_back
    raise KeyboardInterrupt
