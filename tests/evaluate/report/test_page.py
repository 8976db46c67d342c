"""`render_page`: what was measured, as valid HTML that loads nothing."""

import copy
import re

import pytest
from tests.toys.html import Page

for package in ("matplotlib", "jinja2"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[evaluate]'")

from tweetmoji.evaluate.report.page import make_captions, render_page  # noqa: E402 - without them there is nothing


@pytest.fixture
def render(tmp_path):
    """Render the page of a scorecard with the same empty drawing for every plot: real ones take a second."""
    drawing = tmp_path / "empty.svg"
    drawing.write_text("<svg ></svg>", encoding="utf-8")
    return lambda scorecard: render_page(scorecard, dict.fromkeys(make_captions(scorecard), drawing))


def test_the_page_shows_every_table(full, render):
    text = Page(render(full)).text
    assert "Evaluation of tiny" in text
    assert f"Version {full['model']['version']}." in text
    assert "Emotion (dair-ai) val 10 0.811 (0.511–0.951) 0.821 (0.521–0.951)" in text
    assert "behavioral cases 4 of 7 0.571 (0.286–0.786) –" in text
    assert "rival fedcba987654 minus this model" in text
    assert "Emotion (dair-ai) val 10 1 4 0.3750 +0.012 (−0.004 to +0.030)" in text
    assert "irony 1 4 0.25 (0.12–0.62) 2" in text
    assert "irony What irony is. Failed: irony-01, irony-02, irony-04." in text
    assert "case What case is. Failed: none." in text
    assert "weighted F1 0.841 (0.541–0.951)" in text
    assert "joy 7 0.661 0.662 0.663" in text
    assert full["evaluations"][0]["data_sha256"] in text
    assert "python 3.11.0, numpy 2.0.0, seed 0; Some CPU, 2 cores, Linux x86_64." in text


def test_details_are_shown_where_a_split_has_them(detailed, full, render):
    text = Page(render(detailed)).text
    for part in (
        "None Emotion (dair-ai) val texts with an emotion 10 texts without 4",
        "Written texts Emotion (dair-ai) val minimal pairs, both sides 2 of 8: 0.25 (0.07–0.59)",
        "Uniform prior Emotion (dair-ai) val accuracy 0.811",
        "Suggestions TweetEval emoji val texts 10 classes 11",
        "any confidence in a text without an emotion is wrong.",
    ):
        assert part in text
    assert "Uniform prior" not in Page(render(full)).text


def test_sections_without_content_are_left_out(splits_only, cases_only, render):
    text = Page(render(splits_only)).text
    assert "minus this model" not in text
    assert "capability" not in text
    text = Page(render(cases_only)).text
    assert "Calibration" not in text
    assert "SHA-256" not in text
    assert "irony 1 4" in text


def test_an_unknown_cpu_is_called_unknown_processor(full, render):
    full["hardware"]["cpu"] = None
    assert "unknown processor, 2 cores" in Page(render(full)).text


def test_the_page_has_its_plots_inside_and_loads_nothing(report):
    content = (report / "report.html").read_text(encoding="utf-8")
    assert content.startswith("<!doctype html>")
    assert content.count("<svg") == content.count("<figcaption>") == 5
    assert "<script" not in content
    assert "@import" not in content
    assert Page(content).outside == {  # links to follow, not to load
        ("a", "https://doi.org/10.1007/BF02295996"),
        ("a", "https://aclanthology.org/2020.acl-main.442/"),
    }
    assert all(target.startswith("#") for target in re.findall(r"url\((.*?)\)", content))
    assert "prefers-color-scheme: dark" in content
    assert 'name="viewport"' in content


def test_names_and_labels_are_escaped(full, render, evaluation_of):
    full["evaluations"].append(evaluation_of("table", "full", labels=("<b>", 'a&"b')))
    full["model"]["name"] = "<i>mine"
    text = Page(render(full)).text
    assert "Evaluation of <i>mine" in text
    assert "<b> 7 0.661" in text
    assert 'a&"b 3 0.671' in text


def test_a_changed_metric_changes_its_cell_alone(full, render):
    changed = copy.deepcopy(full)
    changed["evaluations"][0]["metrics"]["per_class"]["love"]["recall"] = 0.123
    before, after = Page(render(full)).words, Page(render(changed)).words
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == [("0.672", "0.123")]
