"""Settings: dataclass fields with a help text and a range.

A room with settings has one frozen dataclass of `setting` fields. Command-line options, their help and environment
variables are made from it, and `check_settings` refuses what is out of range.
"""

from dataclasses import field, fields
from typing import Any, get_args, get_origin

from tweetmoji.errors import SettingError


def setting(
    default: Any,  # noqa: ANN401
    help: str,  # noqa: A002 - the name that the command line gives it
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] = (),
    group: str = "Options",
) -> Any:  # noqa: ANN401
    """Make a dataclass field with a help text and, for a number, its inclusive range, or for a text its choices.

    ``group`` is the heading that a command with many options lists it under.
    """
    metadata = {"help": help, "minimum": minimum, "maximum": maximum, "choices": choices, "group": group}
    return field(default=default, metadata=metadata)


def check_settings(settings: Any) -> None:  # noqa: ANN401
    """Check every field of a settings dataclass against its type and range.

    Raises:
        SettingError: A value is of another type than its field, or out of range; the message names both.
    """
    for spec in fields(settings):
        value = getattr(settings, spec.name)
        if not _is_of_kind(value, spec.type):
            name = spec.type.__name__ if isinstance(spec.type, type) else spec.type
            raise SettingError(f"{spec.name} is {value!r}; expected {name}")
        minimum, maximum = spec.metadata["minimum"], spec.metadata["maximum"]
        if None not in {minimum, value} and not minimum <= value <= maximum:
            raise SettingError(f"{spec.name} is {value}; expected {minimum:g} to {maximum:g}")
        choices = spec.metadata["choices"]
        if choices and value not in choices:
            raise SettingError(f"{spec.name} is {value!r}; expected one of {', '.join(choices)}")


def _is_of_kind(value: Any, kind: Any) -> bool:  # noqa: ANN401
    """Whether a value is of a field's type: an int is a float, a bool is no int, a tuple holds one type."""
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(isinstance(item, get_args(kind)[0]) for item in value)
    if isinstance(value, bool) and kind is not bool:
        return False
    return isinstance(value, (int, float) if kind is float else kind)
