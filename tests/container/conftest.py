"""The image, run for real and driven from outside. Run these tests as ``make test-container``.

TWEETMOJI_IMAGE names the image; it must have been built from this checkout, as ``make image`` does.
"""

import os
import subprocess
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tweetmoji.runtime.artifact import SHIPPED, read_artifact, with_changes, write_artifact

DEADLINE_S = 60
"""Limit for what takes seconds: after it, a test fails instead of hanging."""

POLL_S = 0.05


def docker(*arguments, check=True, **options):
    """Run a docker command; its output is text."""
    completed = subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, encoding="utf-8", check=False, timeout=600, **options
    )
    if check and completed.returncode != 0:
        pytest.fail(f"docker {' '.join(map(str, arguments))}: exit {completed.returncode}: {completed.stderr}")
    return completed


def wait_until(condition, what):
    """Poll until a condition holds, and return what it returned."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        if outcome := condition():
            return outcome
        time.sleep(POLL_S)
    return pytest.fail(f"{what}: not within {DEADLINE_S} seconds")


class Server:
    """A container that serves on a published port."""

    def __init__(self, identity, port):
        self.id = identity
        self.container_port = port

    def inspect(self, template):
        """One value of the container's state, as ``docker inspect`` formats it."""
        return docker("inspect", "--format", template, self.id).stdout.strip()

    @property
    def exit_code(self):
        return int(self.inspect("{{.State.ExitCode}}"))

    def stop(self, grace_s=10):
        """SIGTERM, and SIGKILL if it still runs after the grace."""
        docker("stop", "--time", str(grace_s), self.id)

    def start(self):
        docker("start", self.id)

    def execute(self, *command, options=(), check=True):
        """Run a command beside the server, in the same container."""
        return docker("exec", *options, self.id, *command, check=check)

    def logs(self):
        """What it wrote to stdout and stderr."""
        completed = docker("logs", self.id)
        return completed.stdout + completed.stderr

    @property
    def address(self):
        """Address where this machine reaches it; with any free port, another after each start."""
        host, _, port = docker("port", self.id, f"{self.container_port}/tcp").stdout.splitlines()[0].rpartition(":")
        return host.replace("0.0.0.0", "127.0.0.1"), int(port)

    @property
    def url(self):
        return "http://{}:{}".format(*self.address)

    def connect(self):
        return httpx.Client(base_url=self.url, timeout=DEADLINE_S, trust_env=False)

    def request(self, method, path, **arguments):
        return httpx.request(method, f"{self.url}{path}", timeout=DEADLINE_S, trust_env=False, **arguments)

    def get(self, path, **arguments):
        return self.request("GET", path, **arguments)

    def post(self, path, **arguments):
        return self.request("POST", path, **arguments)

    def wait_until_ready(self):
        """Return once it is ready; fail at once if it ended."""

        def is_ready():
            if self.inspect("{{.State.Running}}") != "true":
                pytest.fail(f"the container ended with {self.exit_code}: {self.logs()}")
            try:
                return self.get("/readyz").status_code == 200
            except httpx.TransportError:
                return False

        wait_until(is_ready, "the container is ready")


@pytest.fixture(scope="session", name="docker")
def docker_command():
    """The function that runs a docker command; fails where no engine runs."""
    try:
        info = docker("info", check=False)
    except FileNotFoundError:
        pytest.fail("no docker command here: install Docker, or leave these tests to make test-container")
    if info.returncode != 0:
        pytest.fail(f"no Docker engine runs here: start one first ({info.stderr.strip()})")
    return docker


def find_image(variable, default, target):
    """The name of an image that is there."""
    name = os.environ.get(variable, default)
    if docker("image", "inspect", name, check=False).returncode != 0:
        pytest.fail(f"no image {name!r}: run make {target} first, or name another by {variable}")
    return name


@pytest.fixture(scope="session")
def image(docker):
    """The name of the image under test."""
    return find_image("TWEETMOJI_IMAGE", "tweetmoji", "image")


@pytest.fixture(scope="session")
def label_image(docker):
    """The name of the image with the extra label."""
    return find_image("TWEETMOJI_LABEL_IMAGE", "tweetmoji-label", "image-label")


@pytest.fixture(scope="session")
def ray_image(docker):
    """The name of the image with Ray, which ``make test-container`` does not build."""
    name = os.environ.get("TWEETMOJI_RAY_IMAGE", "tweetmoji-ray")
    if docker("image", "inspect", name, check=False).returncode != 0:
        pytest.skip(f"no image {name!r}: make image-ray")
    return name


@pytest.fixture(scope="session")
def wait():
    """The function that polls until a condition holds."""
    return wait_until


@pytest.fixture(scope="session")
def run(docker, image):
    """Run a command in a new container, to its end: ``run("predict", "text", options=("--read-only",))``."""

    def run_command(*command, options=(), **arguments):
        return docker("run", "--rm", *options, image, *command, check=False, **arguments)

    return run_command


@contextmanager
def serve(image, *command, options=(), port=5000, published="127.0.0.1:"):
    """A container that serves, published on a free port of this machine unless told otherwise; removed in the end."""
    identity = docker("create", "--publish", f"{published}:{port}", *options, image, *command).stdout.strip()
    try:
        server = Server(identity, port)
        server.start()
        server.wait_until_ready()
        yield server
    finally:
        docker("rm", "--force", "--volumes", identity)


@pytest.fixture(scope="session")
def server(image):
    """A container as ``docker run -dP tweetmoji`` starts it, shared by tests that leave it as it is."""
    with serve(image) as server:
        yield server


@pytest.fixture(scope="session")
def configured_server(image):
    """A container with settings from environment and arguments, and a quick health check; shared as well."""
    environment = ("--env", "TWEETMOJI_PORT=8080")
    health = ("--health-interval", "1s", "--health-retries", "1")
    with serve(image, "serve", "--access-log", options=(*environment, *health), port=8080) as server:
        yield server


@pytest.fixture(scope="module")
def small_server(image):
    """A container as small and with as few rights as that of compose.yaml; for tests that leave it serving."""
    limits = ("--cpus", "1", "--memory", "512m", "--restart", "unless-stopped")
    rights = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
    with serve(image, options=(*limits, *rights)) as server:
        yield server


@pytest.fixture
def start_server(image):
    """Start a serving container for one test."""
    with ExitStack() as stack:
        yield lambda *command, **arguments: stack.enter_context(serve(image, *command, **arguments))


@pytest.fixture
def own_model(tmp_path) -> Path:
    """A folder with the shipped model, but 🥳 for joy."""
    shipped = read_artifact(SHIPPED)
    config = replace(shipped.config, name="own", emoji=shipped.config.emoji | {"joy": "🥳"})
    folder = tmp_path / "my-model"
    write_artifact(replace(with_changes(shipped, config=config), folder=folder))
    for path in folder.iterdir():
        path.chmod(0o644)  # whatever the umask here: the container reads it as another user
    return folder
