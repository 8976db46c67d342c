"""Lists every model that shipped, its size and its speed, from the history of the repository.

Run it as ``python tools/experiments/shipped.py`` in a clone with the whole history, after a commit that brought weights
or a result of ``benchmarks/inference.py``; it writes ``docs/experiments/shipped.json``. A result that names no model is
that of the model in the commit that recorded it.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from tweetmoji.files import write_text

ROOT: Final = Path(__file__).parents[2]
OUTPUT: Final = "docs/experiments/shipped.json"
MODELS: Final = "src/tweetmoji/models"
RESULT: Final = "benchmarks/results/inference.json"
WEIGHTS: Final = "model.onnx"
VERSION_DIGITS: Final = 12
"""Digits of the weights' SHA-256 that name a model, as `tweetmoji.runtime.artifact.Artifact.version` has them."""

OURS: Final = re.compile(r"tweetmoji(?:-([0-9a-f]{7,40}))?")
"""Names of our own ways in a result: that of the result's model, and that of an earlier commit."""


def list_models(root: Path) -> list[dict[str, Any]]:
    """Describe every model that shipped, oldest first: version, commit and date, bytes of its files, speed or null."""
    found: dict[str, dict[str, Any]] = {}
    for commit in list_commits(root, MODELS):
        sizes = {PurePosixPath(path).name: size for path, size in list_files(root, commit)}
        if WEIGHTS in sizes:
            found.setdefault(
                read_version(root, commit),
                {"commit": commit[:7], "date": git(root, "show", "-s", "--format=%cs", commit).strip(), "bytes": sizes},
            )
    speeds = dict(list_speeds(root))
    return [{"version": version, **model, "speed": speeds.get(version)} for version, model in found.items()]


def list_speeds(root: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Version of each model in a result of ``benchmarks/inference.py`` to its speed there, oldest result first."""
    for commit in list_commits(root, RESULT):
        result = json.loads(git(root, "show", f"{commit}:{RESULT}"))
        for way in {job["way"] for job in result["jobs"]}:
            if not (match := OURS.fullmatch(way)):
                continue
            if match[1]:
                version = read_version(root, match[1])
            else:
                version = result.get("model", {}).get("version") or read_version(root, commit)
            jobs = {job["job"]: job for job in result["jobs"] if job["way"] == way}
            yield (
                version,
                {
                    "commit": commit[:7],
                    "texts_per_s": _without_rounds(jobs["list"]["texts_per_s"]),
                    "alone_ms": _without_rounds(jobs["one by one"]["median_ms"]),
                    "hardware": result["hardware"],
                },
            )


def _without_rounds(figure: dict[str, Any]) -> dict[str, float]:
    return {name: figure[name] for name in ("median", "lowest", "highest")}


def list_commits(root: Path, path: str) -> list[str]:
    """The commits that changed a path, oldest first."""
    return git(root, "log", "--reverse", "--format=%H", "--", path).split()


def list_files(root: Path, commit: str) -> Iterator[tuple[str, int]]:
    """Path and bytes of each file of the model in a commit."""
    for line in git(root, "ls-tree", "-r", "--long", commit, "--", MODELS).splitlines():
        about, _, path = line.partition("\t")
        yield path, int(about.split()[3])


def read_version(root: Path, commit: str) -> str:
    """The version of the model in a commit."""
    [sums] = [path for path, _ in list_files(root, commit) if path.endswith("/SHA256SUMS")]
    lines = git(root, "show", f"{commit}:{sums}").splitlines()
    [digest] = [line.split()[0] for line in lines if line.split()[1] == WEIGHTS]
    return digest[:VERSION_DIGITS]


def git(root: Path, *arguments: str) -> str:
    """The output of a git command."""
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    write_text(ROOT / OUTPUT, json.dumps(list_models(ROOT), indent=2) + "\n")
