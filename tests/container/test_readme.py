"""The commands for Docker of README.md and docs/docker.md, run in order as a reader would.

They are the blocks marked ``console docker``; those marked ``console registry`` need a registry and are not run. A
number may differ in the third decimal, since processors round differently; all else is exact.
"""

import re
import subprocess
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.container

ROOT = Path(__file__).parents[2]
DOCUMENTS = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/docker.md"))


def test_docker_commands_print_what_the_documents_show(docker, image, wait, own_model):
    """In a folder that has a model in ``my-model``."""
    examples = find_examples()
    assert any(command.startswith("docker run -dp 5005:5000") for command, _ in examples)
    assert any("localhost:5005/tweets" in command for command, _ in examples)
    started = []
    try:
        for command, expected in examples:
            completed = subprocess.run(
                ["bash", "-euc", re.sub(r"(?<= )tweetmoji\b", image, command)],
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
                cwd=own_model.parent,
            )
            assert completed.returncode == 0, f"{command}: {completed.stderr}"
            if port := re.search(r"run -dp (\d+):", command):
                started.append(completed.stdout.strip())
                wait(lambda url=f"http://localhost:{port[1]}/readyz": is_ready(url), f"{command}: it is ready")
            else:
                assert round_numbers(completed.stdout.strip()) == round_numbers(expected.strip()), command
    finally:
        if started:
            docker("rm", "--force", *started)


def find_examples():
    """Commands after ``$`` with the output below them."""
    blocks = re.findall(r"^```console docker\n(.*?)^```$", DOCUMENTS, flags=re.DOTALL | re.MULTILINE)
    examples = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [(command, output) for command, _, output in (example.partition("\n") for example in examples)]


def is_ready(url):
    try:
        return httpx.get(url, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def round_numbers(text):
    return re.sub(r"\d+\.\d+", lambda match: f"{float(match[0]):.2f}", text)
