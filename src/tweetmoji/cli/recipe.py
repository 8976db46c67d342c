"""``--recipe FILE``: the options of a training command, read from a TOML file.

A recipe has ``version = 1`` and a table for each command that it sets. A key is the name of an option without its
dashes; its value is a list if the option may be given several times. Options on the command line win. Relative paths
start at the recipe's folder, so a recipe works from every working directory.
"""

import tomllib
from pathlib import Path
from typing import Any, Final

import click

RECIPE_VERSION: Final = 1
"""Version of the recipe format."""

RELATIVE: Final = ("./", "../")
"""Prefixes that make a path of a string, for ``base``: an id on the Hub begins with neither."""


def _read_defaults(ctx: click.Context, param: click.Parameter, path: Path | None) -> None:
    """Make the command's table of the recipe the defaults of its options."""
    if path is None:
        return
    table = _read_table(path, ctx.command.name or "", param, ctx)
    options = {flag.removeprefix("--"): p for p in ctx.command.params for flag in p.opts if p is not param}
    for key, value in table.items():
        where = f"{path}: [{ctx.command.name}]"
        if key not in options:
            raise click.BadParameter(
                f"{where} has {key!r}; expected options of tweetmoji {ctx.command.name}", ctx, param
            )
        if expected := _find_fault(value, options[key]):
            raise click.BadParameter(f"{where} {key} is {value!r}; expected {expected}", ctx, param)
    defaults = {options[key].name or key: _resolve(value, options[key], path) for key, value in table.items()}
    ctx.default_map = {**defaults, **(ctx.default_map or {})}


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
        raise click.BadParameter(f"{path}: no table [{command}]; expected one with this command's options", ctx, param)
    return table


def _find_fault(value: Any, option: click.Parameter) -> str:  # noqa: ANN401
    """What was expected instead of a value whose TOML type click would misread; empty if it fits."""
    if getattr(option, "multiple", False):
        return "" if isinstance(value, list) else "a list"
    if isinstance(option.type, click.Path):
        return "" if isinstance(value, str) else "a string"
    return "one value" if isinstance(value, list | dict) else ""


def _resolve(value: Any, option: click.Parameter, recipe: Path) -> Any:  # noqa: ANN401
    """Resolve a relative path against the recipe's folder; leave other values alone."""
    is_path = isinstance(value, str) and (isinstance(option.type, click.Path) or value.startswith(RELATIVE))
    return str(recipe.parent / value) if is_path else value


recipe_option = click.option(
    "--recipe",
    type=click.Path(path_type=Path, dir_okay=False),
    is_eager=True,  # its values have to be there before the other options look for their defaults
    expose_value=False,
    callback=_read_defaults,
    help="TOML file with a table of this command's options; relative paths start at its folder. Options given on the "
    "command line win.",
)
