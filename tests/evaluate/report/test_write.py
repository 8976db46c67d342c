"""`write_report`: the files of the folder, the same each time."""

import json
import re

import pytest

for package in ("matplotlib", "jinja2", "huggingface_hub"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[evaluate]'")

from tweetmoji.evaluate.report.write import write_report  # noqa: E402 - without them there is nothing to import


def test_write_report_writes_json_page_card_and_plots(report, scorecard):
    names = ("behavior", "confusion-emotion-val", "confusion-tweeteval-val", "reliability", "selective")
    assert sorted(str(path.relative_to(report)) for path in report.rglob("*") if path.is_file()) == [
        "README.md",
        "evaluation.json",
        *sorted(f"plots/{name}.{kind}" for name in names for kind in ("png", "svg")),
        "report.html",
    ]
    assert json.loads((report / "evaluation.json").read_text(encoding="utf-8")) == scorecard


def test_every_plot_of_the_card_exists(report):
    plots = re.findall(r"!\[.+\]\((.+)\)", (report / "README.md").read_text(encoding="utf-8"))
    assert len(plots) == 5
    assert all((report / plot).is_file() for plot in plots)


def test_write_report_gives_the_same_bytes_each_time(tmp_path, report, scorecard, artifact):
    write_report(scorecard, artifact, tmp_path)
    for path in sorted(report.rglob("*.*")):
        assert path.read_bytes() == (tmp_path / path.relative_to(report)).read_bytes()


def test_the_scorecard_of_another_model_is_a_value_error(tmp_path, full, artifact):
    full["model"] = {"name": "other", "version": "0123456789ab"}
    with pytest.raises(ValueError, match=rf"is of other 0123456789ab; expected one of tiny {artifact.version}"):
        write_report(full, artifact, tmp_path)
    assert list(tmp_path.iterdir()) == []
