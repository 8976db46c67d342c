"""``docker compose up``: one command, least privileges, limits, health. Skipped where compose is not installed."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.container

ROOT = Path(__file__).parents[2]
MIB = 1 << 20


@pytest.fixture(scope="module")
def compose(docker, image):
    """Run a compose command on the project's file; what it started is removed in the end."""
    if docker("compose", "version", check=False).returncode == 0:
        program = ["docker", "compose"]
    elif shutil.which("docker-compose"):  # the first generation, as Debian has it
        program = ["docker-compose"]
    else:
        pytest.skip("neither docker compose nor docker-compose is installed here")
    environment = os.environ | {"TWEETMOJI_IMAGE": image, "TWEETMOJI_CORES": "1"}

    def run_compose(*arguments):
        command = [*program, "--project-name", "tweetmoji-test", *arguments]
        completed = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert completed.returncode == 0, completed.stderr
        return completed.stdout

    yield run_compose
    run_compose("down", "--volumes")


def test_compose_up_serves_on_5005_with_least_privileges_limits_and_a_health_check(compose, docker, wait):
    compose("up", "--detach", "--no-build")
    [container] = compose("ps", "--quiet").split()

    def inspect(template):
        return docker("inspect", "--format", template, container).stdout.strip()

    wait(lambda: inspect("{{.State.Health.Status}}") == "healthy", "the service is healthy")
    response = httpx.request(
        "GET", "http://localhost:5005/tweets", json={"text": "Today is a good day!"}, trust_env=False, timeout=60
    )
    assert response.json()["emoji"] == "😂"
    host = json.loads(inspect("{{json .HostConfig}}"))
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["NanoCpus"] == 1e9
    assert host["Memory"] == 512 * MIB
    assert host["RestartPolicy"]["Name"] == "unless-stopped"
