"""``tweetmoji serve`` as a process: how it starts, what it says, what it survives and how it ends."""

import json
import re
import signal
import socket
import sys

import httpx
import pytest

SAID = re.compile(r"tweetmoji serves on (http://\S+) \(try /swagger-ui\); Ctrl-C ends it\n")

BREAK_THE_MODEL = """
import tweetmoji.serve.server as server
from tweetmoji.cli import main

class Broken:
    def predict(self, texts, *, min_confidence=0.0):
        raise RuntimeError("the model broke")

server.load = lambda *arguments, **options: Broken()
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


def read_all(connection):
    """Everything that comes until the other side closes."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.fixture
def fails(run_server):
    """Run a server that cannot start; the one line that it says."""

    def run(code, *arguments, **options):
        server = run_server(*arguments, **options)
        assert server.process.wait(60) == code, server.stderr
        assert re.fullmatch(r"tweetmoji: .+\n", server.stderr)
        return server.stderr

    return run


def test_port_in_use_is_said_in_one_line(fails, tiny_folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = fails(1, "--port", port, "--model", tiny_folder)
    assert f"127.0.0.1:{port}" in said
    assert "in use" in said
    assert "--port" in said


@pytest.mark.parametrize("host", ["ü..x", "203.0.113.1", "::nonsense"])
def test_impossible_host_is_said_in_one_line(fails, tiny_folder, host):
    said = fails(1, "--port", "0", "--host", host, "--model", tiny_folder)
    assert "cannot listen" in said
    assert "--host" in said


def test_damaged_model_is_said_in_one_line(fails, tiny_folder):
    (tiny_folder / "model.onnx").write_bytes(b"not the weights")
    said = fails(1, "--port", "0", "--model", tiny_folder)
    assert str(tiny_folder / "model.onnx") in said
    assert "damaged" in said


def test_port_is_not_taken_before_the_model_is_loaded(fails, tiny_folder):
    (tiny_folder / "model.onnx").unlink()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = fails(1, "--port", taken.getsockname()[1], "--model", tiny_folder)
    assert "model.onnx missing" in said  # had it asked for the port first, it would have been told of that


def test_missing_model_is_said_in_one_line(fails, tmp_path):
    assert str(tmp_path / "none") in fails(1, "--port", "0", "--model", tmp_path / "none")


@pytest.mark.parametrize(
    ("arguments", "environment", "named"),
    [
        (["--port", "99999"], {}, ["--port", "99999", "65535"]),
        (["--port", "http"], {}, ["--port", "http"]),
        (["--threads", "-1"], {}, ["--threads", "-1"]),
        (["--body-timeout-s", "0"], {}, ["--body-timeout-s", "0.1"]),
        (["--body-timeout-s", "nan"], {}, ["body_timeout_s", "nan"]),
        (["--nonsense"], {}, ["--nonsense"]),
        (["stray"], {}, ["stray"]),
        ([], {"TWEETMOJI_PORT": "abc"}, ["TWEETMOJI_PORT", "abc"]),
        ([], {"TWEETMOJI_PORT": "99999"}, ["TWEETMOJI_PORT", "99999"]),
        ([], {"TWEETMOJI_QUEUE_TEXTS": "0"}, ["TWEETMOJI_QUEUE_TEXTS"]),
        ([], {"TWEETMOJI_ACCESS_LOG": "maybe"}, ["TWEETMOJI_ACCESS_LOG", "maybe"]),
    ],
    ids=str,
)
def test_wrong_setting_is_a_usage_error_in_one_line(fails, arguments, environment, named):
    said = fails(2, *arguments, environment=environment)
    assert all(name in said for name in named)


@pytest.mark.parametrize("package", ["fastapi", "uvicorn", "fastapi_offline", "pydantic"])
def test_missing_extra_names_the_installation(fails, package):
    said = fails(1, "--port", "0", command=python(HIDE_A_PACKAGE.format(package=package)))
    assert package in said
    assert "pip install 'tweetmoji[serve]'" in said


def test_says_where_it_serves_and_nothing_else(start_server, tiny_folder):
    server = start_server("--model", tiny_folder)
    assert re.fullmatch(SAID, server.stderr)[1] == server.url
    assert server.url.startswith("http://127.0.0.1:")
    assert server.stop() == 0
    assert re.fullmatch(SAID, server.stderr)


def test_address_of_ip_version_6_can_be_opened_as_said(run_server, poll, tiny_folder):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    server = run_server("--host", "::1", "--port", "0", "--model", tiny_folder)
    said = poll(lambda: re.fullmatch(SAID, server.stderr), "the line with the address")
    assert re.fullmatch(r"http://\[::1\]:\d+", said[1])
    assert httpx.get(f"{said[1]}/healthz", trust_env=False).status_code == 200


def test_variables_of_the_environment_set_everything(start_server, tiny_folder):
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
            answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"0.5 seconds" in answer
    assert '"GET /v1/model HTTP/1.1" 200' in server.stderr


def test_option_goes_before_the_environment(start_server, tiny_folder, tmp_path):
    server = start_server("--model", tiny_folder, environment={"TWEETMOJI_MODEL": str(tmp_path), "TWEETMOJI_PORT": "1"})
    with server.connect() as client:
        assert client.get("/v1/model").json()["name"] == "tiny"


def test_requests_are_not_logged_unless_asked_for(start_server, tiny_folder):
    server = start_server("--model", tiny_folder)
    with server.connect() as client:
        client.get("/tweets?text=secret")
    assert server.stop() == 0
    assert "secret" not in server.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)], ids=["SIGTERM", "Ctrl-C"])
