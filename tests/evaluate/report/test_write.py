"""The report's folder: which files it has, that they are whole and the same each time, and what they need."""

import json
import re
import sys

import pytest

import tweetmoji.evaluate.report
from tweetmoji import MissingExtraError


@pytest.fixture
def write_report():
    for package in ("matplotlib", "jinja2", "yaml"):
        pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[evaluate]'")
    return tweetmoji.evaluate.report.write_report


def test_the_folder_gets_json_page_card_and_figures(tmp_path, write_report, full, artifact):
    folder = tmp_path / "made" / "report"
    write_report(full, artifact, folder)
    names = ("behavior", "confusion-home-val", "confusion-tweeteval-val", "reliability", "selective")
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        "README.md",
        "evaluation.json",
        *sorted(f"figures/{name}.{kind}" for name in names for kind in ("png", "svg")),
        "report.html",
    ]
    assert json.loads((folder / "evaluation.json").read_text(encoding="utf-8")) == full


def test_every_picture_of_the_card_is_beside_it(tmp_path, write_report, full, artifact):
    write_report(full, artifact, tmp_path)
    pictures = re.findall(r"!\[.+\]\((.+)\)", (tmp_path / "README.md").read_text(encoding="utf-8"))
    assert len(pictures) == 5
    assert all((tmp_path / picture).is_file() for picture in pictures)


def test_the_same_scorecard_gives_the_same_files(tmp_path, write_report, full, artifact):
    write_report(full, artifact, tmp_path / "first")
    write_report(full, artifact, tmp_path / "second")
    for path in sorted((tmp_path / "first").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "second" / path.relative_to(tmp_path / "first")).read_bytes()


def test_another_models_scorecard_is_refused(tmp_path, write_report, full, artifact):
    full["model"] = {"name": "other", "version": "0123456789ab"}
    with pytest.raises(ValueError, match=rf"is of other 0123456789ab; expected one of tiny {artifact.version}"):
        write_report(full, artifact, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("package", ["matplotlib", "jinja2", "yaml"])
def test_a_missing_package_is_named_with_its_extra(monkeypatch, package):
    ours = ("tweetmoji.evaluate.report.", "tweetmoji.reporting.templates", "tweetmoji.reporting.plots")
    for name in [name for name in sys.modules if name.startswith((*ours, package))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"'{package}[.'].*pip install 'tweetmoji\[evaluate\]'"):
        tweetmoji.evaluate.report.write_report  # noqa: B018 - looking it up imports it


def test_there_is_nothing_else_to_look_up():
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        tweetmoji.evaluate.report.nothing  # noqa: B018
