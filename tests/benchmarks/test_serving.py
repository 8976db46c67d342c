"""`benchmarks/serving.py` and its parts in http_load/: numbers worked out by hand, and processes that end."""

import os
import sys
import time
from pathlib import Path

import pytest
from tests.toys.serving import make_result, make_run

from http_load.load import _summarize_logs, _write_schedules
from http_load.processes import ServerError, run_server
from http_load.summary import compute_ratios, summarize, summarize_server

needs_proc = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no /proc here")


def test_summary_has_median_spread_and_every_value():
    assert summarize([3.0, 1.0, 2.0]) == {"median": 2.0, "spread": 2.0, "all": [3.0, 1.0, 2.0]}
    assert summarize([3.0, None]) is None


def test_a_rate_that_one_repetition_did_not_try_has_no_latency():
    summary = summarize_server([make_run(100), make_run(5, sustained=False)])
    assert summary["open"] == [{"rate": 10, "sustained": False}]
    assert summary["closed"][0]["errors"] == 4
    assert summary["closed"][0]["requests_per_s"]["median"] == 52.5


def test_ratios_are_above_one_where_ours_is_better():
    result = make_result(tweetmoji=100.0, other=50.0)
    ours = result["servers"][0]
    one = {"median": 200.0}
    ours["in_process"] = {"list_texts_per_s": one, "hundreds_texts_per_s": one, "one_text_ms": {"median": 5.0}}
    ours["hundreds_texts_per_s"] = {"median": 150.0}
    ratios = compute_ratios(result["servers"])
    assert set(ratios["to_peers"]["other"]["1"].values()) == {2.0}
    assert ratios["to_in_process"] == {"requests_to_list": {"1": 0.5}, "hundreds": 0.75, "one_text_ms": 2.0}


def test_logs_count_other_statuses_and_missing_responses_as_errors(tmp_path):
    (tmp_path / "0.log").write_text("1000000\t200\t1000\n2000000\t503\t9000\n", encoding="ascii")
    (tmp_path / "1.log").write_text("3000000\t200\t3000\n", encoding="ascii")
    summary = _summarize_logs(tmp_path, expected=5)
    assert (summary["n"], summary["errors"]) == (5, 3)
    assert summary["achieved_per_s"] == 1.0
    assert summary["p50_ms"] == 2.0


def test_schedules_have_the_rate_and_are_the_same_each_time(tmp_path):
    counts = _write_schedules("http://127.0.0.1:1/x", 8, 200, 5, tmp_path)
    first = (tmp_path / "0.times").read_text(encoding="ascii")
    assert sum(counts) == pytest.approx(1000, rel=0.15)
    assert _write_schedules("http://127.0.0.1:1/x", 8, 200, 5, tmp_path) == counts
    assert (tmp_path / "0.times").read_text(encoding="ascii") == first


@needs_proc
def test_all_processes_of_a_server_end_even_those_that_ignore_sigterm(monkeypatch):
    monkeypatch.setattr("http_load.processes.STOP_S", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('x', flush=True); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {deaf!r}])"
    with run_server([sys.executable, "-c", parent], dict(os.environ), lambda: True) as (group, _):
        deadline = time.monotonic() + 20
        while len(group.list_pids()) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(group.list_pids()) == 2
        assert group.measure_memory_mb() > 1
    assert group.list_pids() == []


def test_a_server_that_ends_is_an_error_with_what_it_printed():
    command = [sys.executable, "-c", "print('no model'); raise SystemExit(3)"]
    with pytest.raises(ServerError, match=r"(?s)exit code 3.*no model"), run_server(command, {}, lambda: False):
        pass
