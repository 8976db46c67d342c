"""`benchmarks/operators.py`: kinds of operators are summed over the runs that count."""

import pytest

from operators import BETWEEN, REST, sum_kinds


def run(ts, dur):
    return {"name": "model_run", "ts": ts, "dur": dur}


def kernel(ts, dur, operator):
    return {"name": f"some.layer_{ts}_kernel_time", "ts": ts, "dur": dur, "args": {"op_name": operator}}


def test_kinds_are_summed_over_the_last_runs_and_divided_by_their_texts():
    events = [
        {"name": "session_initialization", "ts": 0, "dur": 5000},
        run(10, 900),
        kernel(11, 800, "Gelu"),  # of the warm-up
        run(1000, 100),
        kernel(1001, 40, "MatMulIntegerToFloat"),
        kernel(1050, 10, "QuantizeLinear"),
        kernel(1070, 6, "Div"),
        {"name": "some.layer_fence_before", "ts": 1080, "dur": 3, "args": {"op_name": "Gelu"}},
        run(1100, 60),
        kernel(1101, 20, "MatMulIntegerToFloat"),
        kernel(1130, 8, "Gather"),
    ]
    kinds = sum_kinds(events, texts=4, runs=2)
    assert kinds["int8 products"] == pytest.approx(60 / 4)
    assert kinds["quantizing"] == pytest.approx(16 / 4)
    assert kinds["GELU"] == 0
    assert kinds[REST] == pytest.approx(8 / 4)
    assert kinds[BETWEEN] == pytest.approx((160 - 84) / 4)
    assert sum(kinds.values()) == pytest.approx(160 / 4)
