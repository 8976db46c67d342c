"""``tweetmoji serve``: how its options reach the server, usage errors, and SIGTERM while it starts."""

import signal
import tomllib

import pytest

import tweetmoji.serve as room

pytest.importorskip("fastapi", reason="needs the extra serve")


@pytest.fixture
def served(monkeypatch):
    """Settings, model and prior of each call of `serve`, which returns at once."""
    calls = []
    monkeypatch.setattr(room, "serve", lambda *arguments: calls.append(arguments), raising=False)
    return calls


@pytest.fixture(autouse=True)
def _keep_handler():
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_defaults_are_those_of_serve_settings(run_cli, served, tiny_home):
    assert run_cli("serve").code == 0
    assert served == [(room.ServeSettings(), tiny_home, None)]


def test_options_and_variables_become_settings_and_options_win(run_cli, served, tiny_home):
    variables = {
        "TWEETMOJI_PORT": "8080",
        "TWEETMOJI_PRIOR": "uniform",
        "TWEETMOJI_THREADS": "2",
        "TWEETMOJI_QUEUE_MS": "",
    }
    assert run_cli("serve", "--port", "0", "--access-log", env=variables).code == 0
    [(settings, model, prior)] = served
    assert settings == room.ServeSettings(port=0, threads=2, access_log=True)
    assert (model, prior) == (tiny_home, "uniform")


def test_prior_of_labels_is_read_as_a_mapping(run_cli, served):
    assert run_cli("serve", "--prior", "up=0.25, down=0.75").code == 0
    [(_, _, prior)] = served
    assert prior == {"up": 0.25, "down": 0.75}


@pytest.mark.parametrize(
    ("arguments", "environment", "named"),
    [
        (["--port", "99999"], {}, ["--port", "99999", "65535"]),
        (["--port", "http"], {}, ["--port", "http"]),
        (["--threads", "-1"], {}, ["--threads", "-1", "1024"]),
        (["--threads", "0"], {}, ["--threads", "0", "1024"]),
        (["--threads", "all"], {}, ["--threads", "all", "integer"]),
        (["--body-timeout-s", "0"], {}, ["--body-timeout-s", "0.1"]),
        (["--timeout-s", "10"], {}, ["timeout_s", "queue_ms", "10000"]),
        (["--body-timeout-s", "nan"], {}, ["body_timeout_s", "nan"]),
        (["--prior", "joy"], {}, ["--prior", "joy", "uniform"]),
        (["--nonsense"], {}, ["--nonsense"]),
        (["stray"], {}, ["stray"]),
        (["--connections", "0"], {}, ["--connections", "0"]),
        (["--cors-origin", "example.org"], {}, ["cors_origin", "example.org", "https://example.org"]),
        ([], {"TWEETMOJI_CONNECTIONS": "many"}, ["TWEETMOJI_CONNECTIONS", "many"]),
        ([], {"TWEETMOJI_PORT": "abc"}, ["TWEETMOJI_PORT", "abc"]),
        ([], {"TWEETMOJI_PORT": "99999"}, ["TWEETMOJI_PORT", "99999"]),
        ([], {"TWEETMOJI_THREADS": "0"}, ["TWEETMOJI_THREADS", "0"]),
        ([], {"TWEETMOJI_QUEUE_MS": "0"}, ["TWEETMOJI_QUEUE_MS"]),
        ([], {"TWEETMOJI_ACCESS_LOG": "maybe"}, ["TWEETMOJI_ACCESS_LOG", "maybe"]),
        (["--log-format", "xml"], {}, ["--log-format", "xml", "json"]),
        (["--log-texts"], {}, ["log_texts", "access_log"]),
    ],
    ids=str,
)
def test_wrong_setting_is_a_usage_error(run_cli, served, arguments, environment, named):
    result = run_cli("serve", *arguments, env=environment)
    assert result.code == 2
    assert all(name in result.complaint for name in named)
    assert served == []


def test_sigterm_while_it_starts_ends_it_with_0(run_cli, monkeypatch):
    """The first process of a container would otherwise ignore it."""
    monkeypatch.setattr(room, "serve", lambda *_: signal.raise_signal(signal.SIGTERM), raising=False)
    result = run_cli("serve")
    assert (result.code, result.err) == (0, "")


def test_print_settings_is_toml_with_the_source_of_each(run_cli, served, tiny_home):
    variables = {"TWEETMOJI_PORT": "8080", "TWEETMOJI_API_KEYS": "a-secret-of-many-characters"}
    variables["TWEETMOJI_CORS_ORIGIN"] = "https://a.example https://b.example"
    result = run_cli("serve", "--print-settings", "--threads", "2", "--prior", "up=0.25,down=0.75", env=variables)
    assert (result.code, result.err, served) == (0, "", [])
    found = tomllib.loads(result.out)
    assert found["model"] == str(tiny_home)
    assert found["prior"] == {"up": 0.25, "down": 0.75}
    assert found.pop("cors_origin") == ["https://a.example", "https://b.example"]
    expected = {
        name: value for name, value in vars(room.ServeSettings(port=8080, threads=2)).items() if name != "cors_origin"
    }
    assert found == {"model": found["model"], "prior": found["prior"]} | {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in expected.items()
        if value is not None
    }
    assert "port = 8080  # environment" in result.lines
    assert "threads = 2  # flag" in result.lines
    assert "queue_ms = 10000  # default" in result.lines
    assert "# api_key_file is not set  # default" in result.lines
    assert "# API keys in TWEETMOJI_API_KEYS: yes  # environment" in result.lines
    assert "secret" not in result.out


def test_print_settings_checks_them_first(run_cli):
    result = run_cli("serve", "--print-settings", "--timeout-s", "1")
    assert (result.code, result.out) == (2, "")
    assert "timeout_s is 1" in result.complaint
