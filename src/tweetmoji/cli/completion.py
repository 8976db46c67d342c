"""``tweetmoji completion``: the script with which a shell completes commands and options."""

from typing import Final

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

from tweetmoji.cli.terminal import print_lines

COMPLETIONS: Final = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command("completion")
@click.argument("shell", type=click.Choice(list(COMPLETIONS)))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell; the shell evaluates it when it starts.

    \b
      eval "$(tweetmoji completion bash)"     # in ~/.bashrc
      eval "$(tweetmoji completion zsh)"      # in ~/.zshrc
      tweetmoji completion fish > ~/.config/fish/completions/tweetmoji.fish
    """
    completion = COMPLETIONS[shell](ctx.find_root().command, {}, "tweetmoji", "_TWEETMOJI_COMPLETE")
    print_lines([completion.source()])
