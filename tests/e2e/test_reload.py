"""SIGHUP and keys of the installed server: nobody loses a request, and a closed terminal ends it."""

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
from tests.installed import PROGRAM

from tweetmoji.runtime.artifact import write_artifact

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP"),
]

KEY, NEW = "0123456789abcdef", "fedcba9876543210"

SLOW_LOAD = """
import sys, time
import tweetmoji.serve.server as server
from tweetmoji.cli import main
load = server.load
def load_slowly(*arguments, **options):
    print("loading", file=sys.stderr, flush=True)
    time.sleep(0.5)
    return load(*arguments, **options)
server.load = load_slowly
main()
"""

ATTACH = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(2, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def read_version(client):
    return client.get("/v1/model").json()["version"]


@contextmanager
def loaded(server):
    """Send one request after another from two clients during a block; their statuses."""
    statuses, done = [], threading.Event()

    def load():
        with server.connect() as client:
            while not done.is_set():
                statuses.append(client.post("/v1/predictions", json={"texts": ["so happy"] * 20}).status_code)

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        done.set()
        for thread in threads:
            thread.join()


def test_sighup_under_load_changes_the_model_and_loses_no_request(start_server, poll, tiny_folder, heads_artifact):
    server = start_server("--model", tiny_folder)
    with loaded(server) as statuses, server.connect() as client:
        before = read_version(client)
        write_artifact(replace(heads_artifact, folder=tiny_folder))
        server.process.send_signal(signal.SIGHUP)
        poll(lambda: read_version(client) != before, "the new model")
        after = read_version(client)
        assert f'tweetmoji_model_info{{name="tiny",version="{after}"}} 1.0' in client.get("/metrics").text
        (tiny_folder / "model.onnx").write_bytes(b"damaged")
        server.process.send_signal(signal.SIGHUP)
        poll(lambda: "what was loaded stays" in server.stderr, "the complaint")
        assert read_version(client) == after
        assert 'tweetmoji_reloads_total{part="model",result="failure"} 1.0' in client.get("/metrics").text
    assert set(statuses) == {200}
    assert server.stop() == 0
    assert "Traceback" not in server.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="memory is given back by glibc alone")
def test_memory_does_not_grow_with_each_load(start_server, poll):
    server = start_server()

    def read_metric(client, name):
        [line] = [line for line in client.get("/metrics").text.splitlines() if line.startswith(f"{name} ")]
        return float(line.split()[1])

    with loaded(server), server.connect() as client:
        before = read_metric(client, "process_resident_memory_bytes")
        for _ in range(4):  # each would leave a third more
            loaded_at = read_metric(client, "tweetmoji_model_loaded_timestamp_seconds")
            server.process.send_signal(signal.SIGHUP)
            poll(lambda at=loaded_at: read_metric(client, "tweetmoji_model_loaded_timestamp_seconds") > at, "the load")
        poll(lambda: read_metric(client, "process_resident_memory_bytes") < 1.3 * before, "the memory of the old model")


def test_sighup_takes_new_keys_and_the_json_log_has_neither_keys_nor_texts(run_server, poll, tiny_folder, tmp_path):
    path = tmp_path / "keys"
    path.write_text(f"{KEY}\n", encoding="utf-8")
    environment = {"TWEETMOJI_API_KEY_FILE": str(path), "TWEETMOJI_LOG_FORMAT": "json", "TWEETMOJI_ACCESS_LOG": "1"}
    server = run_server("--port", "0", "--model", tiny_folder, environment=environment)
    server.wait_until_ready()

    def ask(key):
        with server.connect() as client:
            headers = {"Authorization": f"Bearer {key}", "X-Request-ID": f"with-{key[:4]}"}
            return client.get("/tweets?text=happy", headers=headers).status_code

    assert (ask(KEY), ask(NEW)) == (200, 401)
    path.write_text(f"{NEW}\n", encoding="utf-8")
    server.process.send_signal(signal.SIGHUP)
    poll(lambda: ask(NEW) == 200, "the new key")
    assert ask(KEY) == 401
    assert server.stop() == 0
    entries = [json.loads(line) for line in server.stderr.splitlines()]
    asked = [(row["request_id"], row["status"], row["texts"]) for row in entries if row.get("path") == "/tweets"]
    assert asked[:2] == [(f"with-{KEY[:4]}", 200, 1), (f"with-{NEW[:4]}", 401, 0)]
    assert KEY not in server.stderr
    assert NEW not in server.stderr
    assert "happy" not in server.stderr


def test_sighup_while_it_starts_waits_until_it_can_load_again(run_server, poll, tiny_folder):
    server = run_server("--port", "0", "--model", tiny_folder, command=(sys.executable, "-c", SLOW_LOAD, "serve"))
    poll(lambda: "loading" in server.stderr, "the first load")
    server.process.send_signal(signal.SIGHUP)
    poll(lambda: "in place of version" in server.stderr, "the second load")
    assert server.stop() == 0


def test_bad_keys_are_a_usage_error_in_one_line(run_server, tiny_folder):
    server = run_server("--model", tiny_folder, environment={"TWEETMOJI_API_KEYS": f"{KEY},tooshort"})
    assert server.process.wait(60) == 2
    assert server.stderr.startswith("tweetmoji: TWEETMOJI_API_KEYS: key 2 is malformed")
    assert server.stderr.count("\n") == 1
    assert "tooshort" not in server.stderr


def test_closed_terminal_ends_it(tiny_folder, poll):
    """SIGHUP of a terminal that goes away is no wish for another model."""
    master, slave = pty.openpty()
    command = [sys.executable, "-c", ATTACH, str(PROGRAM), "serve", "--port", "0", "--model", str(tiny_folder)]
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    said = b""
    while b"Ctrl-C" not in said:
        said += os.read(master, 1000)
    url = said.decode().split()[3]
    poll(lambda: httpx.get(f"{url}/readyz", trust_env=False).status_code == 200, "ready")
    os.close(master)
    try:
        assert process.wait(60) is not None
    finally:
        process.kill()
        process.wait()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/readyz", trust_env=False)
