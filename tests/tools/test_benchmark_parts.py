"""`tools/benchmark_parts.py`: the table of the page's speed says what was measured, on what."""

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install '.[evaluate]'")

from benchmark_parts import render_page


def test_table_has_each_time_n_and_the_machine():
    result = {
        "n": 50,
        "warm_up": 5,
        "texts": "generated",
        "answer_ms": {"median": 41.4, "p95": 77.6, "lowest": 30.2, "highest": 120.0, "all": []},
        "browser": "Chromium 140.0",
        "hardware": {"cores": 2, "cpu": "Some CPU"},
    }
    lines = render_page(result).splitlines()
    assert lines[0] == "| end of the debounce to the painted answer, n = 50, 2 cores | ms |"
    assert lines[2:6] == ["| median | 41 |", "| 95th percentile | 78 |", "| lowest | 30 |", "| highest | 120 |"]
    assert lines[-1] == (
        "Texts: generated, after 5 that do not count; Chromium 140.0, headless, on the machine of the server "
        "(Some CPU)."
    )
