"""The README's examples, run as a reader would: Python in an interpreter, shell and HTTP in a shell.

A figure may differ in the third decimal from what stands there, since processors round differently; all else is exact.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMING_FROM = (ROOT / "docs" / "coming-from.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


def find_blocks(language: str, document: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", document, flags=re.DOTALL | re.MULTILINE)


def find_console_examples() -> list[tuple[str, str]]:
    """Commands after ``$`` with the output that stands below them."""
    examples = []
    for block in find_blocks("console"):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = example.partition("\n")
            examples.append((command, output))
    return examples


def round_figures(text: str) -> str:
    return re.sub(r"\d+\.\d+", lambda match: f"{float(match[0]):.2f}", text)


def run_in_shell(command: str) -> str:
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    completed = subprocess.run(
        ["bash", "-euc", command], capture_output=True, text=True, check=True, env=environment, timeout=60
    )
    return completed.stdout


def test_the_readme_has_an_example_of_each_kind():
    commands = [command for command, _ in find_console_examples()]
    assert find_blocks("python")
    assert any(command.startswith("tweetmoji") for command in commands)
    assert any(command.startswith("curl") for command in commands)


def test_python_example_prints_what_the_readme_says():
    [code] = find_blocks("python")
    [expected] = find_blocks("text")
    completed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert round_figures(completed.stdout) == round_figures(expected)


@pytest.mark.parametrize(
    ("command", "expected"), [row for row in find_console_examples() if not row[0].startswith("curl")]
)
def test_shell_example_prints_what_the_readme_says(command: str, expected: str):
    assert round_figures(run_in_shell(command)) == round_figures(expected)


@pytest.mark.parametrize(("command", "expected"), [row for row in find_console_examples() if row[0].startswith("curl")])
def test_http_example_answers_what_the_readme_says(command: str, expected: str, server):
    answer = run_in_shell(command.replace("localhost:5000", server.url.removeprefix("http://")))
    assert round_figures(answer.strip()) == round_figures(expected.strip())


def test_our_python_examples_beside_those_of_other_projects_run():
    codes = [code for code in find_blocks("python", COMING_FROM) if "import tweetmoji" in code]
    assert len(codes) >= 5
    for code in codes:
        completed = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
        )
        assert completed.returncode == 0, completed.stderr
