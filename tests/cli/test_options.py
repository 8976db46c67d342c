"""Options that commands share, options made from the fields of a settings dataclass, pairs of label and emoji."""

from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tweetmoji.cli.options import (
    EmojiPair,
    GroupedCommand,
    Prior,
    data_option,
    label_column_option,
    settings_options,
    text_column_option,
)
from tweetmoji.settings import setting


@dataclass(frozen=True)
class OvenSettings:
    heat_c: int = setting(180, "How hot it gets.", minimum=50, maximum=250)
    humidity: float = setting(0.25, "How damp it is.", minimum=0, maximum=1)
    program: str = setting("bread", "What it is for.")
    fan: bool = setting(False, "Whether air moves.")
    dish: tuple[str, ...] = setting((), "What goes in; repeat it for more.")


def bake(*args, environment=True, **variables):
    """Run a command that has the options of `OvenSettings`; what it got, and the click result."""
    got = {}

    @click.command()
    @settings_options(OvenSettings, environment=environment)
    def command(**settings):
        got.update(settings)

    return got, CliRunner().invoke(command, args, env=variables)


def test_fields_give_the_defaults():
    got, _ = bake()
    assert OvenSettings(**got) == OvenSettings()


@pytest.mark.parametrize(
    ("args", "name", "value"),
    [
        (["--heat-c", "200"], "heat_c", 200),
        (["--humidity", "0.5"], "humidity", 0.5),
        (["--program", "cake"], "program", "cake"),
        (["--fan"], "fan", True),
        (["--no-fan"], "fan", False),
        (["--dish", "bread"], "dish", ("bread",)),
        (["--dish", "bread", "--dish", "rye cake"], "dish", ("bread", "rye cake")),
    ],
)
def test_flag_sets_its_field(args, name, value):
    got, _ = bake(*args)
    assert got[name] == value


@pytest.mark.parametrize("args", [["--heat-c", "49"], ["--heat-c", "251"], ["--humidity", "1.01"], ["--heat-c", "hot"]])
def test_value_out_of_the_fields_range_is_a_usage_error(args):
    got, result = bake(*args)
    assert not got
    assert result.exit_code == 2
    assert args[0] in result.output
    assert args[1] in result.output


@pytest.mark.parametrize("args", [["--heat-c", "50"], ["--heat-c", "250"], ["--humidity", "0"], ["--humidity", "1"]])
def test_ends_of_the_range_are_within_it(args):
    got, _ = bake(*args)
    assert float(got[args[0].removeprefix("--").replace("-", "_")]) == float(args[1])


@pytest.mark.parametrize(("environment", "heat_c"), [(True, 90), (False, 180)])
def test_environment_sets_an_option_only_where_asked_for(environment, heat_c):
    got, _ = bake(environment=environment, TWEETMOJI_HEAT_C="90")
    assert got["heat_c"] == heat_c


def test_environment_sets_a_repeated_option_by_words():
    got, _ = bake(TWEETMOJI_DISH="bread cake")
    assert got["dish"] == ("bread", "cake")


def test_flag_wins_over_environment():
    got, _ = bake("--heat-c", "100", TWEETMOJI_HEAT_C="90")
    assert got["heat_c"] == 100


def test_help_tells_meaning_default_range_and_variable():
    _, result = bake("--help")
    words = " ".join(result.output.split())
    for part in ("How hot it gets.", "default: 180", "50<=x<=250", "TWEETMOJI_HEAT_C", "--fan / --no-fan"):
        assert part in words


def test_grouped_help_has_each_option_once_below_its_heading():
    @dataclass(frozen=True)
    class HobSettings:
        heat: int = setting(3, "How hot.", group="Fire")
        pans: int = setting(1, "How many.")
        timer_s: int = setting(60, "How long.", group="Time")
        lit: bool = setting(False, "Whether it burns.", group="Fire")

    @click.command(cls=GroupedCommand)
    @settings_options(HobSettings, environment=False)
    def command(**settings):
        pass

    lines = CliRunner().invoke(command, ["--help"]).output.splitlines()
    shown = [line.split()[0] for line in lines[2:] if line]
    assert shown == ["Options:", "--pans", "--help", "Fire:", "--heat", "--lit", "Time:", "--timer-s"]


