"""Options made from the fields of a settings dataclass, and pairs of label and emoji."""

from dataclasses import dataclass

import click
import pytest
from click.testing import CliRunner

from tweetmoji.cli.options import EmojiPair, settings_options
from tweetmoji.settings import setting


@dataclass(frozen=True)
class OvenSettings:
    heat_c: int = setting(180, "How hot it gets.", least=50, most=250)
    humidity: float = setting(0.25, "How damp it is.", least=0, most=1)
    programme: str = setting("bread", "What it is for.")
    fan: bool = setting(False, "Whether air moves.")


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
        (["--programme", "cake"], "programme", "cake"),
        (["--fan"], "fan", True),
        (["--no-fan"], "fan", False),
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


def test_flag_wins_over_environment():
    got, _ = bake("--heat-c", "100", TWEETMOJI_HEAT_C="90")
    assert got["heat_c"] == 100


def test_help_tells_meaning_default_range_and_variable():
    _, result = bake("--help")
    words = " ".join(result.output.split())
    for part in ("How hot it gets.", "default: 180", "50<=x<=250", "TWEETMOJI_HEAT_C", "--fan / --no-fan"):
        assert part in words


@pytest.mark.parametrize(
    ("value", "pair"),
    [("joy=😊", ("joy", "😊")), ("joy==)", ("joy", "=)")), ("=😊", ("", "😊")), ("joy=", ("joy", ""))],
)
def test_emoji_pair_is_split_at_its_first_equals_sign(value, pair):
    assert EmojiPair().convert(value, None, None) == pair


def test_emoji_pair_without_equals_sign_is_refused_with_an_example():
    with pytest.raises(click.UsageError, match=r"'joy' has no '='.*joy=😊"):
        EmojiPair().convert("joy", None, None)
