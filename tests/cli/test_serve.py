"""``tweetmoji serve``: how its options reach the server, and that it can be ended while it still starts."""

import signal

import pytest

import tweetmoji.serve as room

pytest.importorskip("fastapi", reason="needs tweetmoji[serve]")


@pytest.fixture
def served(monkeypatch):
    """What the server was asked to do; it returns at once."""
    asked = []
    monkeypatch.setattr(room, "serve", lambda settings, model: asked.append((settings, model)), raising=False)
    return asked


@pytest.fixture(autouse=True)
def _keep_handler():
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_options_and_variables_become_settings_and_options_win(run_cli, served, tiny_home):
    variables = {"TWEETMOJI_PORT": "8080", "TWEETMOJI_THREADS": "2"}
    assert run_cli("serve", "--port", "0", "--access-log", env=variables).code == 0
    [(settings, model)] = served
    assert settings == room.ServeSettings(port=0, threads=2, access_log=True)
    assert model == tiny_home


def test_sigterm_while_it_starts_ends_it_cleanly(run_cli, monkeypatch):
    """As the first process of a container it would else go on: that one has no default action for signals."""
    monkeypatch.setattr(room, "serve", lambda *_: signal.raise_signal(signal.SIGTERM), raising=False)
    result = run_cli("serve")
    assert (result.code, result.err) == (0, "")
