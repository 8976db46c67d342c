"""``tweetmoji serve`` as a process: how it starts, what it writes, what it survives and how it ends."""

import json
import re
import signal
import socket
import sys

import httpx
import pytest
from tests.toys.connections import read_all

import tweetmoji

SAID = re.compile(r"tweetmoji serves on (http://\S+) \(open it in a browser\); Ctrl-C ends it\n")

BREAK_THE_MODEL = """
import tweetmoji.serve.server as server
from tweetmoji.cli import main

class Broken:
    name = version = "broken"
    labels = ()
    max_tokens = 16

    def with_threads(self, threads):
        return self

    def with_observer(self, observer):
        return self

    def predict(self, texts, *, min_confidence=0.0):
        raise RuntimeError("the model broke")

server.load = lambda *arguments, **options: Broken()
main()
"""

HANG_THE_MODEL = BREAK_THE_MODEL.replace('raise RuntimeError("the model broke")', "__import__('time').sleep(3600)")

KILL_A_WORKER = """
from tweetmoji.cli import main
from tweetmoji.serve import workers

run_slices = workers.run_slices

def die(taken):
    if any("die" in job.read(part) for job, part in taken):
        raise MemoryError
    return run_slices(taken)

workers.run_slices = die
main()
"""

HIDE_A_PACKAGE = """
import sys
sys.modules[{package!r}] = None
from tweetmoji.cli import main
main()
"""

HEAD = b"POST /tweets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


def python(code):
    """A command that runs ``tweetmoji serve`` after changing something in its process."""
    return (sys.executable, "-c", code, "serve")


@pytest.fixture
def fails(run_server):
    """Run a server that cannot start; the one line that it writes."""

    def run(code, *arguments, **options):
        server = run_server(*arguments, **options)
        assert server.process.wait(60) == code, server.stderr
        assert re.fullmatch(r"tweetmoji: .+\n", server.stderr)
        return server.stderr

    return run


def test_impossible_host_is_said_in_one_line(fails, tiny_folder):
    said = fails(1, "--port", "0", "--host", "ü..x", "--model", tiny_folder)
    assert "cannot listen" in said
    assert "--host" in said


def test_damaged_model_is_said_in_one_line(fails, tiny_folder):
    (tiny_folder / "model.onnx").write_bytes(b"not the weights")
    said = fails(1, "--port", "0", "--model", tiny_folder)
    assert str(tiny_folder / "model.onnx") in said
    assert "damaged" in said


@pytest.mark.parametrize("package", ["fastapi", "uvicorn", "fastapi_offline", "pydantic"])
def test_missing_extra_names_the_installation(fails, package):
    said = fails(1, "--port", "0", command=python(HIDE_A_PACKAGE.format(package=package)))
    assert package in said
    assert "pip install '.[serve]'" in said


def test_address_of_ipv6_can_be_opened_as_logged(run_server, poll, tiny_folder):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    server = run_server("--host", "::1", "--port", "0", "--model", tiny_folder)
    said = poll(lambda: re.fullmatch(SAID, server.stderr), "the line with the address")
    assert re.fullmatch(r"http://\[::1\]:\d+", said[1])
    assert httpx.get(f"{said[1]}/healthz", trust_env=False).status_code == 200


def test_environment_variables_set_options(start_server, tiny_folder):
    environment = {
        "TWEETMOJI_HOST": "localhost",
        "TWEETMOJI_MODEL": str(tiny_folder),
        "TWEETMOJI_ACCESS_LOG": "1",
        "TWEETMOJI_BODY_TIMEOUT_S": "0.5",
    }
    server = start_server(environment=environment)
    with server.connect() as client:
        assert client.get("/v1/model").json()["name"] == "tiny"
        with socket.create_connection(server.address, timeout=30) as connection:
            connection.sendall(HEAD % 9 + b"{")
            response = read_all(connection)
    assert response.startswith(b"HTTP/1.1 408 ")
    assert b"0.5 seconds" in response
    assert '"GET /v1/model HTTP/1.1" 200' in server.stderr


