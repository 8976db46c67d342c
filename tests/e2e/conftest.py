"""Fixtures that drive the installed program: a server process of its own, spoken to over a real port or a browser."""

import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.browser import Visit, open_browser
from tests.installed import PROGRAM, make_environment

DEADLINE_S = 60
"""After this long, what has not happened never will: a cold start on a busy machine takes a tenth of it."""

POLL_S = 0.02


def wait_until(condition, what, deadline_s=DEADLINE_S):
    """The first value of ``condition()`` that is true."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(POLL_S)
    raise AssertionError(f"{what}: not within {deadline_s} s")


@dataclass
class Server:
    """``tweetmoji serve`` as a process."""

    process: subprocess.Popen
    log: Path
    url: str = ""

    @property
    def stderr(self):
        """What it has written so far."""
        return self.log.read_text(encoding="utf-8")

    @property
    def address(self):
        """Host and port, for a socket."""
        parsed = httpx.URL(self.url)
        return parsed.host, parsed.port

    def connect(self):
        return httpx.Client(base_url=self.url, timeout=DEADLINE_S, trust_env=False)

    def wait_until_ready(self):
        """Read the address from what it says and ask until it answers."""
        said = wait_until(lambda: self._died() or re.search(r"(http://\S+) ", self.stderr), "the line with the address")
        self.url = said[1]
        with self.connect() as client:
            wait_until(lambda: client.get("/readyz").status_code == 200, "ready")

    def stop(self, number=signal.SIGTERM):
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)

    def _died(self):
        assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{self.stderr}"


@pytest.fixture(scope="session")
def run_server(tmp_path_factory):
    """Start a server without waiting for it; whatever still runs in the end is killed."""
    started = []

    def run(*arguments, command=(PROGRAM, "serve"), environment=None):
        folder = tmp_path_factory.mktemp("server")
        log = folder / "stderr.txt"
        with log.open("wb") as stderr:
            process = subprocess.Popen(
                [*command, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                env=make_environment(**(environment or {})),
                cwd=folder,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored if the tests run behind &
            )
        started.append(Server(process, log))
        return started[-1]

    yield run
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


@pytest.fixture(scope="session")
def start_server(run_server):
    """Start a server on a free port and wait until it answers."""

    def start(*arguments, **options):
        server = run_server("--port", "0", *arguments, **options)
        server.wait_until_ready()
        return server

    return start


@pytest.fixture(scope="session")
def server(start_server):
    """One server with the shipped model for all tests, which must end well and have had nothing to complain of."""
    server = start_server()
    yield server
    assert server.stop() == 0
    assert re.fullmatch(r"tweetmoji serves on http://\S+ \(open it in a browser\); Ctrl-C ends it\n", server.stderr)


@pytest.fixture(scope="session")
def http(server):
    """A client of that server."""
    with server.connect() as client:
        yield client


@pytest.fixture(scope="session")
def poll():
    """Wait until a condition holds, with a deadline."""
    return wait_until


@pytest.fixture(scope="module")
def chromium():
    """A headless browser. It lasts for one module: its event loop would disturb the tests that run their own."""
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def heads_server(start_server, heads_home):
    """A server with the tiny model that knows none and has suggestions."""
    return start_server("--model", heads_home)


@pytest.fixture
def visit(chromium, heads_server):
    """Open a fresh browser window on a server; in the end, it must have asked no other host."""
    visits = []

    def make(server=heads_server, **options):
        context = chromium.new_context(**options)
        context.set_default_timeout(1000 * DEADLINE_S)
        visits.append(Visit(context.new_page(), server.url))
        visits[-1].watch()
        return visits[-1]

    yield make
    foreign = [url for each in visits for url in each.list_foreign()]
    for each in visits:
        each.page.context.close()
    assert foreign == []


@pytest.fixture
def page(visit):
    """The page at ``/``, open; in the end, its console must have shown no error."""
    each = visit()
    yield each.open()
    assert each.errors == []
