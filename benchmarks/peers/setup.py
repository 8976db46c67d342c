"""Makes the environments of the benchmarks' peers: a virtual environment each, in .venv-peers/.

A peer is a folder beside this file with a ``requirements.txt``. If there is a file ``commit`` too, ``${CHECKOUT}`` in
the requirements is a copy of this repository as of that commit. Run ``python benchmarks/peers/setup.py NAME…``, or
without names for all peers. An environment that is in step with its requirements is left alone. If one peer fails, the
others are made all the same, and the exit code is 1.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEERS = Path(__file__).parent
REPOSITORY = PEERS.parent.parent
ENVIRONMENTS = REPOSITORY / ".venv-peers"
MODELS = ENVIRONMENTS / "models"
"""Where `models.py` builds the models that peers serve."""

STAMP = "requirements.sha256"
"""File in an environment that holds what it was made from. It is written last."""


def list_peers() -> list[str]:
    """List the names of all peers."""
    return sorted(path.parent.name for path in PEERS.glob("*/requirements.txt"))


def find_python(name: str) -> Path | None:
    """Find the interpreter of a peer's environment; None if it is absent, incomplete or out of date."""
    folder = ENVIRONMENTS / name
    stamp = folder / STAMP
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != _compute_stamp(name):
        return None
    return folder / "bin" / "python"


def set_up(name: str) -> None:
    """Make the environment of a peer, unless it is in step with its requirements.

    Raises:
        ValueError: No peer has this name.
        subprocess.CalledProcessError: The environment was not made, or pip failed.
    """
    if name not in list_peers():
        raise ValueError(f"no peer is called {name!r}; expected one of {', '.join(list_peers())}")
    if find_python(name):
        print(f"{name}: up to date", flush=True)
        return
    folder = ENVIRONMENTS / name
    print(f"{name}: making {folder.relative_to(REPOSITORY)}", flush=True)
    start = time.perf_counter()
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    with tempfile.TemporaryDirectory() as checkout:
        _extract_commit(name, Path(checkout))
        pip = [folder / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        requirements = PEERS / name / "requirements.txt"
        subprocess.run([*pip, "--requirement", requirements], check=True, env=os.environ | {"CHECKOUT": checkout})
    (folder / STAMP).write_text(_compute_stamp(name), encoding="utf-8")
    print(f"{name}: made in {time.perf_counter() - start:.0f} s", flush=True)


def _extract_commit(name: str, folder: Path) -> None:
    """Write the files of the commit that a peer names into a folder; a peer without one needs nothing."""
    path = PEERS / name / "commit"
    if path.is_file():
        commit = path.read_text(encoding="utf-8").strip()
        archive = folder / "archive.tar"
        subprocess.run(["git", "-C", REPOSITORY, "archive", "--output", archive, commit], check=True)
        shutil.unpack_archive(archive, folder, filter="data")
        archive.unlink()


def _compute_stamp(name: str) -> str:
    """Hash of the requirements and the version of Python: another one of either makes another environment."""
    files = [path for path in (PEERS / name / "requirements.txt", PEERS / name / "commit") if path.is_file()]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files) + sys.version.encode()).hexdigest()


def main() -> None:
    """Make the environments of the peers named on the command line, or of all."""
    parser = argparse.ArgumentParser(description="Make the environments of the benchmarks' peers in .venv-peers/.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(list_peers())} (default: all)")
    failed = []
    for name in parser.parse_args().names or list_peers():
        try:
            set_up(name)
        except (ValueError, subprocess.CalledProcessError) as error:
            print(f"{name}: failed: {error}", file=sys.stderr, flush=True)
            failed.append(name)
    if failed:
        sys.exit(f"not made: {', '.join(failed)}")


if __name__ == "__main__":
    main()
