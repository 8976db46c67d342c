"""The command ``tweetmoji``: one small module for each subcommand, which imports its room only when it runs."""

import sys

EXIT_INTERRUPTED = 128 + 2  # as after SIGINT


def main() -> None:
    """Run the command line and end the process with its exit code; Ctrl-C ends it quietly from the first import on."""
    try:
        from tweetmoji.cli.app import main as run_command_line  # takes a while, hence within the try

        run_command_line()
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
