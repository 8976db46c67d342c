"""The command line run inside the test's own process, from its arguments to its exit code and its bytes."""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.toys.programs import HIDE_TORCH

from tweetmoji.cli import main
from tweetmoji.runtime.artifact import make_artifact, write_artifact
from tweetmoji.runtime.prior import make_uniform_prior


@dataclass(frozen=True)
class Result:
    """How a run ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of stdout; each must end in a newline."""
        assert self.out == "" or self.out.endswith("\n")
        return self.out.split("\n")[:-1]

    @property
    def complaint(self) -> str:
        """What stderr says, which must be one line of ours."""
        line, newline, rest = self.err.partition("\n")
        assert (newline, rest) == ("\n", ""), f"stderr is not one line: {self.err!r}"
        assert line.startswith("tweetmoji: ")
        return line.removeprefix("tweetmoji: ")


@pytest.fixture(scope="session")
def run_cli(tiny_home) -> Callable[..., Result]:
    """Run ``tweetmoji ARGS`` with the tiny model as TWEETMOJI_MODEL and bytes on stdin.

    The streams are ASCII; ``terminal`` says whether stdout is one.
    """

    def run(*args: object, stdin: bytes = b"", env: dict[str, str] | None = None, terminal: bool = False) -> Result:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="") for _ in range(2))
        out.isatty = lambda: terminal  # type: ignore[method-assign]
        with tempfile.TemporaryFile("w+", encoding="ascii") as file, pytest.MonkeyPatch.context() as patch:
            file.buffer.write(stdin)
            file.buffer.seek(0)
            for name in [name for name in os.environ if name.startswith(("TWEETMOJI_", "_TWEETMOJI_"))] + [
                "NO_COLOR",
                "TERM",
            ]:
                patch.delenv(name, raising=False)
            for name, value in ({"TWEETMOJI_MODEL": str(tiny_home)} | (env or {})).items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["tweetmoji", *map(str, args)])
            patch.setattr(sys, "stdin", file)
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as exited:
                main()
        written = []
        for stream in (out, err):
            stream.flush()
            written.append(stream.buffer.getvalue().decode("utf-8"))
        return Result(exited.value.code, *written)

    return run


@pytest.fixture(scope="session")
def run_without_torch() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run ``tweetmoji ARGS`` in a Python of its own that has no torch."""

    def run(*args: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", f"{HIDE_TORCH}\nfrom tweetmoji.cli import main; main()", *args]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=120)

    return run


@pytest.fixture(scope="session")
def moods_home(tiny_artifact, tmp_path_factory) -> Path:
    """The tiny model with labels and emoji of a user's own, and never measured."""
    labels = ("down", "up", "warm", "hot", "cold", "odd")
    emoji = dict(zip(labels, "🙁🙂🤗🌶🥶🦄", strict=True))
    folder = tmp_path_factory.mktemp("moods") / "moods"
    prior = make_uniform_prior(labels)
    config = replace(tiny_artifact.config, name="moods", labels=labels, emoji=emoji, prior=prior)
    parts = {"weights": tiny_artifact.weights, "tokenizer": tiny_artifact.tokenizer, "metrics": {}}
    write_artifact(make_artifact(folder, config=config, **parts))
    return folder
