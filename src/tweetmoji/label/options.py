"""What a user of `tweetmoji label` may choose, apart from files and model."""

from dataclasses import dataclass
from typing import Final

from tweetmoji.errors import SettingError

KEEP: Final = "keep"
SKIP: Final = "skip"

LOCAL: Final = "local"
RAY: Final = "ray"
ENGINES: Final = (LOCAL, RAY)

AUTO: Final = "auto"
JSON: Final = "json"
OFF: Final = "off"
PROGRESS: Final = (AUTO, JSON, OFF)
"""What stderr gets: a bar or a line a minute, JSON lines, or nothing but errors."""

LEAST_ROWS_FOR_SHARE: Final = 1000
"""Rows before a share of bad ones counts: one bad row at the beginning is no 100 %."""


@dataclass(frozen=True)
class LabelOptions:
    """What the output depends on, apart from input and model.

    Attributes:
        text_column: Name of the column with the texts; None to find it.
        scores: Whether to add a column for the score of each label, and `none` where the model knows it.
        min_confidence: Below this confidence emoji and label are null, 0 to 1.
        prefix: Stands before the name of each added column.
        on_error: `KEEP` a bad row, with a message in the column ``error``, or `SKIP` it.
        date_column: Name of a column with dates, for the summary over time; None for none.
        input_format: Format of the inputs; None for what their names say.
        output_format: Format of the outputs; None for what their names say.
    """

    text_column: str | None = None
    scores: bool = False
    min_confidence: float = 0.0
    prefix: str = ""
    on_error: str = KEEP
    date_column: str | None = None
    input_format: str | None = None
    output_format: str | None = None


@dataclass(frozen=True)
class MaxErrors:
    """How many bad rows are too many: more than ``count``, or more than ``share`` (0 to 1) of all."""

    count: int | None = None
    share: float | None = None

    @classmethod
    def parse(cls, text: str) -> "MaxErrors":
        """Parse ``N`` or ``P%``.

        Raises:
            SettingError: It is neither.
        """
        number = text.removesuffix("%")
        try:
            if number == text:
                if (count := int(number)) >= 0:
                    return cls(count=count)
            elif 0 <= (share := float(number)) <= 100:
                return cls(share=share / 100)
        except ValueError:
            pass
        raise SettingError(f"max errors is {text!r}; expected a number of rows such as 100, or a share such as 1%")

    def is_exceeded(self, bad: int, rows: int, *, final: bool) -> bool:
        """Whether there are too many bad rows; a share counts from `LEAST_ROWS_FOR_SHARE` rows on, and at the end."""
        if self.count is not None and bad > self.count:
            return True
        return self.share is not None and (final or rows >= LEAST_ROWS_FOR_SHARE) and bad > self.share * rows

    def __str__(self) -> str:
        return f"{100 * self.share:g}%" if self.share is not None else f"{self.count:,}"
