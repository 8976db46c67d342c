"""What a run says while it works, and at the end."""

import json
from pathlib import Path

import pytest

from tweetmoji.cli.terminal import format_table
from tweetmoji.label.progress import Reporter, format_duration, format_summary, summarize
from tweetmoji.label.run import Outcome, Progress
from tweetmoji.label.tally import Tally


@pytest.fixture
def report():
    """A reporter with a clock of its own; gives what it writes after progress at some seconds."""

    def run(mode, seconds, *, terminal=False, earlier=0, fraction=True):
        now, written = [0.0], []
        reporter = Reporter(mode, written.append, terminal=terminal, clock=lambda: now[0])
        for second in seconds:
            now[0] = second
            rows = round(100 * second)
            share = (earlier + rows) / 10_000 if fraction else None
            reporter.show(Progress(earlier + rows, rows, 3, share))
        reporter.close()
        return written

    return run


def test_terminal_gets_a_bar_that_goes_at_the_end(report):
    written = report("auto", [0.1, 10, 10.1, 50], terminal=True)
    assert [text.startswith("\r\x1b[K") for text in written] == [True] * 3
    assert "██░" in written[0]
    assert "10%  1,000 rows  100 rows/s  3 bad  1:30 left" in written[0]
    assert written[-1] == "\r\x1b[K"


def test_elsewhere_there_is_a_line_a_minute(report):
    written = report("auto", range(1, 181))
    assert len(written) == 3
    assert written[0] == "60%  6,000 rows  100 rows/s  3 bad  0:40 left\n"


def test_time_left_does_not_count_what_an_earlier_run_did(report):
    assert report("auto", [1, 60], earlier=3000)[-1].endswith("0:10 left\n")


def test_unknown_size_has_no_time_left(report):
    assert report("auto", [60], fraction=False) == ["6,000 rows  100 rows/s  3 bad\n"]


def test_json_is_an_object_a_second(report):
    lines = report("json", [0.5, 1, 1.5, 2], terminal=True)
    assert [json.loads(line)["rows"] for line in lines] == [100, 200]
    assert json.loads(lines[0]) == {"rows": 100, "bad_rows": 3, "rows_per_s": 100, "fraction": 0.01, "left_s": 99}


def test_off_says_nothing(report):
    assert report("off", range(200), terminal=True) == []


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (3723, "1:02:03")])
def test_duration_is_formatted(seconds, text):
    assert format_duration(seconds) == text


def test_summary_has_counts_and_mean_confidence_by_label():
    tally = Tally(rows=1000, bad={"null": 2, "fields": 1}, unsure=4, truncated=5)
    tally.labels, tally.confidence = {"fear": 200, "joy": 800}, {"fear": 100.0, "joy": 720.0}
    outcome = Outcome(tally, new_rows=300, errors=Path("b.errors.jsonl"))
    lines = format_summary(outcome, format_table)
    assert [line.split() for line in lines[1:3]] == [
        ["joy", "800", "80.0%", "0.900"],
        ["fear", "200", "20.0%", "0.500"],
    ]
    assert lines[3] == (
        "1,000 rows; 700 of them by an earlier run; 4 below the minimal confidence; 5 longer than the model reads; "
        "3 bad (1 fields, 2 null), listed in b.errors.jsonl"
    )
    assert summarize(outcome)["labels"]["joy"] == {"rows": 800, "mean_confidence": 0.9}
    assert list(summarize(outcome)["labels"]) == ["joy", "fear"]
