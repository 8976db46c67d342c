"""What all reports share: templates, figures of a page, files written whole."""

import pytest

for package in ("matplotlib", "jinja2"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[evaluate]'")

import jinja2  # noqa: E402 - without it there is nothing to import

from tweetmoji.reporting.plots import make_panels, plot_style, save_plot  # noqa: E402
from tweetmoji.reporting.templates import TEMPLATES, inline_plot, render_template, write_text  # noqa: E402


def test_a_page_has_a_title_and_a_body_that_its_report_gives():
    with pytest.raises(jinja2.TemplateRuntimeError, match="'title' not found"):
        render_template("reporting/page.html.jinja")


def test_values_are_escaped_in_html_and_left_in_markdown(monkeypatch):
    templates = {"a.html.jinja": "{{ x }}", "a.md.jinja": "{{ x }}"}
    monkeypatch.setattr(TEMPLATES, "loader", jinja2.DictLoader(templates))
    assert render_template("a.html.jinja", x="<b>") == "&lt;b&gt;"
    assert render_template("a.md.jinja", x="<b>") == "<b>"


def test_a_forgotten_value_is_an_error(monkeypatch):
    monkeypatch.setattr(TEMPLATES, "loader", jinja2.DictLoader({"forgetful.md.jinja": "{{ x }}"}))
    with pytest.raises(jinja2.UndefinedError, match="'x' is undefined"):
        render_template("forgetful.md.jinja")


def test_a_figure_of_a_page_is_its_drawing_with_a_caption(tmp_path):
    with plot_style():
        figure, _ = make_panels(1, 1, (1, 1))
    save_plot(figure, tmp_path / "figure")
    markup = inline_plot(tmp_path / "figure.svg", "a < b")
    assert markup.startswith('<figure>\n<svg role="img" aria-label="a &lt; b"')
    assert markup.endswith("<figcaption>a &lt; b</figcaption>\n</figure>")


def test_text_is_written_as_utf_8_with_plain_line_ends(tmp_path):
    write_text(tmp_path / "a.txt", "é\n😂\n")
    assert (tmp_path / "a.txt").read_bytes() == "é\n😂\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
