"""Colors, style and files of all plots."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from tweetmoji.emotions import EMOTIONS

mpl = pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install '.[evaluate]'")

from tweetmoji.reporting.plots import (  # noqa: E402 - without matplotlib there is nothing to import
    COLORS,
    INK,
    NEUTRAL,
    PAPER,
    color_of,
    draw_cells,
    inline_svg,
    make_panels,
    plot_style,
    save_plot,
)

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def draw(tmp_path):
    """Draw and save the same small plot; returns its two files."""

    def draw_to(name):
        with plot_style():
            figure, panels = make_panels(1, 2, (2, 1.5))
            panels[0][0].barh(["a <b> & c", r"$\no math$"], [1, 2])
            panels[0][1].plot([0, 1], [0, 1])
        save_plot(figure, tmp_path / name)
        return tmp_path / f"{name}.svg", tmp_path / f"{name}.png"

    return draw_to


def test_every_emotion_has_its_own_color():
    assert tuple(COLORS) == EMOTIONS
    assert len(set(COLORS.values()) | {NEUTRAL, INK, PAPER}) == len(EMOTIONS) + 3
    assert color_of("joy") == COLORS["joy"]


def test_color_of_another_label_is_neutral():
    assert color_of("bliss") == NEUTRAL


def test_save_plot_gives_the_same_bytes_without_date(draw):
    first, second = draw("first"), draw("second")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert b"<dc:date>" not in first[0].read_bytes()


def test_save_plot_writes_an_svg_with_text_and_a_png(draw, tmp_path):
    svg, png = draw("plot")
    texts = ["".join(element.itertext()).strip() for element in ET.parse(svg).iter(f"{SVG}text")]
    assert "a <b> & c" in texts
    assert r"$\no math$" in texts
    assert png.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plot.png", "plot.svg"]


def test_plot_style_ignores_the_users_matplotlib_settings(draw):
    plain = draw("plain")
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "path"}):
        configured = draw("configured")
    assert plain[0].read_bytes() == configured[0].read_bytes()


def test_plot_style_ends_with_the_block():
    before = dict(mpl.rcParams)
    with plot_style():
        assert mpl.rcParams["text.color"] == INK
    assert dict(mpl.rcParams) == before


def test_make_panels_makes_a_grid_even_of_one():
    figure, panels = make_panels(1, 1, (3, 2))
    assert panels.shape == (1, 1)
    assert figure.get_size_inches().tolist() == [3, 2]
    assert make_panels(2, 3, (3, 2))[0].get_size_inches().tolist() == [9, 4]


def test_inline_svg_has_the_colors_of_the_page(draw):
    svg = inline_svg(draw("plot")[0], 'bars & "lines"')
    root = ET.fromstring(svg)
    assert (root.tag, root.get("role"), root.get("aria-label")) == (f"{SVG}svg", "img", 'bars & "lines"')
    assert "currentColor" in svg
    assert "var(--paper)" in svg
    assert INK not in svg
    assert PAPER not in svg


def test_draw_cells_draws_larger_values_darker_and_the_first_row_on_top():
    with plot_style():
        figure, panels = make_panels(1, 1, (3, 2))
        axes = panels[0][0]
        draw_cells(axes, np.array([[0.0, 0.5], [0.25, 1.0]]), [["a", "b"], ["c", "d"]], ["first", "second"], ["x", "y"])
        figure.draw_without_rendering()
    assert [(text.get_position(), text.get_text()) for text in axes.texts] == [
        ((0.5, 0.5), "a"),
        ((1.5, 0.5), "b"),
        ((0.5, 1.5), "c"),
        ((1.5, 1.5), "d"),
    ]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["first", "second"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    nothing, half, quarter, all_ = axes.collections[0].get_facecolors().sum(axis=1)
    assert nothing > quarter > half > all_


def test_draw_cells_of_zeros_are_light():
    _, panels = make_panels(1, 1, (3, 2))
    draw_cells(panels[0][0], np.zeros((1, 2)), [["", ""]], ["a"], ["b", "c"])
    assert panels[0][0].collections[0].get_clim() == (0, 1)
