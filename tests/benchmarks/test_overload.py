"""The targets of the overload: which are missed, and that a run within them misses none."""

import pytest

from overload import find_missed

RUN = {
    "factor": 2,
    "statuses": {"200": 90, "429": 90},
    "served_share": 0.95,
    "accepted_p99_ms": 9000.0,
    "memory_mb": {"before": 100.0, "highest": 105.0, "last": 104.0},
    "recovery_s": 0.4,
}


@pytest.mark.parametrize("change", [{}, {"factor": 10, "served_share": 0.5}, {"accepted_p99_ms": None}])
def test_run_within_the_targets_misses_none(change):
    assert list(find_missed(RUN | change)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"statuses": {"200": 90, "503": 1}}, "503"),
        ({"statuses": {"200": 90, "connection lost": 1}}, "connection lost"),
        ({"served_share": 0.89}, "89% of the capacity"),
        ({"accepted_p99_ms": 12_001.0}, "12001 ms"),
        ({"memory_mb": {"before": 100.0, "highest": 111.0, "last": 100.0}}, "memory"),
        ({"recovery_s": 1.1}, "after 1.1 s"),
        ({"recovery_s": None}, "after None s"),
    ],
)
def test_missed_target_is_named(change, said):
    [missed] = find_missed(RUN | change)
    assert said in missed
