"""``write_report``: what the files say, that the page loads nothing, and that no text gets into them."""

import json
import re
import sys
from dataclasses import replace

import pytest
from tests.toys.datasets import make_labeled
from tests.toys.html import Page

import tweetmoji.explore
from tweetmoji import MissingExtraError
from tweetmoji.explore import audit_splits
from tweetmoji.explore.label_errors import Confusion, LabelErrors, Suspect

NAMES = ("classes", "lengths", "common_words", "characteristic_words", "label_errors")


@pytest.fixture(scope="module")
def write_report():
    for package in ("matplotlib", "jinja2"):
        pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[explore]'")
    return tweetmoji.explore.write_report


@pytest.fixture(scope="module")
def with_errors(audit):
    suspects = (Suspect(8, "joy", "love", 0.0123), Suspect(1, "joy", "love", 0.2))
    return replace(audit, label_errors=LabelErrors("train", 7, (Confusion("joy", "love", 2),), suspects))


@pytest.fixture(scope="module")
def report(tmp_path_factory, write_report, with_errors):
    """The folder of a report with everything in it; not to be changed."""
    folder = tmp_path_factory.mktemp("written") / "made" / "report"
    write_report(with_errors, folder)
    return folder


@pytest.fixture
def empty_plots(monkeypatch):
    """Save an empty drawing for every plot, since the plots take longest."""

    def save(_, path):
        path.with_name(f"{path.name}.svg").write_text("<svg ></svg>", encoding="utf-8")

    monkeypatch.setattr("tweetmoji.explore.plots.save_plot", save)


@pytest.fixture(scope="module")
def page(report):
    return (report / "report.html").read_text(encoding="utf-8")


def test_write_report_writes_page_json_and_plots(report):
    assert sorted(str(path.relative_to(report)) for path in report.rglob("*") if path.is_file()) == [
        "audit.json",
        *sorted(f"plots/{name}.{kind}" for name in NAMES for kind in ("png", "svg")),
        "report.html",
    ]


def test_audit_json_is_the_audit(report, with_errors):
    written = json.loads((report / "audit.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(with_errors.as_dict()))


def test_page_has_counts_rows_and_digests(page):
    text = Page(page).text
    assert "Audit of emotion" in text
    assert "joy 3 37.5 % 1 50.0 % 0 0.0 %" in text
    assert "1 with one label 1, 4 (joy, joy) 1 with different labels 2, 5 (sadness, anger)" in text
    assert "1 in train and val, 1 of them with another label train 3 (love) · val 1 (joy)" in text
    assert "1 in train and test, 0 of them with another label train 6 (fear) · test 2 (fear)" in text
    assert "0 in val and test" in text
    assert "2 of the 7 rows" in text
    assert "8 joy love 0.0123 1 joy love 0.2000" in text
    assert "ab" * 32 in text


def test_page_without_label_errors_and_other_splits_has_no_such_sections(tmp_path, write_report, empty_plots, splits):
    write_report(audit_splits({"full": splits["train"]}), tmp_path)
    text = Page((tmp_path / "report.html").read_text(encoding="utf-8")).text
    assert "label errors" not in text
    assert "in two splits" not in text


def test_page_has_its_plots_inside_and_loads_nothing(page):
    assert page.lstrip().startswith("<!doctype html>")
    assert page.count("<svg") == page.count("<figcaption>") == 5
    assert "<script" not in page
    assert "@import" not in page
    assert Page(page).outside == {  # links to follow, not to load
        ("a", "https://doi.org/10.1093/pan/mpn018"),
        ("a", "https://arxiv.org/abs/1911.00068"),
    }
    assert all(target.startswith("#") for target in re.findall(r"url\((.*?)\)", page))
    assert "prefers-color-scheme: dark" in page


def test_no_file_of_the_report_has_a_text_of_the_data(report, splits):
    for path in report.rglob("*.*"):
        content = path.read_bytes().lower()
        for data in splits.values():
            assert not [text for text in data.texts if text.lower().encode() in content], path.name


def test_write_report_is_deterministic(report, tmp_path, write_report, with_errors):
    write_report(with_errors, tmp_path)
    for path in report.rglob("*.*"):
        assert path.read_bytes() == (tmp_path / path.relative_to(report)).read_bytes(), path.name


def test_own_labels_are_escaped(tmp_path, write_report, empty_plots):
    labels = ("<b>", "a&b")
    write_report(audit_splits({"full": make_labeled([("x y", "<b>"), ("x y", "a&b")], labels=labels)}), tmp_path)
    assert "1, 2 (<b>, a&b)" in Page((tmp_path / "report.html").read_text(encoding="utf-8")).text


@pytest.mark.parametrize("package", ["matplotlib", "jinja2"])
def test_write_report_without_a_package_says_what_to_install(monkeypatch, package):
    for name in (
        "tweetmoji.explore.report",
        "tweetmoji.explore.plots",
        "tweetmoji.reporting.plots",
        "tweetmoji.reporting.templates",
    ):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"'{package}\b.*pip install '\.\[explore\]'"):
        tweetmoji.explore.write_report  # noqa: B018 - looking it up imports it


def test_unknown_attribute_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        tweetmoji.explore.nothing  # noqa: B018