@pytest.mark.parametrize(
    ("value", "pair"),
    [("joy=😊", ("joy", "😊")), ("joy==)", ("joy", "=)")), ("=😊", ("", "😊")), ("joy=", ("joy", ""))],
)
def test_emoji_pair_is_split_at_its_first_equals_sign(value, pair):
    assert EmojiPair().convert(value, None, None) == pair


def test_emoji_pair_without_equals_sign_is_refused_with_an_example():
    with pytest.raises(click.UsageError, match=r"'joy' has no '='.*joy=😊"):
        EmojiPair().convert("joy", None, None)


@pytest.mark.parametrize(
    ("value", "prior"),
    [
        ("uniform", "uniform"),
        ("joy=0.6,sadness=0.4", {"joy": 0.6, "sadness": 0.4}),
        (" joy = 6e-1 , so=so=0.4", {"joy": 0.6, "so=so": 0.4}),
    ],
)
def test_prior_is_uniform_or_split_at_commas_and_last_equals_signs(value, prior):
    assert Prior().convert(value, None, None) == prior


@pytest.mark.parametrize("value", ["", "even", "joy", "joy=", "joy=much", "joy=0.6,"])
def test_prior_without_shares_is_refused_with_an_example(value):
    with pytest.raises(click.UsageError, match=r"is no LABEL=SHARE; expected uniform, or for example joy=0.6,sadness"):
        Prior().convert(value, None, None)


def test_prior_with_a_label_twice_is_refused():
    with pytest.raises(click.UsageError, match=r"'joy' is given twice; expected each label once"):
        Prior().convert("joy=0.6, joy=0.4", None, None)


def find_data(*args, **variables):
    """What the options for data take from arguments and environment, and the click result."""
    got = {}

    @click.command()
    @data_option
    @text_column_option
    @label_column_option
    def command(**options):
        got.update(options)

    return got, CliRunner().invoke(command, args, env={"TWEETMOJI_DATA_DIR": None} | variables)


def test_no_data_is_named_unless_it_is():
    got, _ = find_data()
    assert got == {"data": None, "text_column": "text", "label_column": "label"}


@pytest.mark.parametrize(
    ("args", "variables", "data"),
    [
        (("--data", "here"), {}, Path("here")),
        (("--data", "here/mine.csv"), {}, Path("here/mine.csv")),
        ((), {"TWEETMOJI_DATA_DIR": "there"}, Path("there")),
        (("--data", "here"), {"TWEETMOJI_DATA_DIR": "there"}, Path("here")),
        ((), {"TWEETMOJI_DATA_DIR": ""}, None),
    ],
)
def test_data_is_taken_from_the_flag_or_else_from_the_environment(args, variables, data):
    got, _ = find_data(*args, **variables)
    assert got["data"] == data


@pytest.mark.parametrize("path", ["file.csv", "."])
def test_data_may_be_a_file_or_a_folder_for_the_room_to_check(tmp_path, path):
    (tmp_path / "file.csv").touch()
    got, result = find_data("--data", str(tmp_path / path))
    assert (got["data"], result.exit_code) == (tmp_path / path, 0)


def test_columns_are_taken_from_their_flags():
    got, _ = find_data("--text-column", "tweet", "--label-column", "mood")
    assert (got["text_column"], got["label_column"]) == ("tweet", "mood")


def test_help_of_the_data_options_tells_variable_and_defaults():
    _, result = find_data("--help")
    words = " ".join(result.output.split())
    for part in ("TWEETMOJI_DATA_DIR", "for table also a file", "default: text", "default: label"):
        assert part in words
