"""Files and folders that appear whole or not at all, and JSON objects."""

import os
import stat
import sys

import pytest

from tweetmoji.errors import DataError, FolderError
from tweetmoji.files import check_vacant, parse_json_object, replacing, replacing_folder, write_text


def test_a_new_file_appears_once_the_block_ends(tmp_path):
    path = tmp_path / "answer.json"
    with replacing(path) as temporary:
        temporary.write_text("42", encoding="utf-8")
        assert not path.exists()
        assert temporary.parent == path.parent  # a rename within one folder cannot become a copy

    assert path.read_text(encoding="utf-8") == "42"
    assert list(tmp_path.iterdir()) == [path]


def test_an_older_file_is_there_until_it_is_replaced(tmp_path):
    path = tmp_path / "answer.json"
    path.write_text("old", encoding="utf-8")
    with replacing(path) as temporary:
        temporary.write_text("new", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "old"

    assert path.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [path]


def write_half(path, error):
    with replacing(path) as temporary:
        temporary.write_text("half", encoding="utf-8")
        raise error


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_an_error_leaves_the_older_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "answer.json"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(type(error)):
        write_half(path, error)

    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_no_new_file(tmp_path):
    with pytest.raises(OSError, match="disk full"):
        write_half(tmp_path / "answer.json", OSError("disk full"))

    assert list(tmp_path.iterdir()) == []


def test_a_failed_move_leaves_the_older_file_and_nothing_else(tmp_path):
    path = tmp_path / "answer.json"
    (path / "inside").mkdir(parents=True)  # a folder that is not empty cannot be replaced by a file
    with pytest.raises(OSError), replacing(path) as temporary:  # noqa: PT011 - each system words it its own way
        temporary.write_text("new", encoding="utf-8")

    assert (path / "inside").is_dir()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_file_gets_the_permissions_that_any_new_file_gets(tmp_path, umask, mode):
    path = tmp_path / "answer.json"
    folder = tmp_path / "answers"
    before = os.umask(umask)
    try:
        write_text(path, "42")
        with replacing_folder(folder):
            pass
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert stat.S_IMODE(folder.stat().st_mode) == 0o777 & ~umask


def test_the_umask_is_never_touched(tmp_path, monkeypatch):
    def fail(_):
        raise AssertionError("setting the umask, even for a moment, changes it for all threads")

    monkeypatch.setattr(os, "umask", fail)
    write_text(tmp_path / "answer.json", "42")
    assert (tmp_path / "answer.json").read_text(encoding="utf-8") == "42"


def test_content_is_on_disk_before_the_name_is(tmp_path, monkeypatch):
    path, seen = tmp_path / "answer.json", []
    original = os.fsync

    def sync(descriptor):
        seen.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), path.exists()))
        original(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    write_text(path, "42")
    assert seen == [(False, False), (True, True)]


def test_write_text_has_the_same_line_ends_everywhere(tmp_path):
    write_text(tmp_path / "lines.txt", "a\nb\n")
    assert (tmp_path / "lines.txt").read_bytes() == b"a\nb\n"


def make(folder, *, overwrite=False, error=None):
    with replacing_folder(folder, overwrite=overwrite) as temporary:
        (temporary / "inner").mkdir()
        (temporary / "inner" / "file.txt").write_text("new", encoding="utf-8")
        if error:
            raise error


def test_a_new_folder_appears_whole_with_its_parents(tmp_path):
    make(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "inner" / "file.txt").read_text(encoding="utf-8") == "new"
    assert list((tmp_path / "a").iterdir()) == [tmp_path / "a" / "b"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_an_empty_folder_is_filled(tmp_path, overwrite):
    (tmp_path / "empty").mkdir()
    make(tmp_path / "empty", overwrite=overwrite)
    assert [path.name for path in (tmp_path / "empty").iterdir()] == ["inner"]
    assert list(tmp_path.iterdir()) == [tmp_path / "empty"]


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
@pytest.mark.parametrize("overwrite", [False, True])
def test_an_error_leaves_the_older_folder_and_nothing_else(tmp_path, overwrite, error):
    folder = tmp_path / "folder"
    folder.mkdir()
    if overwrite:
        (folder / "old.txt").write_text("old", encoding="utf-8")
    before = sorted(folder.iterdir())
    with pytest.raises(type(error)):
        make(folder, overwrite=overwrite, error=error)

    assert sorted(folder.iterdir()) == before
    assert list(tmp_path.iterdir()) == [folder]


def test_overwrite_replaces_a_folder_that_holds_something(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "old.txt").write_text("old", encoding="utf-8")
    make(tmp_path / "folder", overwrite=True)
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["inner"]


def test_what_comes_into_the_folder_meanwhile_is_kept(tmp_path):
    folder = tmp_path / "folder"

    def make_while_another_writes():
        with replacing_folder(folder):
            folder.mkdir()
            (folder / "thesis.odt").write_text("years of work", encoding="utf-8")

    with pytest.raises(OSError):  # noqa: PT011 - each system words it its own way
        make_while_another_writes()

    assert [path.name for path in folder.iterdir()] == ["thesis.odt"]
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("check", [check_vacant, make])
def test_check_vacant_refuses_a_used_folder(tmp_path, check):
    (tmp_path / "thesis.odt").write_text("years of work", encoding="utf-8")
    with pytest.raises(FolderError, match=r"holds 'thesis\.odt'; expected a new or an empty folder: name another"):
        check(tmp_path)


@pytest.mark.parametrize("check", [check_vacant, make])
def test_check_vacant_refuses_a_file(tmp_path, check):
    (tmp_path / "file").write_text("years of work", encoding="utf-8")
    with pytest.raises(FolderError, match="file: is a file; expected a new or an empty folder"):
        check(tmp_path / "file")


def test_check_vacant_takes_new_and_empty_folders(tmp_path):
    check_vacant(tmp_path)
    check_vacant(tmp_path / "new")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", r"here: not valid JSON \(Expecting property name"),
        (b"\xff", r"here: not valid JSON \('utf-8' codec"),
        (b"[" * 100_000, r"here: not valid JSON \("),
        (b"[1]", "here: holds a JSON list; expected an object"),
        (b"3", "here: holds a JSON int; expected an object"),
    ],
)
def test_parse_json_object_raises_the_error_that_it_is_given(content, reason):
    with pytest.raises(DataError, match=reason):
        parse_json_object(content, "here", DataError)


def test_parse_json_object_gives_the_object():
    assert parse_json_object('{"emoji": "😂"}'.encode(), "here", DataError) == {"emoji": "😂"}
