"""`tools/distributions.py`: what is in the wheel and the sdist, and whether two builds are the same."""

import io
import tarfile
import zipfile

import pytest

from distributions import METADATA, check_names, check_same, list_sdist, list_wheel


@pytest.fixture
def builds(tmp_path):
    """Two folders with the same two distributions."""
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        with zipfile.ZipFile(folder / "a-1-py3-none-any.whl", "w") as wheel:
            wheel.writestr(zipfile.ZipInfo("a/__init__.py"), "")
            for path in METADATA:
                wheel.writestr(zipfile.ZipInfo(f"a-1.dist-info/{path}"), "")
        with tarfile.open(folder / "a-1.tar", "w") as sdist:
            sdist.addfile(tarfile.TarInfo("a-1/src/a/__init__.py"), io.BytesIO())
    return tmp_path / "first", tmp_path / "second"


def test_names_are_those_of_the_source(builds):
    first, _ = builds
    assert list_wheel(first / "a-1-py3-none-any.whl") == ["a/__init__.py", *METADATA]
    assert list_sdist(first / "a-1.tar") == ["src/a/__init__.py"]


def test_a_complete_wheel_passes(builds, capsys):
    check_names("a.whl", list_wheel(builds[0] / "a-1-py3-none-any.whl"), ["a/__init__.py"])
    assert capsys.readouterr().out == f"a.whl: {1 + len(METADATA)} files\n"


@pytest.mark.parametrize(
    ("expected", "message"),
    [([], r"has \['a.py'\] and lacks \[\]"), (["a.py", "b.py"], r"has \[\] and lacks \['b.py'\]")],
)
def test_a_file_too_many_or_too_few_is_named(expected, message):
    with pytest.raises(SystemExit, match=message):
        check_names("a.tar.gz", ["a.py"], expected)


def test_the_same_bytes_pass_and_their_digests_are_shown(builds, capsys):
    check_same(*builds)
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_other_bytes_are_refused(builds):
    with (builds[1] / "a-1.tar").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(SystemExit, match=r"a-1\.tar: two builds of one commit differ"):
        check_same(*builds)
