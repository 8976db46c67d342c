"""Writing a file whole or not at all."""

import os
import stat
import sys

import pytest

from tweetmoji.files import replacing


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
    before = os.umask(umask)
    try:
        with replacing(path) as temporary:
            temporary.write_text("42", encoding="utf-8")
        assert os.umask(umask) == umask  # and it leaves the process's umask alone
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == mode
