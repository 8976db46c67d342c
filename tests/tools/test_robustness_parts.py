"""The tables and the plot of docs/operations.md about faults and overload, from made-up results."""

import robustness_parts

HARDWARE = {"cores": 2, "cpu": "Toy"}
SOAK = {
    "seed": 7,
    "seconds": 20,
    "answered": 1200,
    "texts_answered": 5000,
    "lost": 0,
    "wrong": 0,
    "attempts": {"200": 1200, "429": 30, "no connection": 70},
    "p50_ms": 12.0,
    "p99_ms": 2500.0,
    "processes": 3,
    "faults": {"worker died": 2},
    "memory_mb": {"of_s": 12, "first": 140.4, "last": 141.6, "growth_mb_per_h": 1},
    "series": {"s": [0, 1, 2], "memory_mb": [100, None, 120], "per_s": [1, 2, 3], "faults": [[], ["worker died"], []]},
    "log": {"lines": 1300, "not_json": 4},
    "hardware": HARDWARE,
}
RUN = {
    "factor": 2,
    "sent_per_s": 50.04,
    "statuses": {"200": 400, "429": 600},
    "served_share": 0.953,
    "accepted_p50_ms": 4000.2,
    "accepted_p99_ms": 5200.0,
    "single_p50_ms": 30.0,
    "single_p99_ms": None,
    "memory_mb": {"before": 130.2, "highest": 133.3, "last": 131},
    "recovery_s": None,
}


def test_soak_says_what_was_lost_and_how_often_each_fault_came():
    shown = robustness_parts.render_soak(SOAK)
    assert "| **requests lost** | 0 |" in shown
    assert "| attempts that had to be made again | 100 |" in shown
    assert "| worker died | 2 |" in shown
    assert "140 / 142 MB" in shown
    assert "20 seconds with seed 7" in shown


def test_soak_too_short_for_a_trend_of_the_memory_shows_a_dash():
    assert "first and last quarter | – |" in robustness_parts.render_soak(SOAK | {"memory_mb": None})


def test_soak_says_what_it_missed():
    shown = robustness_parts.render_soak(SOAK | {"missed": ["memory grew"]})
    assert shown.endswith(" Missed: memory grew.")
    assert "Missed" not in robustness_parts.render_soak(SOAK)


def test_overload_has_a_column_for_each_factor_and_a_row_for_each_status():
    measured = {"capacity_per_s": [25.0, 24.0], "texts_per_request": 32, "idle_ms": 5, "seconds": 60}
    result = measured | {"hardware": HARDWARE}
    other = RUN | {"factor": 10, "statuses": {"200": 400, "503": 1}, "recovery_s": 0.42}
    lines = robustness_parts.render_overload(result | {"runs": [RUN, other]}).splitlines()
    assert lines[0] == "| overload | 2× the capacity | 10× the capacity |"
    assert "| served, as a share of the capacity | 95% | 95% |" in lines
    assert "| responses of 429 | 600 | 0 |" in lines
    assert "| responses of 503 | 0 | 1 |" in lines
    assert "| accepted requests, median / p99 | 4,000 / 5,200 ms | 4,000 / 5,200 ms |" in lines
    assert any(line.startswith("| normal again after |") and line.endswith("| 0.4 s |") for line in lines)
    assert lines[-1].startswith("Capacity before, between and after: 25.0, 24.0 requests/s of 32 texts")
    assert "Missed" not in lines[-1]
    missed = robustness_parts.render_overload(result | {"runs": [RUN], "missed": ["2×: a", "2×: b"]})
    assert missed.endswith(" Missed: 2×: a; 2×: b.")


def test_plot_is_drawn_with_gaps(tmp_path):
    robustness_parts.write_soak_plot(SOAK, tmp_path / "soak")
    assert "gaps: it starts" in (tmp_path / "soak.svg").read_text(encoding="utf-8")
    assert (tmp_path / "soak.png").stat().st_size > 1000
