"""The command group: its commands, the bare tweet, and the exit code of every failure.

A mistake of the user is one line on stderr: exit code 2 for usage, 1 for failure. Ctrl-C ends with 130, a closed pipe
with 141, as a shell reports of any program.
"""

import difflib
import importlib
import json
import os
import re
import sys
from typing import Final

import click
from click.shell_completion import shell_complete

from tweetmoji.cli import EXIT_INTERRUPTED
from tweetmoji.cli.terminal import speak_utf8
from tweetmoji.errors import SettingError, TweetmojiError
from tweetmoji.runtime.artifact import SHIPPED, TOKENIZER

COMMANDS: Final = (
    "predict",
    "suggest",
    "explain",
    "label",
    "serve",
    "explore",
    "train",
    "train-teacher",
    "distill",
    "train-suggestions",
    "export",
    "evaluate",
    "info",
    "completion",
)
"""Subcommands in the order of the help; command ``c-d`` is ``tweetmoji.cli.c_d.command``."""

EXIT_FAILURE: Final = 1
EXIT_USAGE: Final = 2
EXIT_PIPE_CLOSED: Final = 128 + 13  # as after SIGPIPE


TYPO_SIMILARITY: Final = 0.75
"""Least similarity, as difflib measures it, of a mistyped command: ``ifno`` and ``info`` have this much."""


class TweetGroup(click.Group):
    """A group whose single argument is a tweet if it is no command's name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the one command that runs."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"tweetmoji.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a single argument that is no command's name for a tweet, unless it is a mistyped command."""
        if args[0] in COMMANDS:
            return super().resolve_command(ctx, args)
        if intended := find_intended_command(args[0]):
            raise click.UsageError(
                f"no command {args[0]!r}; for the command: tweetmoji {intended}; for a tweet: "
                f"tweetmoji predict -- {args[0]}",
                ctx,
            )
        if len(args) > 1:
            raise click.UsageError(
                f"expected a command or one tweet in quotes, got {len(args)} arguments; "
                "for several tweets: tweetmoji predict TEXT…",
                ctx,
            )
        return "predict", self.get_command(ctx, "predict"), ["--", args[0]]


def find_intended_command(word: str) -> str | None:
    """Find the command that a mistyped word is close to.

    Words that the shipped model's vocabulary has, such as ``rain``, are tweets and no typos of ``train``.

    Args:
        word: The first argument; anything but lower-case letters and dashes is no typo of a command.
    """
    if not re.fullmatch("[a-z-]+", word):
        return None
    matches = difflib.get_close_matches(word, COMMANDS, n=1, cutoff=TYPO_SIMILARITY)
    if not matches or word in json.loads((SHIPPED / TOKENIZER).read_bytes())["model"]["vocab"]:
        return None
    return matches[0]


@click.group(
    cls=TweetGroup,
    options_metavar="[--version]",
    subcommand_metavar="TWEET | COMMAND …",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="tweetmoji", message="%(package)s %(version)s")
def app() -> None:
    """The emoji that fits a tweet best, with a confidence you can believe.

    A single argument that is no command is a tweet. A tweet that begins with a dash goes after --.

    \b
      tweetmoji 'Today is a good day!'
      tweetmoji predict < tweets.txt > answers.txt
      tweetmoji serve --port 5000
    """


def main() -> None:
    """Run the command line and end the process with its exit code."""
    speak_utf8()
    if sys.stdout is None:  # as after >&-
        sys.exit(_fail("stdout is closed; there is nowhere to write the emoji", EXIT_FAILURE))
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError:  # run has said why; without this, Python complains again about unwritten output when it exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(args: list[str]) -> int:
    """Run the command line and return its exit code; mistakes go to stderr as one line."""
    try:
        return _invoke(args)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return EXIT_USAGE
    except click.UsageError as error:
        hint = f" (see '{error.ctx.command_path} --help')" if error.ctx else ""
        return _fail(error.format_message().rstrip("."), EXIT_USAGE, hint)
    except click.ClickException as error:
        return _fail(error.format_message(), EXIT_FAILURE)
    except SettingError as error:
        return _fail(str(error), EXIT_USAGE)
    except TweetmojiError as error:
        return _fail(str(error), EXIT_FAILURE)
    except BrokenPipeError:
        return EXIT_PIPE_CLOSED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}", EXIT_FAILURE)
    except (KeyboardInterrupt, click.Abort):
        return EXIT_INTERRUPTED


def _invoke(args: list[str]) -> int:
    """Do what `click.Group.main` does, except that a closed pipe ends our way."""
    if completion := os.environ.get("_TWEETMOJI_COMPLETE"):
        return shell_complete(app, {}, "tweetmoji", "_TWEETMOJI_COMPLETE", completion)
    try:
        with app.make_context("tweetmoji", args) as ctx:
            app.invoke(ctx)
    except click.exceptions.Exit as error:
        return error.exit_code
    return 0


def _fail(message: str, code: int, hint: str = "") -> int:
    """Print a failure as one line on stderr."""
    click.echo(f"tweetmoji: {' '.join(message.split())}{hint}", err=True)
    return code
