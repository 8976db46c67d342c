"""`benchmarks/rounds.py` and `benchmarks/ways/protocol.py`: real child processes, and the order of rounds."""

import sys
from pathlib import Path

import pytest

import rounds
from rounds import Process, Rounds, Way, WayError, drop_slow, rotate, run_round, start_ways

CHILD = """
import os, time
from protocol import answer_rounds
def say(step):
    print("a library's message", flush=True)
    return {"texts_per_s": 100.0 / step}
answer_rounds({"say": say, "end": lambda _: os._exit(3), "hang": time.sleep}, [])
"""


@pytest.fixture(autouse=True)
def no_settling(monkeypatch):
    monkeypatch.setattr(rounds, "SETTLE_S", 0)


@pytest.fixture
def way(tmp_path):
    script = tmp_path / "child.py"
    script.write_text(CHILD, encoding="utf-8")
    return Way("child", Path(sys.executable), str(script), [])


def test_a_job_answers_with_its_figures_whatever_it_prints(way):
    process = Process(way)
    assert process.jobs == ["say", "end", "hang"]
    assert process.run("say", 4) == {"texts_per_s": 25.0}
    assert process.run("memory")["peak_mb"] > 1
    process.close()


def test_a_way_that_ends_is_an_error_with_its_exit_code(way):
    process = Process(way)
    with pytest.raises(WayError, match=r"^child: ended with 3$"):
        process.run("end")
    process.close()


def test_a_way_that_does_not_answer_in_time_is_an_error(way, monkeypatch):
    process = Process(way)
    monkeypatch.setattr(rounds, "ANSWER_TIMEOUT_S", 0.1)
    with pytest.raises(WayError, match=r"^child: no answer within 0 s$"):
        process.run("hang", 600)
    process.close()


def test_a_way_that_does_not_start_is_noted_and_left_out(tmp_path):
    failed = {}
    missing = Way("missing", Path(sys.executable), str(tmp_path / "missing.py"), [])
    assert start_ways([missing], failed) == {}
    assert failed == {"missing": "missing: ended with 2"}


def test_a_way_that_fails_in_a_round_runs_no_further_job(way):
    process, noted = Process(way), Rounds()
    run_round({"child": process}, [("child", "say"), ("child", "end"), ("child", "say")], noted)
    process.close()
    assert noted.figures == {("child", "say"): [{"texts_per_s": 100.0}]}
    assert noted.failed == {"child": "child: ended with 3"}


def test_the_fastest_configurations_of_an_engine_go_on_and_all_figures_are_forgotten():
    noted = Rounds(figures={("a 1", "x"): [{"texts_per_s": 100.0}], ("a 2", "x"): [{"texts_per_s": 74.0}]})
    noted.figures |= {("a 2", "y"): [{"texts_per_s": 75.0}], ("b", "x"): [{"texts_per_s": 1.0}]}
    noted.figures |= {("limit", "limit"): [{"multiply_adds_per_s": 1.0}]}
    drop_slow(noted, {"a 1": "a", "a 2": "a"}, 2)
    assert noted.figures == {("a 1", "x"): [], ("a 2", "y"): [], ("b", "x"): [], ("limit", "limit"): []}
    assert noted.dropped == {("a 2", "x"): {"texts_per_s": 74.0}}


def test_every_round_has_every_job_from_another_one_on_and_every_second_one_runs_backwards():
    jobs = [("way", job) for job in "abcdefg"]
    orders = [rotate(jobs, number, 5) for number in range(5)]
    assert all(sorted(order) == jobs for order in orders)
    assert ["".join(job for _, job in order) for order in orders] == [
        *("abcdefg", "agfedcb", "cdefgab", "dcbagfe", "fgabcde"),
    ]
