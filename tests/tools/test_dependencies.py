"""`tools/dependencies.py`: licenses, vulnerabilities and the bill of materials of what the wheel brings along."""

import json
from subprocess import CompletedProcess

import pytest

import dependencies


def pretend(monkeypatch, *, returncode=0, stdout="", stderr=""):
    monkeypatch.setattr(dependencies, "run", lambda *_: CompletedProcess([], returncode, stdout, stderr))


@pytest.fixture
def environment(tmp_path):
    (tmp_path / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    return tmp_path


def test_allowed_licenses_are_counted(monkeypatch, environment, capsys):
    pretend(monkeypatch, stdout=json.dumps([{"Name": "a"}, {"Name": "b"}]))
    dependencies.check_licenses(environment)
    assert capsys.readouterr().out == "licenses: 2 packages, all allowed\n"


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
