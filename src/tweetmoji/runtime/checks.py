"""What callers hand to the runtime, checked before anything is computed; each message names the argument."""

from collections.abc import Iterable, Mapping, Sequence
from numbers import Real

from tweetmoji.errors import SettingError


def check_threads(threads: int) -> None:
    """Refuse a number of threads that is no whole number above 0.

    Raises:
        SettingError: It is not.
    """
    if not isinstance(threads, int) or isinstance(threads, bool) or threads < 1:
        raise SettingError(f"threads is {threads!r}; expected a whole number above 0, or None for all cores")


def check_confidence(value: float) -> None:
    """Refuse a minimum confidence that is no number from 0 to 1.

    Raises:
        SettingError: It is not.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= value <= 1:
        raise SettingError(f"min_confidence is {value!r}; expected a number from 0 to 1")


def check_text(text: str, hint: str = "") -> None:
    """Refuse a text that is no str.

    Args:
        text: The text.
        hint: What the message adds.

    Raises:
        TypeError: It is not.
    """
    if not isinstance(text, str):
        raise TypeError(f"text is {_describe(text)}; expected a str{hint}")


def check_texts(texts: Iterable[str]) -> list[str]:
    """List the texts.

    Raises:
        TypeError: They are a single str, or hold something else than str.
    """
    if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
        raise TypeError(f"texts is {_describe(texts)}; expected a list of str (for one text, call the object itself)")
    listed = list(texts)
    for i, text in enumerate(listed):
        if not isinstance(text, str):
            raise TypeError(f"texts[{i}] is {_describe(text)}; expected a str")
    return listed


def check_k(k: int) -> None:
    """Refuse a number of suggestions that is no whole number above 0.

    Raises:
        SettingError: It is not.
    """
    if not isinstance(k, int) or isinstance(k, bool) or k < 1:
        raise SettingError(f"k is {k!r}; expected a whole number above 0")


def check_emoji(emoji: Mapping[str, str], labels: Sequence[str]) -> None:
    """Refuse emoji that cannot replace those of a model.

    Args:
        emoji: Label to emoji.
        labels: Labels of the model.

    Raises:
        TypeError: ``emoji`` is no mapping.
        SettingError: It has a label that the model does not have, or something else than a string that is not empty.
    """
    if not isinstance(emoji, Mapping):
        raise TypeError(f"emoji is {_describe(emoji)}; expected a mapping of label to emoji")
    for label, symbol in emoji.items():
        if label not in labels:
            raise SettingError(f"emoji for {label!r}, which is no label of this model; expected {', '.join(labels)}")
        if not isinstance(symbol, str) or not symbol.strip():
            raise SettingError(f"the emoji for {label!r} is {symbol!r}; expected a string that is not empty")


def _describe(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
