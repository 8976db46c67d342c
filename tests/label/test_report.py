"""The summary as a page."""

import pytest

from tweetmoji.label.tally import Tally

pytest.importorskip("matplotlib")
from tweetmoji.label.plots import MOST_DAYS, draw_days
from tweetmoji.label.report import write_report


@pytest.fixture
def tally():
    made = Tally(rows=10, bad={"null": 1}, unsure=2, truncated=3, labels={"joy": 7}, confidence={"joy": 5.6})
    made.histogram[16] = 7
    made.days = {"2024-01-02": {"joy": 3}, "2024-01-01": {"joy": 4}}
    return made


def test_page_has_counts_and_plots_and_needs_no_other_file(tally, tiny_emojifier, tmp_path):
    write_report(tally, "<out>.csv", tiny_emojifier, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    assert "&lt;out&gt;.csv" in page
    assert "😂 joy</th><td>7</td><td>70.0 %</td><td>0.800</td>" in page
    assert "1 rows are bad: 1 null." in page
    assert "src=" not in page
    assert "<link" not in page
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_page_of_no_rows_can_be_written(tiny_emojifier, tmp_path):
    write_report(Tally(), "out.csv", tiny_emojifier, tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8").count("<svg") == 2


def test_long_times_are_drawn_by_month(tiny_emojifier):
    days = {
        f"{year}-{month:02d}-{day:02d}": {"joy": 1}
        for year in (2023, 2024)
        for month in range(1, 13)
        for day in (1, 2, 3, 4, 5, 6)
    }
    assert len(days) > MOST_DAYS
    [axes] = draw_days(days, tiny_emojifier.labels).axes
    assert axes.get_ylabel() == "rows a month"
