"""Counts of labeled rows."""

import datetime as dt

import pytest

from tweetmoji.label.rows import Fault
from tweetmoji.label.tally import Tally, count_rows, find_day


def test_rows_are_counted(tiny_emojifier):
    sure = tiny_emojifier("happy")
    unsure = tiny_emojifier("today", min_confidence=1)
    tally = count_rows([sure, None, unsure, sure], [None, Fault("null", ""), None, None], ["2024-01-02"] * 4)
    assert (tally.rows, tally.bad, tally.unsure) == (4, {"null": 1}, 1)
    assert tally.labels == {"joy": 2}
    assert tally.confidence == {"joy": 2 * sure.confidence}
    assert tally.days == {"2024-01-02": {"joy": 2}}
    assert sum(tally.histogram) == 3
    assert tally.histogram[-1] == 2


def test_counts_add_up_and_survive_json(tiny_emojifier):
    one = count_rows([tiny_emojifier("happy " * 50)], [None], [0])
    two = count_rows([tiny_emojifier("sad"), None], [None, Fault("quote", "")], ["2024-01-02", None])
    total = Tally()
    for part in (one, two, one):
        total.add(Tally.from_json(part.to_json()))
    assert (total.rows, total.truncated, total.bad_rows) == (4, 2, 1)
    assert total.labels == {"joy": 2, "sadness": 1}
    assert total.days == {"1970-01-01": {"joy": 2}, "2024-01-02": {"sadness": 1}}
    assert one.labels == {"joy": 1}  # adding changes only the sum


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-01-02", "2024-01-02"),
        ("2024-01-02T23:00:00Z", "2024-01-02"),
        ("2024-01-02 23:00:00+09:00", "2024-01-02"),
        ("Wed Aug 27 13:08:45 +0000 2008", "2008-08-27"),
        ("Wed, 27 Aug 2008 13:08:45 +0000", "2008-08-27"),
        (86_400, "1970-01-02"),
        (dt.datetime(2024, 1, 2, 3, tzinfo=dt.UTC), "2024-01-02"),
        (dt.date(2024, 1, 2), "2024-01-02"),
        ("yesterday", None),
        (None, None),
        (1e300, None),
        ([], None),
    ],
)
def test_date_is_found(value, day):
    assert find_day(value) == day
