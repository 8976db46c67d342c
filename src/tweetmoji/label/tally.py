"""Counts of labeled rows: what the summary says, added up part by part."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Final, Self

from tweetmoji.label.rows import Fault
from tweetmoji.runtime.emojifier import Prediction

BINS: Final = 20
"""Bins of the histogram of the confidence."""


@dataclass
class Tally:
    """Counts of some rows.

    Attributes:
        rows: All rows.
        bad: Kind of fault to rows.
        unsure: Rows whose confidence is below the minimum.
        truncated: Rows whose text was longer than the model reads.
        labels: Label to rows.
        confidence: Label to the sum of its rows' confidence.
        histogram: Rows by confidence, in `BINS` bins from 0 to 1.
        days: Date to label to rows; empty without a date column.
    """

    rows: int = 0
    bad: dict[str, int] = field(default_factory=dict)
    unsure: int = 0
    truncated: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    histogram: list[int] = field(default_factory=lambda: [0] * BINS)
    days: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def bad_rows(self) -> int:
        """Rows with a fault."""
        return sum(self.bad.values())

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Of what `to_json` gave."""
        return cls(**value)

    def add(self, other: "Tally") -> None:
        """Add the counts of other rows."""
        self.rows += other.rows
        self.unsure += other.unsure
        self.truncated += other.truncated
        for mine, others in [
            (self.bad, other.bad),
            (self.labels, other.labels),
            *((self.days.setdefault(day, {}), labels) for day, labels in other.days.items()),
        ]:
            for name, n in others.items():
                mine[name] = mine.get(name, 0) + n
        for name, total in other.confidence.items():
            self.confidence[name] = self.confidence.get(name, 0.0) + total
        self.histogram = [a + b for a, b in zip(self.histogram, other.histogram, strict=True)]


def count_rows(
    predictions: Sequence[Prediction | None], faults: Sequence[Fault | None], dates: Sequence[Any] | None = None
) -> Tally:
    """Count the rows of a part; ``dates`` has a value of the date column for each."""
    tally = Tally(rows=len(predictions))
    for i, (prediction, fault) in enumerate(zip(predictions, faults, strict=True)):
        if fault:
            tally.bad[fault.kind] = tally.bad.get(fault.kind, 0) + 1
        if prediction is None:
            continue
        tally.truncated += prediction.truncated
        tally.histogram[min(BINS - 1, int(prediction.confidence * BINS))] += 1
        if prediction.label is None:
            tally.unsure += 1
            continue
        tally.labels[prediction.label] = tally.labels.get(prediction.label, 0) + 1
        tally.confidence[prediction.label] = tally.confidence.get(prediction.label, 0.0) + prediction.confidence
        if dates is not None and (day := find_day(dates[i])):
            labels = tally.days.setdefault(day, {})
            labels[prediction.label] = labels.get(prediction.label, 0) + 1
    return tally


def find_day(value: object) -> str | None:
    """Find the date of a value as ``YYYY-MM-DD``: of dates, ISO 8601, Twitter's format, RFC 5322, seconds since 1970.

    Returns:
        The date as it stands, without a change of time zone; None if the value is none of these.
    """
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    try:
        if isinstance(value, int | float):
            return dt.datetime.fromtimestamp(value, dt.UTC).date().isoformat()
        if isinstance(value, str):
            return _parse_day(value.strip())
    except (ValueError, OverflowError, OSError, TypeError):
        pass
    return None


def _parse_day(text: str) -> str:
    try:
        return dt.datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        pass
    try:
        return dt.datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y").date().isoformat()
    except ValueError:
        return parsedate_to_datetime(text).date().isoformat()
