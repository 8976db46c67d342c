"""The extra ``evaluate``: which imports need it, and which do not."""

import subprocess
import sys

import pytest


def run_without(packages, code):
    """Run Python code in a process where these packages cannot be imported."""
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.modules.update(dict.fromkeys({packages!r})); {code}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("package", ["sklearn", "scipy"])
def test_importing_evaluate_without_its_packages_is_a_missing_extra_error(package):
    done = run_without([package], "import tweetmoji.evaluate")
    assert done.returncode == 1
    assert f"MissingExtraError: this needs '{package}" in done.stderr
    assert done.stderr.endswith("run: pip install '.[evaluate]'\n")


def test_metrics_and_tables_import_no_packages_of_the_report():
    packages = ["matplotlib", "jinja2", "markupsafe", "yaml"]
    done = run_without(packages, "import tweetmoji.evaluate.scorecard, tweetmoji.evaluate.report.tables")
    assert done.returncode == 0, done.stderr
