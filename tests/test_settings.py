"""Settings dataclasses: ranges and types are checked in one wording."""

from dataclasses import dataclass, fields

import pytest

from tweetmoji.errors import SettingError
from tweetmoji.settings import check_settings, setting


@dataclass(frozen=True)
class Oven:
    trays: int = setting(2, "Trays in the oven.", minimum=1, maximum=4)
    heat: float = setting(180.0, "Degrees.", minimum=50, maximum=250)
    fan: bool = setting(False, "Whether the fan runs.")
    name: str = setting("oven", "For the label.")
    dishes: tuple[str, ...] = setting((), "What goes in.")
    shelves: int | None = setting(None, "Shelves in use; leave it out for all.", minimum=1, maximum=4)

    def __post_init__(self):
        check_settings(self)


def test_a_setting_is_a_field_with_default_help_and_range():
    trays = fields(Oven)[0]

    assert trays.default == 2
    expected = {"help": "Trays in the oven.", "minimum": 1, "maximum": 4, "choices": (), "group": "Options"}
    assert dict(trays.metadata) == expected


def test_a_setting_without_a_range_has_none():
    metadata = fields(Oven)[2].metadata
    assert (metadata["minimum"], metadata["maximum"]) == (None, None)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"trays": 1},
        {"trays": 4},
        {"heat": 50},
        {"heat": 250.0},
        {"fan": True},
        {"name": ""},
        {"shelves": 1},
        {"shelves": None},
        {"dishes": ("bread", "cake")},
    ],
)
def test_values_within_their_range_pass(values):
    oven = Oven(**values)
    assert {name: getattr(oven, name) for name in values} == values


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"trays": 0}, "trays is 0; expected 1 to 4"),
        ({"trays": 5}, "trays is 5; expected 1 to 4"),
        ({"heat": 49.9}, "heat is 49.9; expected 50 to 250"),
        ({"heat": float("nan")}, "heat is nan; expected 50 to 250"),
        ({"heat": float("inf")}, "heat is inf; expected 50 to 250"),
        ({"trays": 2.0}, "trays is 2.0; expected int"),
        ({"trays": "2"}, "trays is '2'; expected int"),
        ({"trays": True}, "trays is True; expected int"),
        ({"trays": None}, "trays is None; expected int"),
        ({"shelves": 0}, "shelves is 0; expected 1 to 4"),
        ({"shelves": "1"}, "shelves is '1'; expected int | None"),
        ({"shelves": True}, "shelves is True; expected int | None"),
        ({"heat": True}, "heat is True; expected float"),
        ({"heat": "hot"}, "heat is 'hot'; expected float"),
        ({"dishes": "bread"}, "dishes is 'bread'; expected tuple[str, ...]"),
        ({"dishes": ["bread"]}, "dishes is ['bread']; expected tuple[str, ...]"),
        ({"dishes": ("bread", 1)}, "dishes is ('bread', 1); expected tuple[str, ...]"),
        ({"fan": 1}, "fan is 1; expected bool"),
        ({"name": b"oven"}, "name is b'oven'; expected str"),
    ],
)
def test_other_values_are_refused_by_name_value_and_expectation(values, message):
    with pytest.raises(SettingError) as caught:
        Oven(**values)

    assert str(caught.value) == message
