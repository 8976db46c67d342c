"""Builds the wheel and the sdist of the last commit into ``dist/`` and checks them: ``make release-check``.

Both are built twice, in two folders, and must have the same bytes: who has the commit can make what was released. They
hold what they should and nothing else, and ``twine check`` reads their metadata.
"""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = "src/tweetmoji/"
SDIST_FILES = ("CHANGELOG.md", "LICENSE", "NOTICE", "README.md", "pyproject.toml", "PKG-INFO", ".gitignore")
"""Files of the sdist beside those of `SOURCE`; hatchling adds the last two."""

METADATA = ("METADATA", "WHEEL", "entry_points.txt", "licenses/LICENSE", "licenses/NOTICE", "RECORD")
"""Files of the wheel beside those of `SOURCE`."""

MEGABYTE = 1e6


def main() -> None:
    """Build and check."""
    if subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT, check=False).returncode:
        print("distributions: files differ from the last commit, which is what is built")
    commit = run("git", "archive", "HEAD", cwd=ROOT)
    epoch = run("git", "log", "-1", "--format=%ct", cwd=ROOT).decode().strip()
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        build(commit, Path(first), epoch, dist)
        build(commit, Path(second), epoch, Path(second) / "again")
        check_same(dist, Path(second) / "again")
        tracked = [path.relative_to(first).as_posix() for path in Path(first).joinpath(SOURCE).rglob("*")]
        tracked = [path for path in tracked if Path(first, path).is_file()]
    [wheel], [sdist] = dist.glob("*.whl"), dist.glob("*.tar.gz")
    check_names(wheel.name, list_wheel(wheel), [path.removeprefix("src/") for path in tracked])
    check_names(sdist.name, list_sdist(sdist), [*tracked, *SDIST_FILES])
    run(sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(sdist), cwd=ROOT)
    print("distributions: reproducible, complete, and twine finds nothing")


def run(*command: str, cwd: Path, epoch: str | None = None) -> bytes:
    """Run a command; its standard output."""
    environment = os.environ | ({"SOURCE_DATE_EPOCH": epoch} if epoch else {})
    completed = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)
    if completed.returncode:
        sys.exit(f"{' '.join(command)}:\n{completed.stdout.decode()}{completed.stderr.decode()}")
    return completed.stdout


def build(commit: bytes, folder: Path, epoch: str, out: Path) -> None:
    """Build the sdist, and the wheel from it, in a folder that holds the commit and nothing else."""
    with tarfile.open(fileobj=io.BytesIO(commit)) as archive:
        archive.extractall(folder, filter="data")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), cwd=folder, epoch=epoch)


def check_same(first: Path, second: Path) -> None:
    """Compare two builds byte by byte, and print what was built."""
    for path in sorted(first.iterdir()):
        digest, again = (hashlib.sha256((folder / path.name).read_bytes()).hexdigest() for folder in (first, second))
        if digest != again:
            sys.exit(f"{path.name}: two builds of one commit differ, {digest} and {again}; expected the same bytes")
        print(f"{digest}  {path.name}  {path.stat().st_size / MEGABYTE:.1f} MB")


def list_wheel(path: Path) -> list[str]:
    """The files of a wheel; those of its metadata without their folder."""
    with zipfile.ZipFile(path) as wheel:
        return [name.partition(".dist-info/")[2] or name for name in wheel.namelist()]


def list_sdist(path: Path) -> list[str]:
    """The files of an sdist, without the folder that all are in."""
    with tarfile.open(path) as sdist:
        return [member.name.partition("/")[2] for member in sdist.getmembers() if member.isfile()]


def check_names(name: str, found: Iterable[str], expected: Iterable[str]) -> None:
    """Compare the files of a distribution with those that it should have."""
    have, want = set(found), set(expected) | (set(METADATA) if name.endswith(".whl") else set())
    if have != want:
        sys.exit(
            f"{name}: has {sorted(have - want)} and lacks {sorted(want - have)}; see [tool.hatch] in pyproject.toml"
        )
    print(f"{name}: {len(have)} files")


if __name__ == "__main__":
    main()
