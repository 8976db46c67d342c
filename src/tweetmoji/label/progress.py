"""What a run says on stderr while it works: a bar, a line a minute, or JSON; and the summary at the end."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import click

from tweetmoji.label.options import AUTO, JSON, OFF
from tweetmoji.label.run import Outcome, Progress
from tweetmoji.label.tally import Tally

BAR_S: Final = 0.2
LINE_S: Final = 60.0
JSON_S: Final = 1.0
"""Seconds between two lines of each kind, at least."""

BAR_CHARS: Final = 24


class Reporter:
    """Shows the progress of a run."""

    def __init__(
        self, mode: str, write: Callable[[str], None], *, terminal: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin to measure time.

        Args:
            mode: One of `PROGRESS`.
            write: Writes to stderr.
            terminal: Whether stderr is a terminal, which gets a bar instead of lines.
            clock: Seconds.
        """
        self._mode = mode
        self._write = write
        self._bar = terminal and mode == AUTO
        self._interval_s = JSON_S if mode == JSON else BAR_S if self._bar else LINE_S
        self._clock = clock
        self._start = self._last = clock()
        self._first_fraction: float | None = None

    def show(self, progress: Progress) -> None:
        """Show a progress, unless the last one was just now."""
        now = self._clock()
        if self._first_fraction is None:
            self._first_fraction = self._guess_start(progress)
        if self._mode == OFF or now - self._last < self._interval_s:
            return
        self._last = now
        rate = progress.new_rows / max(1e-9, now - self._start)
        left_s = self._estimate(progress.fraction, now)
        if self._mode == JSON:
            self._write(json.dumps(_round(progress, rate, left_s)) + "\n")
            return
        line = format_progress(progress, rate, left_s, bar=self._bar)
        self._write(f"\r\x1b[K{line}" if self._bar else f"{line}\n")

    def close(self) -> None:
        """Take the bar away."""
        if self._bar and self._last > self._start:
            self._write("\r\x1b[K")

    def _guess_start(self, progress: Progress) -> float:
        """Where this run began: what an earlier run did takes no time."""
        share = progress.new_rows / progress.rows if progress.rows else 1.0
        return (progress.fraction or 0.0) * (1 - share)

    def _estimate(self, fraction: float | None, now: float) -> float | None:
        done = (fraction or 0.0) - (self._first_fraction or 0.0)
        return (now - self._start) * (1 - (fraction or 0.0)) / done if done > 0 else None


def _round(progress: Progress, rate: float, left_s: float | None) -> dict[str, Any]:
    return {
        "rows": progress.rows,
        "bad_rows": progress.bad_rows,
        "rows_per_s": round(rate, 1),
        "fraction": None if progress.fraction is None else round(progress.fraction, 4),
        "left_s": None if left_s is None else round(left_s, 1),
    }


def format_progress(progress: Progress, rate: float, left_s: float | None, *, bar: bool) -> str:
    """Format a line of progress."""
    parts = [f"{progress.rows:,} rows", f"{rate:,.0f} rows/s"]
    if progress.bad_rows:
        parts.append(f"{progress.bad_rows:,} bad")
    if progress.fraction is not None:
        drawn = "█" * round(BAR_CHARS * progress.fraction)
        parts.insert(0, f"{drawn:░<{BAR_CHARS}} {progress.fraction:4.0%}" if bar else f"{progress.fraction:.0%}")
        if left_s is not None:
            parts.append(f"{format_duration(left_s)} left")
    return "  ".join(parts)


def format_duration(seconds: float) -> str:
    """Format a duration: ``1:02:03``, or ``2:03`` below an hour."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def summarize(outcome: Outcome) -> dict[str, Any]:
    """Summarize a run as JSON: counts, and by label rows and mean confidence, the most frequent one first."""
    tally = outcome.tally
    return {
        "rows": tally.rows,
        "new_rows": outcome.new_rows,
        "bad_rows": tally.bad_rows,
        "bad": tally.bad,
        "unsure": tally.unsure,
        "truncated": tally.truncated,
        "labels": {
            label: {"rows": n, "mean_confidence": tally.confidence[label] / n} for label, n in rank_labels(tally)
        },
        "errors": str(outcome.errors) if outcome.errors else None,
    }


def rank_labels(tally: Tally) -> list[tuple[str, int]]:
    """Labels with their rows, the most frequent one first."""
    return sorted(tally.labels.items(), key=lambda item: (-item[1], item[0]))


def format_summary(outcome: Outcome, format_table: Callable[[list[list[str]]], list[str]]) -> list[str]:
    """Format the summary for people."""
    tally = outcome.tally
    lines = []
    if tally.labels:
        rows = [["label", "rows", "share", "mean confidence"]]
        rows += [
            [label, f"{n:,}", f"{n / tally.rows:.1%}", f"{tally.confidence[label] / n:.3f}"]
            for label, n in rank_labels(tally)
        ]
        lines += format_table(rows)
    earlier = tally.rows - outcome.new_rows
    notes = [f"{tally.rows:,} rows"]
    if earlier:
        notes.append(f"{earlier:,} of them by an earlier run")
    if tally.unsure:
        notes.append(f"{tally.unsure:,} below the minimal confidence")
    if tally.truncated:
        notes.append(f"{tally.truncated:,} longer than the model reads")
    if tally.bad:
        kinds = ", ".join(f"{n:,} {kind}" for kind, n in sorted(tally.bad.items()))
        where = f", listed in {outcome.errors}" if outcome.errors else ""
        notes.append(f"{tally.bad_rows:,} bad ({kinds}){where}")
    return [*lines, "; ".join(notes)]


def write_stderr(text: str) -> None:
    """Write to stderr, if it is open."""
    if sys.stderr is not None:
        click.echo(text, nl=False, err=True)
