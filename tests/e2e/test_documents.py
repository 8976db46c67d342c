"""The examples of README.md and docs/, run as a reader would: Python in an interpreter, shell and HTTP in a shell.

Of the blocks without a mark (`tests.docs.documents`) all run. A figure may differ in the third decimal from what stands
there, since processors round differently; all else is exact.
"""

import re
import subprocess
import sys

import pytest
from tests.docs.documents import BLOCKS, Block
from tests.installed import make_environment

pytestmark = pytest.mark.system

LIMIT_S = 60
# a response that is a problem fails the block
SHELL = 'curl() { command curl --silent --fail-with-body "$@"; }\n'


def select(*languages) -> list[Block]:
    return [block for block in BLOCKS if block.language in languages and block.mark is None]


def round_figures(text: str) -> str:
    return re.sub(r"\d+\.\d+", lambda match: f"{float(match[0]):.2f}", text.strip())


@pytest.fixture
def run_in_shell(request, tmp_path):
    """Run commands in an empty folder, those that ask a server with the one of the tests."""

    def run(commands: str) -> str:
        if "localhost:" in commands:
            commands = re.sub(r"localhost:\d+", request.getfixturevalue("server").url.removeprefix("http://"), commands)
        completed = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", SHELL + commands],
            capture_output=True,
            text=True,
            check=False,
            env=make_environment(),
            cwd=tmp_path,
            timeout=LIMIT_S,
        )
        assert completed.returncode == 0, completed.stderr
        return completed.stdout

    return run


@pytest.mark.parametrize("block", select("python"), ids=str)
def test_python_prints_what_the_document_says(block: Block):
    completed = subprocess.run(
        [sys.executable, "-c", block.code], capture_output=True, text=True, check=False, timeout=LIMIT_S
    )
    assert completed.returncode == 0, completed.stderr
    if block.output is not None:
        assert round_figures(completed.stdout) == round_figures(block.output)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(*example, id=f"{block}-{i}")
        for block in select("console")
        for i, example in enumerate(block.examples)
    ],
)
def test_a_command_prints_what_the_document_says(command: str, expected: str, run_in_shell):
    assert round_figures(run_in_shell(command)) == round_figures(expected)


@pytest.mark.parametrize("block", select("sh"), ids=str)
def test_commands_run(block: Block, run_in_shell):
    assert run_in_shell(block.code)


def test_readme_has_an_example_of_each_kind():
    readme = [block for block in BLOCKS if block.document == "README.md" and block.mark is None]
    commands = [command for block in readme for command, _ in block.examples]
    assert any(block.output for block in readme)
    assert any(command.startswith("tweetmoji") for command in commands)
    assert any(command.startswith("curl") for command in commands)
