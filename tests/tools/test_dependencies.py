"""`tools/dependencies.py`: licenses, vulnerabilities and the bill of materials of what the wheel brings along."""

import json
import tomllib
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from packaging.requirements import Requirement

import dependencies

APACHE = """Apache License
                                   Version 2.0, January 2004
                                http://www.apache.org/licenses/
"""
AGPL = """
                    GNU AFFERO GENERAL PUBLIC LICENSE
                       Version 3, 19 November 2007
"""


def pretend(monkeypatch, *, returncode=0, stdout="", stderr=""):
    monkeypatch.setattr(dependencies, "run", lambda *_: CompletedProcess([], returncode, stdout, stderr))


@pytest.fixture
def environment(tmp_path):
    (tmp_path / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    return tmp_path


def install(environment, name, license_text):
    """Put a package's metadata into an environment."""
    [packages] = environment.glob("lib/python*/site-packages")
    folder = packages / f"{name}-1.0.dist-info"
    folder.mkdir()
    text = license_text.strip().replace("\n", "\n        ")
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nLicense: {text}\n")


def test_allowed_licenses_are_counted_and_those_read_from_a_text_are_named(monkeypatch, environment, capsys):
    install(environment, "cleanlab", APACHE)
    pretend(monkeypatch, stdout=json.dumps([{"Name": "a"}, {"Name": "b"}]))
    dependencies.check_licenses(environment)
    assert capsys.readouterr().out == "licenses: 2 packages, all allowed; cleanlab, by its text: Apache-2.0\n"


def test_the_text_of_another_license_ends_the_check(monkeypatch, environment):
    install(environment, "cleanlab", AGPL)
    pretend(monkeypatch, stdout="[]")
    with pytest.raises(
        SystemExit, match=r"cleanlab 1\.0 says 'GNU AFFERO GENERAL PUBLIC LICENSE .*; expected the text"
    ):
        dependencies.check_licenses(environment)


def test_an_ignored_package_that_is_not_there_ends_the_check(monkeypatch, environment):
    pretend(monkeypatch, stdout="[]")
    with pytest.raises(SystemExit, match="cleanlab is not installed; take it out of ignore-packages"):
        dependencies.check_licenses(environment)


def test_no_version_of_cleanlab_under_the_agpl_can_be_installed():
    """2.7.1 is the last of these."""
    extras = tomllib.loads((Path(dependencies.ROOT) / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [cleanlab] = [line for line in extras["optional-dependencies"]["explore"] if line.startswith("cleanlab")]
    assert not Requirement(cleanlab).specifier.contains("2.7.1")


def test_another_license_ends_the_check(monkeypatch, environment):
    pretend(monkeypatch, returncode=1, stderr="license AGPL not in allow-only licenses was found for package a:1\n")
    with pytest.raises(SystemExit, match="license AGPL not in allow-only"):
        dependencies.check_licenses(environment)


def test_no_vulnerability_says_how_many_were_audited(monkeypatch, environment):
    pretend(monkeypatch, stdout=json.dumps({"dependencies": [{"name": "a", "version": "1", "vulns": []}]}))
    assert dependencies.audit(environment) == "none known in 1 packages"


def test_a_vulnerability_ends_the_check(monkeypatch, environment):
    rows = [{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1"}]}]
    pretend(monkeypatch, returncode=1, stdout=json.dumps({"dependencies": rows}))
    with pytest.raises(SystemExit, match="vulnerabilities: a 1: PYSEC-1;"):
        dependencies.audit(environment)


@pytest.mark.parametrize(
    ("stdout", "stderr", "said"),
    [
        ("", "first\nConnectionError: no route\n", "not run: ConnectionError: no route"),
        ("", "", "not run: no answer"),
        (
            json.dumps({"dependencies": [{"name": "a", "skip_reason": "not found"}]}),
            "",
            "not run: the index knows nothing",
        ),
    ],
)
def test_a_service_that_does_not_answer_is_no_failure(monkeypatch, environment, stdout, stderr, said):
    pretend(monkeypatch, returncode=1, stdout=stdout, stderr=stderr)
    assert dependencies.audit(environment).startswith(said)
