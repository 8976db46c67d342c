"""The plots show the numbers of the audit, each emotion in its color."""

from dataclasses import replace

import pytest

pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install '.[explore]'")

from matplotlib.colors import to_hex
from tests.toys.datasets import make_labeled

from tweetmoji.explore import audit_splits
from tweetmoji.explore.label_errors import Confusion, LabelErrors
from tweetmoji.explore.plots import (
    draw_characteristic_words,
    draw_classes,
    draw_common_words,
    draw_label_errors,
    draw_lengths,
    write_plots,
)
from tweetmoji.explore.vocabulary import CharacteristicWord
from tweetmoji.reporting.plots import COLORS, plot_style

NAMES = ["classes", "lengths", "common_words", "characteristic_words"]


@pytest.fixture(autouse=True)
def _style():
    with plot_style():
        yield


@pytest.fixture
def with_errors(audit):
    errors = LabelErrors("train", 8, (Confusion("joy", "love", 1234), Confusion("fear", "surprise", 2)), ())
    return replace(audit, label_errors=errors)


def texts_of(axes):
    return [text.get_text() for text in axes.texts]


def ticks_of(axis):
    return [tick.get_text() for tick in axis.get_ticklabels()]


def test_draw_classes_draws_shares_in_colors_with_counts(audit):
    train, val, test = draw_classes(audit).axes
    assert [axes.get_title(loc="left") for axes in (train, val, test)] == ["train, n = 8", "val, n = 2", "test, n = 2"]
    assert ticks_of(train.yaxis) == list(audit.labels)
    assert [bar.get_width() for bar in train.patches] == [1 / 8, 3 / 8, 1 / 8, 1 / 8, 1 / 8, 1 / 8]
    assert [to_hex(bar.get_facecolor()) for bar in train.patches] == list(COLORS.values())
    assert texts_of(val) == ["1", "1", "0", "0", "0", "0"]
    assert train.get_ylim()[0] > train.get_ylim()[1]  # the first label on top


def test_draw_lengths_draws_boxes_between_the_quartiles(audit):
    characters, words = draw_lengths(audit).axes
    assert (characters.get_xlabel(), words.get_xlabel()) == ("characters a text", "words a text")
    assert ticks_of(characters.yaxis) == ["train", "val", "test"]
    points = audit.splits["train"].characters
    box = characters.patches[0].get_path().vertices[:, 0]
    assert (box.min(), box.max()) == (points.first, points.third)
    assert max(line.get_xdata().max() for line in characters.lines) == max(
        summary.characters.most for summary in audit.splits.values()
    )


def test_draw_common_words_draws_shares():
    audit = audit_splits({"train": make_labeled([("i feel", "joy")] * 15 + [("i go", "joy")] * 15)})
    (axes,) = draw_common_words(audit).axes
    assert ticks_of(axes.yaxis) == ["i", "feel", "go"]
    assert [bar.get_width() for bar in axes.patches] == [1, 0.5, 0.5]
    assert texts_of(axes) == ["100%", "50%", "50%"]


def test_draw_characteristic_words_has_a_panel_a_label(audit):
    words = dict.fromkeys(audit.labels, ()) | {"love": (CharacteristicWord("mine", 4.5, 20),)}
    figure = draw_characteristic_words(replace(audit, characteristic_words=words))
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["sadness: none", "joy: none", "love", "anger: none", "fear: none", "surprise: none"]
    love = figure.axes[2]
    assert ticks_of(love.yaxis) == ["mine"]
    assert [(bar.get_width(), to_hex(bar.get_facecolor())) for bar in love.patches] == [(4.5, COLORS["love"])]


@pytest.mark.parametrize(("n", "shown"), [(1, 1), (4, 4)])
def test_draw_characteristic_words_leaves_other_panels_empty(n, shown):
    labels = ("one", "two", "three", "four")[:n]
    figure = draw_characteristic_words(audit_splits({"full": make_labeled([("a b", "one")], labels=labels)}))
    assert sum(axes.axison for axes in figure.axes) == shown


def test_draw_label_errors_is_a_table_of_given_and_suggested(with_errors):
    (axes,) = draw_label_errors(with_errors).axes
    assert ticks_of(axes.xaxis) == ticks_of(axes.yaxis) == list(with_errors.labels)
    cells = {text.get_position()[::-1]: text.get_text() for text in axes.texts if text.get_text()}
    assert cells == {(1.5, 2.5): "1,234", (4.5, 5.5): "2"}
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


def test_draw_label_errors_without_label_errors_is_a_value_error(audit):
    with pytest.raises(ValueError, match="out-of-fold"):
        draw_label_errors(audit)


def test_write_plots_writes_svg_and_png(tmp_path, audit):
    assert write_plots(audit, tmp_path) == {name: tmp_path / f"{name}.svg" for name in NAMES}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{name}.{kind}" for name in NAMES for kind in ("svg", "png")
    )