def test_suggestions_and_none_are_served_as_the_library_has_them(start_server, heads_home):
    texts, environment = ["my dog is home", "happy http"], {"TWEETMOJI_PRIOR": "uniform"}
    server = start_server("--model", heads_home, environment=environment)
    emojifier = tweetmoji.load(heads_home, prior="uniform")
    with server.connect() as client:
        suggested = client.post("/v1/suggestions", json={"texts": texts, "k": 2}).json()["suggestions"]
        predicted = client.post("/v1/predictions", json={"texts": texts}).json()["predictions"]
        model = client.get("/v1/model").json()
        tweet = client.get("/tweets", params={"text": texts[1]}).json()
    assert suggested == [[vars(row) for row in emojifier.suggest(text, 2)] for text in texts]
    assert predicted == [vars(row) for row in emojifier.predict(texts)]
    assert (model["prior"], model["suggestions"]) == (emojifier.prior, list(emojifier.suggestions))
    assert tweet == {"confidence": f"{predicted[1]['confidence']:.7f}", "emoji": "😂"}
    assert server.stop() == 0


def test_model_without_suggestions_is_404_and_serves_on(start_server, tiny_folder):
    server = start_server("--model", tiny_folder)
    with server.connect() as client:
        response = client.post("/v1/suggestions", json={"texts": ["my dog"]})
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"
        assert "has no suggestions" in response.json()["detail"]
        assert client.post("/v1/predictions", json={"texts": ["happy"]}).json()["predictions"][0]["none"] is None
    assert server.stop() == 0
    assert re.fullmatch(SAID, server.stderr)


def test_prior_that_does_not_fit_the_model_is_said_in_one_line(fails, tiny_folder):
    said = fails(2, "--port", "0", "--model", tiny_folder, "--prior", "joy=0.5,sadness=0.5")
    assert "prior has no share for love, anger, fear, surprise" in said


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)], ids=["SIGTERM", "Ctrl-C"])
def test_signal_stops_it_and_stderr_has_the_address_alone(start_server, tiny_folder, number, code):
    server = start_server("--model", tiny_folder)
    assert re.fullmatch(SAID, server.stderr)[1] == server.url
    with server.connect() as client:
        assert client.get("/tweets?text=secret").status_code == 200
    assert server.stop(number) == code
    assert re.fullmatch(SAID, server.stderr.rstrip("\n") + "\n")  # click ends the terminal's line of ^C


def test_open_connection_does_not_delay_the_stop_and_the_port_is_free(start_server, run_server, tiny_folder):
    server = start_server("--model", tiny_folder)
    port = server.address[1]
    with server.connect() as client:
        assert client.get("/healthz").status_code == 200
        assert server.stop() == 0  # the client keeps its connection alive
    assert re.fullmatch(SAID, server.stderr)
    again = run_server("--port", port, "--model", tiny_folder)
    again.wait_until_ready()
    assert again.address[1] == port


def test_failure_of_the_model_is_logged_with_traceback_and_500(start_server, poll):
    server = start_server(command=python(BREAK_THE_MODEL))
    with server.connect() as client:
        response = client.post("/tweets", json={"text": "a"})
        assert response.status_code == 500
        assert response.headers["content-type"] == "application/problem+json"
        assert set(response.json()) == {"type", "title", "status", "detail", "request_id"}
        assert "broke" not in response.text
        assert response.headers["connection"] == "close"  # the server closes it
        assert client.get("/healthz").status_code == 200
    poll(lambda: "RuntimeError: the model broke" in server.stderr, "the cause in the log")
    assert "Traceback" in server.stderr
    assert server.stop() == 0


def test_client_disconnects_are_not_logged_as_errors(start_server, tiny_folder):
    server = start_server("--model", tiny_folder, "--access-log")
    body = json.dumps({"texts": ["so happy"] * 1024}).encode()
    head = HEAD.replace(b"/tweets", b"/v1/predictions") % len(body)
    for sent in (b"", b"GET /twe", head, head + body[:100], head + body):
        for _ in range(3):
            with socket.create_connection(server.address, timeout=30) as connection:
                connection.sendall(sent)
    with server.connect() as client:
        assert client.post("/v1/predictions", content=body, headers={"Content-Type": "application/json"}).is_success
    assert server.stop() == 0
    assert "Traceback" not in server.stderr
    assert "ERROR" not in server.stderr


