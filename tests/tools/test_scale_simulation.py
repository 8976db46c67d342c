"""`tools/scale_simulation.py`: times worked out by hand."""

import importlib
import sys

import pytest
from tests.toys.ray import ToyRay

pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install '.[evaluate]'")

import scale_simulation
from scale_simulation import find_rate, list_workers, render_simulation, simulate, write_scale_plot

CLUSTER = {"workers": 2, "n": 200_000, "rows_per_s": {"ray": {"median": 2048.0}, "stub": {"median": 40_960.0}}}
"""A worker takes 4 s for a part, the command 0.1 s: it keeps 40 workers busy."""


@pytest.mark.parametrize(
    ("workers", "parts", "worker_s", "command_s", "seconds"),
    [
        (1, 1, 4, 2, 6),  # sent after 1 s, answered after 5, stored after 6
        (1, 3, 4, 0, 12),  # one after the other
        (3, 6, 4, 0, 8),  # two each
        (2, 3, 4, 0, 8),  # one worker waits while the last part is answered
        (4, 100, 0, 2, 200),  # all time is the command's
    ],
)
def test_a_job_takes_as_long_as_by_hand(workers, parts, worker_s, command_s, seconds):
    assert simulate(workers, parts, worker_s, command_s) == pytest.approx(seconds)


def test_rows_a_second_grow_with_the_workers_until_the_command_has_no_time_left():
    rates = {n: find_rate(n, 10_000_000, 1024.0, 40_960.0) for n in (1, 10, 20, 80)}
    assert rates[1] == pytest.approx(1024, rel=0.03)
    assert rates[10] == pytest.approx(10_240, rel=0.05)
    assert rates[20] == pytest.approx(20_480, rel=0.05)
    assert rates[80] == pytest.approx(40_960, rel=0.05)
    assert max(rates.values()) < 40_961


def test_a_small_job_gains_less():
    assert find_rate(64, 100_000, 1024.0, 10.0**6) < find_rate(64, 10_000_000, 1024.0, 10.0**6) / 2


def test_workers_are_doubled_beyond_those_that_the_command_keeps_busy():
    assert list_workers(1024.0, 40_960.0) == [1, 2, 4, 8, 16, 32, 64, 128]


def test_rules_are_those_of_the_engine(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", ToyRay())
    monkeypatch.delitem(sys.modules, "tweetmoji.label.cluster", raising=False)
    cluster = importlib.import_module("tweetmoji.label.cluster")
    monkeypatch.delitem(sys.modules, "tweetmoji.label.cluster")
    assert (scale_simulation.SLOTS, scale_simulation.WINDOW) == (cluster.SLOTS, cluster.WINDOW)


def test_text_says_that_it_is_a_simulation_and_of_what():
    text = render_simulation({"ray": CLUSTER})
    assert "(benchmarks/scale.svg)" in text
    assert "**This is a simulation**; only the cross was measured, on 2 cores of one machine." in text
    assert "takes 4.00 s for a part of 4,096 rows, and the command 100 ms" in text
    assert render_simulation({}) == "Not measured."


def test_plot_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(scale_simulation, "JOBS", scale_simulation.JOBS[:1])
    write_scale_plot(CLUSTER, tmp_path / "scale")
    svg = (tmp_path / "scale.svg").read_text(encoding="utf-8")
    assert "simulated: 1,000,000 rows" in svg
    assert "measured: 200,000 rows" in svg
    assert (tmp_path / "scale.png").is_file()
