"""`render_template` and `inline_plot`."""

import pytest

for package in ("matplotlib", "jinja2"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[evaluate]'")

import jinja2  # noqa: E402 - without it there is nothing to import

from tweetmoji.reporting.plots import make_panels, plot_style, save_plot  # noqa: E402
from tweetmoji.reporting.templates import TEMPLATES, inline_plot, render_template  # noqa: E402


def test_page_needs_a_title_and_a_body():
    with pytest.raises(jinja2.TemplateRuntimeError, match="'title' not found"):
        render_template("reporting/page.html.jinja")


def test_render_template_escapes_values_in_html_and_not_in_markdown(monkeypatch):
    templates = {"a.html.jinja": "{{ x }}", "a.md.jinja": "{{ x }}"}
    monkeypatch.setattr(TEMPLATES, "loader", jinja2.DictLoader(templates))
    assert render_template("a.html.jinja", x="<b>") == "&lt;b&gt;"
    assert render_template("a.md.jinja", x="<b>") == "<b>"


def test_render_template_without_a_value_is_an_error(monkeypatch):
    monkeypatch.setattr(TEMPLATES, "loader", jinja2.DictLoader({"forgetful.md.jinja": "{{ x }}"}))
    with pytest.raises(jinja2.UndefinedError, match="'x' is undefined"):
        render_template("forgetful.md.jinja")


def test_inline_plot_is_a_figure_with_a_caption(tmp_path):
    with plot_style():
        figure, _ = make_panels(1, 1, (1, 1))
    save_plot(figure, tmp_path / "plot")
    markup = inline_plot(tmp_path / "plot.svg", "a < b")
    assert markup.startswith('<figure>\n<svg role="img" aria-label="a &lt; b"')
    assert markup.endswith("<figcaption>a &lt; b</figcaption>\n</figure>")
