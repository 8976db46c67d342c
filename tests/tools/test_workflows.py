"""The workflows, by the rules that keep them safe and in step with the package."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


MAY_WRITE = {
    "docs.publish": {"pages": "write", "id-token": "write"},
    "image.publish": {"contents": "read", "packages": "write", "attestations": "write", "id-token": "write"},
    "release.publish": {"id-token": "write"},
}
"""The jobs that publish something to what they may do."""


def read_jobs():
    """Every job of every workflow, by its name."""
    return {
        f"{path.stem}.{name}": job
        for path in WORKFLOWS
        for name, job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].items()
    }


JOBS = read_jobs()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_grants_nothing_and_ends_older_runs(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    assert {"group", "cancel-in-progress"} <= workflow["concurrency"].keys()


@pytest.mark.parametrize("name", JOBS)
def test_a_job_may_read_at_most_or_what_it_publishes_with_and_ends_in_time(name):
    job = JOBS[name]
    assert job["permissions"] in ({}, {"contents": "read"}, MAY_WRITE.get(name))
    assert job["timeout-minutes"] <= 60


@pytest.mark.parametrize("name", MAY_WRITE)
def test_a_job_that_publishes_runs_in_an_environment_that_can_ask_a_person(name):
    assert JOBS[name]["environment"]["name"]


def test_a_job_that_publishes_on_the_index_runs_none_of_our_code():
    assert [step["uses"].partition("@")[0] for step in JOBS["release.publish"]["steps"]] == [
        "actions/download-artifact",
        "pypa/gh-action-pypi-publish",
    ]


@pytest.mark.parametrize("name", JOBS)
def test_an_action_is_pinned_by_hash_and_says_its_version(name):
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    for step in JOBS[name]["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
            assert re.search(rf"{step['uses']} # v\d+\.\d+\.\d+\n", text)


@pytest.mark.parametrize("name", JOBS)
def test_a_checkout_leaves_no_credentials_behind(name):
    for step in JOBS[name]["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", ["tests.base", "tests.full", "tests.fast"])
def test_every_python_that_the_package_names_is_tested(name):
    prefix = "Programming Language :: Python :: 3."
    named = [text.rpartition(" ")[2] for text in PYPROJECT["project"]["classifiers"] if text.startswith(prefix)]
    assert JOBS[name]["strategy"]["matrix"]["python"] == named


def test_make_targets_of_the_workflows_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = set(JOBS["tests.versions"]["strategy"]["matrix"]["target"])
    for job in JOBS.values():
        for step in job["steps"]:
            if step.get("run", "").startswith("make "):
                used |= set(re.findall(r" ([a-z-]+)(?= |$)", step["run"]))
    published = {"docs-site", "check-deploy", "release-check"}
    assert {
        "test",
        "test-train",
        "test-system",
        "coverage",
        "axe",
        "test-lowest",
        "test-newest",
        "test-container",
    } | published == used
    assert used <= targets


def test_the_citation_names_the_version_and_license_of_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PYPROJECT["project"]["version"]
    assert citation["license"] == PYPROJECT["project"]["license"]
