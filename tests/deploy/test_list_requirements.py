"""The list of requirements that the image installs before our own code."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy" / "list_requirements.py"
PYPROJECT = """
[project]
name = "example"
dependencies = ["one>=1", "two[fast]==2.0; python_version > '3.8'"]

[project.optional-dependencies]
serve = ["three>=3,<4"]  # why three
train = ["four"]
"""


@pytest.fixture
def pyproject(tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text(PYPROJECT, encoding="utf-8")
    return path


def list_requirements(pyproject, extra):
    """Run the script as the image's build does: with the standard library alone."""
    command = [sys.executable, "-I", "-S", SCRIPT, pyproject, extra]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_base_dependencies_and_those_of_the_extra_are_printed_one_a_line(pyproject):
    completed = list_requirements(pyproject, "serve")
    assert completed.returncode == 0, completed.stderr
    assert completed.stdout == "one>=1\ntwo[fast]==2.0; python_version > '3.8'\nthree>=3,<4\n"


def test_unknown_extra_is_named_with_those_there_are(pyproject):
    completed = list_requirements(pyproject, "sevre")
    assert completed.returncode == 1
    assert completed.stdout == ""
    assert completed.stderr == f"{pyproject}: no extra 'sevre'; expected one of serve, train\n"


def test_the_server_of_this_project_needs_no_torch():
    listed = list_requirements(ROOT / "pyproject.toml", "serve").stdout.splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["dependencies"]) < set(listed)
    assert any(line.startswith("uvicorn") for line in listed)
    assert not any(line.startswith("torch") for line in listed)
