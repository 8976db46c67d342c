"""``--recipe FILE``: the options of a training step read from a TOML file, so that a model can be made anew.

A recipe has ``version = 1`` and one table for each command that it sets; a key is the name of an option without its
dashes, a list for one that may be given several times. What is given on the command line goes before it.
"""

import tomllib
from pathlib import Path
from typing import Any, Final

import click

RECIPE_VERSION: Final = 1
"""Version of the layout of recipes."""


def _read_defaults(ctx: click.Context, param: click.Parameter, path: Path | None) -> None:
    """Take the table of the command for its defaults."""
    if path is None:
        return
    table = _read_table(path, ctx.command.name or "", param, ctx)
    options = {flag.removeprefix("--"): p for p in ctx.command.params for flag in p.opts if p is not param}
    for key in table:
        if key not in options:
            raise click.BadParameter(
                f"{path}: [{ctx.command.name}] has {key!r}; expected options of tweetmoji {ctx.command.name}",
                ctx,
                param,
            )
    ctx.default_map = {**{options[key].name or key: value for key, value in table.items()}, **(ctx.default_map or {})}


def _read_table(path: Path, command: str, param: click.Parameter, ctx: click.Context) -> dict[str, Any]:
    try:
        recipe = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise click.BadParameter(f"{path}: cannot be read: {error.strerror}", ctx, param) from None
    except ValueError as error:
        raise click.BadParameter(f"{path}: not a recipe in TOML ({error})", ctx, param) from None
    if recipe.get("version") != RECIPE_VERSION:
        raise click.BadParameter(f"{path}: version is {recipe.get('version')!r}; expected {RECIPE_VERSION}", ctx, param)
    table = recipe.get(command)
    if not isinstance(table, dict):
        raise click.BadParameter(f"{path}: has no table [{command}], which this command would read", ctx, param)
    return table


recipe_option = click.option(
    "--recipe",
    type=click.Path(path_type=Path, dir_okay=False),
    is_eager=True,
    expose_value=False,
    callback=_read_defaults,
    help="TOML file with a table of this command's options; options given here go before it.",
)
