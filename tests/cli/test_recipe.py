"""Options from a recipe: their precedence, their paths, what is refused, and the shipped model's own recipe."""

import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tweetmoji.cli.app import app
from tweetmoji.cli.recipe import recipe_option
from tweetmoji.data.names import TRAINING_SOURCES, parse_choice

COMMANDS = ("train-teacher", "distill", "train-suggestions")
SHIPPED = Path(__file__).parents[2] / "recipes" / "tweetmoji-minilm.toml"


@click.command("bake")
@recipe_option
@click.option("--flour", "flours", multiple=True, default=["wheat"])
@click.option("--oven-heat", type=click.IntRange(50, 300), default=180)
@click.option("--pan", type=click.Path(path_type=Path))
@click.option("--starter")
@click.option("--out", required=True)
def bake(flours, oven_heat, pan, starter, out):
    click.echo(f"{'+'.join(flours)} {oven_heat} {out}")
    if pan or starter:
        click.echo(f"{pan} {starter}")


@pytest.fixture
def run(tmp_path):
    def run(content, *args):
        path = tmp_path / "recipe.toml"
        if content is not None:
            path.write_text(content, encoding="utf-8")
        return CliRunner().invoke(bake, ["--recipe", str(path), *args])

    return run


def test_table_of_the_command_gives_its_options(run):
    result = run('version = 1\n[bake]\nflour = ["rye", "oats"]\noven-heat = 220\nout = "bread"\n[other]\nflour = 1\n')
    assert (result.exit_code, result.output) == (0, "rye+oats 220 bread\n")


@pytest.mark.parametrize(
    ("written", "pan", "starter"),
    [
        ('pan = "tins/a.toml"\nstarter = "../jar"', "{folder}/tins/a.toml", "{folder}/../jar"),
        ('pan = "../a.toml"\nstarter = "./jar"', "{folder}/../a.toml", "{folder}/jar"),
        ('pan = "/tins/a.toml"\nstarter = "owner/jar"', "/tins/a.toml", "owner/jar"),
    ],
)
def test_relative_paths_start_at_the_folder_of_the_recipe(run, tmp_path, monkeypatch, written, pan, starter):
    monkeypatch.chdir("/")
    result = run(f"version = 1\n[bake]\n{written}\n", "--out", "rolls")
    pan, starter = (Path(text.format(folder=tmp_path)) for text in (pan, starter))
    assert (result.exit_code, result.output) == (0, f"wheat 180 rolls\n{pan} {starter}\n")


def test_relative_path_on_the_command_line_starts_at_the_working_directory(run):
    result = run('version = 1\n[bake]\npan = "a.toml"\n', "--out", "rolls", "--pan", "b.toml", "--starter", "./jar")
    assert result.output == "wheat 180 rolls\nb.toml ./jar\n"


def test_command_line_goes_before_the_recipe_and_the_recipe_before_defaults(run):
    result = run('version = 1\n[bake]\noven-heat = 220\nflour = ["rye"]', "--out", "rolls", "--flour", "maize")
    assert result.output == "maize 220 rolls\n"
    assert run("version = 1\n[bake]", "--out", "rolls").output == "wheat 180 rolls\n"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("version = 1\n[bake]\nheat = 220\n", "[bake] has 'heat'; expected options of tweetmoji bake"),
        ("version = 1\n[bake]\nrecipe = 'x'\n", "[bake] has 'recipe'"),
        ("version = 2\n[bake]\n", "version is 2; expected 1"),
        ("[bake]\n", "version is None; expected 1"),
        ("version = 1\n[fry]\n", "no table [bake]"),
        ("version = 1\nbake = 3\n", "no table [bake]"),
        ("version 1", "not a recipe in TOML"),
        ("version = 1\n[bake]\npan = ['x']\n", "[bake] pan is ['x']; expected a string"),
        ("version = 1\n[bake]\npan = 3\n", "[bake] pan is 3; expected a string"),
        ("version = 1\n[bake]\nflour = 'rye'\n", "[bake] flour is 'rye'; expected a list"),
        ("version = 1\n[bake]\noven-heat = [200]\n", "[bake] oven-heat is [200]; expected one value"),
        ("version = 1\n[bake]\noven-heat = 999\n", "999 is not in the range 50<=x<=300"),
        (None, "cannot be read"),
    ],
)
def test_recipe_that_does_not_fit_is_a_usage_error_that_says_why(run, content, complaint):
    result = run(content, "--out", "rolls")
    assert result.exit_code == 2
    assert complaint in result.output


def test_recipe_of_the_shipped_model_gives_only_options_that_its_commands_have():
    recipe = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    assert recipe.pop("version") == 1
    assert tuple(recipe) == COMMANDS
    for name, table in recipe.items():
        command = app.get_command(None, name)
        start = ["--model", "student"] if name == "train-suggestions" else []
        with command.make_context(name, ["--recipe", str(SHIPPED), "--data", "d", "--out", "o", *start]) as ctx:
            assert set(ctx.default_map) <= {param.name for param in command.params}
            assert len(ctx.default_map) == len(table)


def test_recipe_of_the_shipped_model_finds_the_teacher_from_any_working_directory(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    command = app.get_command(None, "distill")
    with command.make_context("distill", ["--recipe", str(SHIPPED), "--data", "d", "--out", "o"]) as ctx:
        assert ctx.params["teacher"].is_file()


def test_recipe_of_the_shipped_model_names_only_sources_that_exist():
    recipe = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    named = [parse_choice(text).name for command in COMMANDS for text in recipe[command].get("source", [])]
    assert set(named) <= set(TRAINING_SOURCES)
