"""``tweetmoji completion``: the script with which a shell completes commands and options."""

import click
from click.shell_completion import get_completion_class

from tweetmoji.cli.terminal import print_lines


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell; the shell evaluates it when it starts.

    \b
      eval "$(tweetmoji completion bash)"     # in ~/.bashrc
      eval "$(tweetmoji completion zsh)"      # in ~/.zshrc
      tweetmoji completion fish > ~/.config/fish/completions/tweetmoji.fish
    """
    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"no completion for {shell}", ctx)
    script = completion(ctx.find_root().command, {}, "tweetmoji", "_TWEETMOJI_COMPLETE").source()
    print_lines([script])