@pytest.mark.parametrize(
    "sent",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"hello\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n"],
    ids=["TLS", "text", "path"],
)
def test_bytes_that_are_not_http_are_400(server, sent):
    with socket.create_connection(server.address, timeout=30) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection).startswith(b"HTTP/1.1 400 ")


def test_empty_lines_alone_get_no_response(server):
    with socket.create_connection(server.address, timeout=30) as connection:
        connection.sendall(b"\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection) == b""


@pytest.mark.parametrize(
    ("version", "hosts", "status"), [("1.1", 0, 400), ("1.1", 2, 400), ("1.1", 1, 200), ("1.0", 0, 200)]
)
def test_no_or_two_host_headers_are_a_problem_and_end_the_connection(server, version, hosts, status):
    lines = [f"GET /tweets?text=a HTTP/{version}", *["Host: a"] * hosts, *["Connection: close"] * (status == 200)]
    with socket.create_connection(server.address, timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        head, _, body = read_all(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert (b"application/problem+json" in head) == (status == 400)
    assert isinstance(json.loads(body), dict)


def test_open_request_gets_its_response_before_the_stop(start_server, tiny_folder):
    server = start_server("--model", tiny_folder)
    body = b'{"text": "so happy"}'
    with socket.create_connection(server.address, timeout=30) as connection, server.connect() as client:
        connection.sendall(HEAD % len(body) + body[:5])
        assert client.get("/healthz").status_code == 200  # so it has the request before, too
        server.process.send_signal(signal.SIGTERM)
        connection.sendall(body[5:])
        assert "😂" in read_all(connection).decode("utf-8")
    assert server.process.wait(30) == 0


def send_to_hung(server):
    """Open a connection with a request that the model never answers; once the server has it."""
    connection = socket.create_connection(server.address, timeout=60)
    body = b'{"text": "so happy"}'
    connection.sendall(HEAD % len(body) + body)
    with server.connect() as client:
        assert client.get("/healthz").status_code == 200
    return connection


@pytest.mark.system
def test_dead_worker_is_replaced(start_server, poll, tiny_folder):
    server = start_server("--model", tiny_folder, "--threads", "1", command=python(KILL_A_WORKER))
    with server.connect() as client:
        for _ in range(3):
            assert client.post("/tweets", json={"text": "die"}).status_code == 500
            poll(lambda: client.get("/readyz").status_code == 200, "ready again")
            assert client.post("/tweets", json={"text": "happy"}).json()["emoji"] == "😂"
    assert server.stop() == 0
    assert server.stderr.count("worker 0 died; another one takes its place") == 3


@pytest.mark.system
def test_hung_worker_ends_the_process_with_an_error(start_server):
    options = ("--threads", "1", "--hang-s", "0.5", "--drain-s", "0", "--shutdown-timeout-s", "0")
    server = start_server(*options, command=python(HANG_THE_MODEL))
    with send_to_hung(server) as connection:
        response = read_all(connection)
    assert response.startswith(b"HTTP/1.1 503 ")
    assert b"application/problem+json" in response
    assert server.process.wait(60) == 1
    assert "a worker hangs" in server.stderr
    assert "Traceback" not in server.stderr


@pytest.mark.system
def test_sigterm_ends_it_while_all_workers_hang(start_server):
    options = ("--threads", "1", "--drain-s", "0", "--shutdown-timeout-s", "0")
    server = start_server(*options, command=python(HANG_THE_MODEL))
    with send_to_hung(server) as connection:
        assert server.stop() == 1
        assert read_all(connection).startswith(b"HTTP/1.1 503 ")
    assert "a worker did not end" in server.stderr
    assert "Traceback" not in server.stderr


@pytest.mark.system
def test_readyz_is_503_after_sigterm_while_requests_are_served(start_server, poll, tiny_folder):
    server = start_server("--model", tiny_folder, "--drain-s", "60")
    with server.connect() as client:
        server.process.send_signal(signal.SIGTERM)
        poll(lambda: client.get("/readyz").status_code == 503, "not ready")
        assert client.get("/tweets?text=happy").json()["emoji"] == "😂"
    assert server.stop() == 0  # the second signal ends the drain
