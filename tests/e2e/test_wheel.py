"""The wheel, built and installed into an empty environment: what a user gets from ``pip install tweetmoji``."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.installed import BIN, make_environment

from tweetmoji.cli.app import COMMANDS

ROOT = Path(__file__).parents[2]
INSTALLED_MB = 350


def run_uv(*arguments: str | Path) -> None:
    """Run uv, which does what pip does in a fraction of the time."""
    subprocess.run([BIN / "uv", *arguments, "--quiet"], check=True, timeout=300)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run_uv("build", "--wheel", "--out-dir", folder, ROOT)
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bin folder of an environment that holds the wheel and what it depends on, nothing else."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    run_uv("venv", "--python", sys.executable, folder)
    run_uv("pip", "install", "--python", folder, wheel)
    return folder / "bin"


def run(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=make_environment("PYTHON"),
        cwd=program.parent,
        check=False,
    )


def test_wheel_holds_the_model_and_the_licenses_but_no_tests(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    assert "tweetmoji/models/tweetmoji-minilm/model.onnx" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/NOTICE") for name in names)
    static = ROOT / "src" / "tweetmoji" / "serve" / "static"
    assert {f"tweetmoji/serve/static/{path.name}" for path in static.iterdir()} <= set(names)
    assert "tweetmoji/text/emoji.tsv" in names
    assert {name.partition("/")[0] for name in names} <= {
        "tweetmoji",
        next(n for n in names if "dist-info" in n).split("/")[0],
    }


def test_base_installation_answers_a_tweet(environment: Path):
    completed = run(environment / "tweetmoji", "Today is a good day!")
    assert completed.returncode == 0, completed.stderr
    assert completed.stdout.startswith("😂\tjoy\t")


def test_base_installation_brings_no_torch_and_stays_small(environment: Path):
    program = "import importlib.metadata as m; print(*(row.name for row in m.distributions()))"
    installed = run(environment / "python", "-c", program).stdout.split()
    assert "onnxruntime" in installed
    assert not {"torch", "fastapi"} & set(installed)
    size = sum(path.lstat().st_size for path in environment.parent.rglob("*"))
    assert size < INSTALLED_MB * 1e6


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (("serve",), "serve"),
        (("evaluate", "--source", "behavior"), "evaluate"),
        (("train", "--data", "d", "--base", "b", "--out", "o"), "train"),
    ],
)
def test_missing_extra_names_the_pip_install(environment: Path, arguments: tuple[str, ...], extra: str):
    completed = run(environment / "tweetmoji", *arguments)
    assert completed.returncode == 1
    assert f"pip install '.[{extra}]'" in completed.stderr
    assert completed.stderr.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_needs_no_extra(environment: Path, command: str):
    assert run(environment / "tweetmoji", command, "--help").returncode == 0
