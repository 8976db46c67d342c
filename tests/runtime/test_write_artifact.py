"""Writing a model folder: whole or not at all, and over nothing but another model."""

import hashlib
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tweetmoji import ArtifactError
from tweetmoji.runtime.artifact import FILES, SUMS, check_replaceable, read_artifact, with_changes, write_artifact


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.fixture
def newer(tiny_artifact, tiny_folder):
    """A model other than the one in ``tiny_folder``, to be written over it."""
    return with_changes(replace(tiny_artifact, folder=tiny_folder), metrics={"seed": 1})


def test_what_is_written_is_read_back(tiny_artifact, tmp_path):
    artifact = replace(tiny_artifact, folder=tmp_path / "new" / "model")
    write_artifact(artifact)

    assert read_artifact(artifact.folder) == artifact
    assert sorted(path.name for path in artifact.folder.iterdir()) == sorted([*FILES, SUMS])
    assert list(artifact.folder.parent.iterdir()) == [artifact.folder]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_the_checksums_are_those_that_sha256sum_checks(tiny_folder):
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", SUMS], cwd=tiny_folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.count(": OK")) == (0, len(FILES))


def test_writing_the_same_model_twice_gives_the_same_bytes(tiny_artifact, tiny_folder, tmp_path):
    write_artifact(replace(tiny_artifact, folder=tmp_path / "again"))
    assert digests(tmp_path / "again") == digests(tiny_folder)


def test_an_older_model_is_replaced(newer, tiny_folder):
    write_artifact(newer)

    assert read_artifact(tiny_folder).metrics == {"seed": 1}
    assert list(tiny_folder.parent.iterdir()) == [tiny_folder]


def test_an_incomplete_older_model_is_replaced(newer, tiny_folder):
    (tiny_folder / SUMS).unlink()
    write_artifact(newer)

    assert read_artifact(tiny_folder).metrics == {"seed": 1}


def test_an_empty_folder_is_filled(tiny_artifact, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    write_artifact(replace(tiny_artifact, folder=folder))

    assert read_artifact(folder).config == tiny_artifact.config


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_the_folder_may_be_read_by_all(tiny_folder):
    assert stat.S_IMODE(tiny_folder.stat().st_mode) == 0o755


@pytest.mark.parametrize("name", ["thesis.odt", ".git"])
def test_a_folder_with_anything_else_in_it_is_refused_and_left_alone(newer, tiny_folder, name):
    (tiny_folder / name).write_text("years of work", encoding="utf-8")
    before = digests(tiny_folder)
    with pytest.raises(ArtifactError, match=f"holds '{name}', which is no part of a model; name another folder"):
        write_artifact(newer)

    assert digests(tiny_folder) == before
    assert list(tiny_folder.parent.iterdir()) == [tiny_folder]


def test_a_file_in_the_folders_place_is_refused_and_left_alone(tiny_artifact, tmp_path):
    path = tmp_path / "model"
    path.write_text("years of work", encoding="utf-8")
    with pytest.raises(ArtifactError, match="model: is a file; name a folder"):
        write_artifact(replace(tiny_artifact, folder=path))

    assert path.read_text(encoding="utf-8") == "years of work"


def test_it_can_be_asked_beforehand_whether_a_folder_would_be_replaced(tiny_folder, tmp_path):
    check_replaceable(tmp_path / "nowhere")
    check_replaceable(tiny_folder)
    with pytest.raises(ArtifactError, match="holds 'tiny'"):
        check_replaceable(tmp_path)


STEPS = [("write_bytes", 1), ("write_bytes", len(FILES)), ("write_text", 1), ("rename", 1), ("rename", 2)]


@pytest.mark.parametrize(("method", "call"), STEPS)
def test_an_older_model_stays_if_a_step_fails(newer, tiny_folder, monkeypatch, method, call):
    before = digests(tiny_folder)
    fail_at(monkeypatch, method, call)
    with pytest.raises(OSError, match="disk full"):
        write_artifact(newer)

    monkeypatch.undo()
    assert list(tiny_folder.parent.iterdir()) == [tiny_folder]
    assert digests(tiny_folder) == before


@pytest.mark.parametrize(("method", "call"), STEPS[:-1])
def test_no_new_folder_is_left_if_a_step_fails(tiny_artifact, tmp_path, monkeypatch, method, call):
    fail_at(monkeypatch, method, call)
    with pytest.raises(OSError, match="disk full"):
        write_artifact(replace(tiny_artifact, folder=tmp_path / "model"))

    assert list(tmp_path.iterdir()) == []


def fail_at(monkeypatch, method, call):
    """Make the given call of a method of `Path` fail as on a full disk, after writing half of what it was given."""
    original = getattr(Path, method)
    calls = []

    def write_or_fail(path, content, **options):
        calls.append(path)
        if len(calls) == call:
            if method != "rename":
                original(path, content[: len(content) // 2], **options)
            raise OSError(28, "disk full")
        return original(path, content, **options)

    monkeypatch.setattr(Path, method, write_or_fail)
