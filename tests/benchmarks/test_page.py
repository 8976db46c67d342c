"""`benchmarks/page.py`: the clock in a real browser, and the summary of its times."""

import pytest
from tests.browser import require_browser

pytest.importorskip("playwright", reason="playwright is not installed")

import page
import picture


@pytest.mark.system
def test_each_text_after_the_warm_up_has_a_time(heads_emojifier):
    binary = require_browser()
    with picture.serving(heads_emojifier) as url:
        times_ms, browser = page.measure(binary, url, ["happy", "happy dog", "sad"], 1)
    assert len(times_ms) == 2
    assert all(0 < time_ms < page.DEADLINE_MS for time_ms in times_ms)
    assert browser.split(".")[0].isdecimal()


def test_summary_has_median_and_95th_percentile():
    found = page.summarize_times([float(value) for value in range(100, -1, -1)])
    assert found.pop("all")[:2] == [100, 99]
    assert found == {"median": 50, "p95": 95, "lowest": 0, "highest": 100}


def test_missing_browser_is_said(monkeypatch):
    monkeypatch.setattr(picture, "BROWSERS", ("no-such-browser",))
    with pytest.raises(SystemExit, match="page: no chromium on PATH"):
        page.main([])
