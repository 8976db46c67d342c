"""The plots of a scorecard show its numbers."""

import pytest

pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install '.[evaluate]'")

from matplotlib.colors import to_hex

from tweetmoji.evaluate.report import plots
from tweetmoji.evaluate.report.plots import (
    LINE_COLORS,
    draw_behavior,
    draw_confusion,
    draw_reliability,
    draw_selective,
    has_confusion,
    write_plots,
)
from tweetmoji.reporting.plots import plot_style

NAMES = ["confusion-emotion-val", "confusion-tweeteval-val", "reliability", "selective"]


@pytest.fixture(autouse=True)
def _style():
    with plot_style():
        yield


@pytest.fixture
def unsaved(monkeypatch):
    """Draw plots and save none, which takes longest."""
    monkeypatch.setattr(plots, "save_plot", lambda *_: None)


def ticks_of(axis):
    return [tick.get_text() for tick in axis.get_ticklabels()]


def texts_of(axes):
    return [text.get_text() for text in axes.texts]


def test_draw_reliability_has_a_panel_for_each_split_and_a_dot_for_each_bin(full):
    panels = draw_reliability(full["evaluations"]).axes
    assert [axes.get_title(loc="left") for axes in panels] == ["Emotion (dair-ai) val", "TweetEval emotion val"]
    (dots,) = panels[0].collections
    assert dots.get_offsets().tolist() == [[0.45, 0.5], [0.95, 0.75]]
    small, large = dots.get_sizes()
    assert large > small
    assert texts_of(panels[0]) == ["ECE 0.871"]


@pytest.mark.parametrize(("splits", "shown"), [(1, 1), (3, 3), (4, 4)])
def test_draw_reliability_leaves_panels_beyond_the_splits_empty(full, splits, shown):
    figure = draw_reliability(full["evaluations"][:1] * splits)
    assert sum(axes.axison for axes in figure.axes) == shown


def test_draw_selective_has_a_line_for_each_split_and_a_color_for_each_source(full, evaluation_of):
    (axes,) = draw_selective([*full["evaluations"], evaluation_of("tweeteval", "test")]).axes
    assert [(line.get_label(), to_hex(line.get_color()), line.get_linestyle()) for line in axes.lines] == [
        ("Emotion (dair-ai) val", LINE_COLORS[0], "--"),
        ("TweetEval emotion val", LINE_COLORS[1], "--"),
        ("TweetEval emotion test", LINE_COLORS[1], "-"),
    ]
    assert axes.lines[0].get_xydata().tolist() == [[0.5, 0.8], [1.0, 0.6]]
    assert axes.get_ylim()[0] <= 0.6


def test_draw_confusion_shows_shares_of_each_row(full):
    (axes,) = draw_confusion(full["evaluations"][0]).axes
    cells = {text.get_position()[::-1]: text.get_text() for text in axes.texts if text.get_text()}
    assert cells == {(0.5, 0.5): "86%", (0.5, 1.5): "14%", (1.5, 0.5): "100%"}
    assert ticks_of(axes.yaxis) == ["joy (7)", "love (3)"]
    assert ticks_of(axes.xaxis) == ["joy", "love"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


def test_draw_confusion_of_a_class_without_texts_has_an_empty_row(full):
    evaluation = full["evaluations"][0]
    evaluation["metrics"]["confusion"] = [[6, 1], [0, 0]]
    (axes,) = draw_confusion(evaluation).axes
    assert texts_of(axes) == ["86%", "14%", "", ""]


def test_draw_behavior_has_bars_with_intervals_best_on_top_and_total_below(full):
    (axes,) = draw_behavior(full["behavior"]).axes
    assert ticks_of(axes.yaxis) == ["case", "irony", "total"]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([1, 1 / 4, 4 / 7])
    assert texts_of(axes) == ["3 of 3", "1 of 4", "4 of 7"]
    (whiskers,) = axes.collections
    assert [segment[:, 0].tolist() for segment in whiskers.get_segments()] == [
        pytest.approx([row["low"], row["high"]])
        for row in (*reversed(full["behavior"]["capabilities"]), full["behavior"]["total"])
    ]


def test_write_plots_writes_svg_and_png(tmp_path, full):
    names = [*NAMES, "behavior"]
    assert write_plots(full, tmp_path) == {name: tmp_path / f"{name}.svg" for name in names}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{name}.{kind}" for name in names for kind in ("svg", "png")
    )


def test_write_plots_draws_only_what_was_measured(unsaved, tmp_path, splits_only, cases_only):
    assert list(write_plots(splits_only, tmp_path)) == NAMES
    assert list(write_plots(cases_only, tmp_path)) == ["behavior"]


def test_many_long_labels_do_not_overlap(evaluation_of):
    labels = ("disappointment", "<b>embarrassment</b>")
    figure = draw_confusion(evaluation_of("table", "full", labels=labels))
    figure.draw_without_rendering()
    first, second = (tick.get_window_extent() for tick in figure.axes[0].xaxis.get_ticklabels())
    assert first.x1 < second.x0


def test_dollar_signs_in_labels_are_no_formula(tmp_path, evaluation_of, full):
    evaluation = evaluation_of("table", "full", labels=(r"$\oops$", "b"))
    write_plots(full | {"evaluations": [evaluation], "behavior": None}, tmp_path)
    assert r"$\oops$ (7)" in (tmp_path / "confusion-table-full.svg").read_text(encoding="utf-8")


def test_classes_that_are_emoji_have_no_confusion_matrix(unsaved, tmp_path, detailed, evaluation_of):
    detailed["behavior"] = None
    assert list(write_plots(detailed, tmp_path)) == NAMES
    assert has_confusion(evaluation_of("table", "full", labels=("怒り", "2")))
    assert not has_confusion(evaluation_of("emoji", "val", labels=("joy", "😂")))