def test_signal_ends_it_quietly(start_server, tiny_folder, number, code):
    server = start_server("--model", tiny_folder)
    assert server.stop(number) == code
    assert re.fullmatch(SAID, server.stderr.rstrip("\n") + "\n")  # click ends the terminal's line of ^C


def test_connection_left_open_does_not_hold_up_the_end(start_server, tiny_folder):
    server = start_server("--model", tiny_folder)
    with server.connect() as client:
        assert client.get("/healthz").status_code == 200
        assert server.stop() == 0  # the client keeps its connection alive
    assert re.fullmatch(SAID, server.stderr)


def test_port_is_free_again_after_the_end(start_server, run_server, tiny_folder):
    server = start_server("--model", tiny_folder)
    port = server.address[1]
    assert server.stop() == 0
    again = run_server("--port", port, "--model", tiny_folder)
    again.wait_until_ready()
    assert again.address[1] == port


def test_failure_of_the_model_is_logged_in_full_and_answered_bare(start_server, poll):
    server = start_server(command=python(BREAK_THE_MODEL))
    with server.connect() as client:
        response = client.post("/tweets", json={"text": "a"})
        assert response.status_code == 500
        assert response.headers["content-type"] == "application/problem+json"
        assert set(response.json()) == {"type", "title", "status", "detail"}
        assert "broke" not in response.text
        assert response.headers["connection"] == "close"  # for that is what becomes of it
        assert client.get("/healthz").status_code == 200
    poll(lambda: "RuntimeError: the model broke" in server.stderr, "the cause in the log")
    assert "Traceback" in server.stderr
    assert server.stop() == 0


def test_clients_that_leave_do_no_harm(start_server, tiny_folder):
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


def test_bytes_that_are_no_http_do_no_harm(start_server, tiny_folder):
    server = start_server("--model", tiny_folder)
    for sent in (b"\x16\x03\x01\x02\x00\x01\x00", b"\r\n\r\n", b"hello\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n"):
        with socket.create_connection(server.address, timeout=30) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = read_all(connection)
            assert answer.startswith(b"HTTP/1.1 400 ") or not answer
    with server.connect() as client:
        assert client.get("/tweets?text=happy").json()["emoji"] == "😂"
    assert server.stop() == 0
    assert "Traceback" not in server.stderr


def test_request_under_way_is_answered_before_the_end(start_server, tiny_folder):
    server = start_server("--model", tiny_folder)
    body = b'{"text": "so happy"}'
    with socket.create_connection(server.address, timeout=30) as connection, server.connect() as client:
        connection.sendall(HEAD % len(body) + body[:5])
        assert client.get("/healthz").status_code == 200  # the request before it has been taken up, too
        server.process.send_signal(signal.SIGTERM)
        connection.sendall(body[5:])
        assert "😂" in read_all(connection).decode("utf-8")
    assert server.process.wait(30) == 0
