"""`ServeSettings`: the documented defaults, and errors that name the setting and its range."""

import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields

import pytest

from tweetmoji import SettingError
from tweetmoji.serve import ServeSettings
from tweetmoji.serve.settings import MAX_BODY_BYTES, MAX_TEXTS


def test_defaults_are_localhost_port_5000_and_all_cores():
    settings = ServeSettings()
    assert settings.threads is None
    assert (settings.host, settings.port) == ("127.0.0.1", 5000)


def test_max_body_bytes_and_max_texts():
    assert MAX_BODY_BYTES == 1024 * 1024
    assert MAX_TEXTS == 1024


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", 65536),
        ("port", -1),
        ("threads", 0),
        ("threads", 1025),
        ("queue_ms", 0),
        ("queue_ms", 3_600_001),
        ("body_timeout_s", 0.0),
        ("body_timeout_s", float("nan")),
        ("body_timeout_s", float("inf")),
        ("timeout_s", 0.0),
        ("drain_s", -1.0),
        ("hang_s", 0.0),
        ("shutdown_timeout_s", -1),
        ("connections", 0),
        ("header_timeout_s", 0.0),
        ("keep_alive_s", 0.0),
    ],
)
def test_value_out_of_range_is_named_with_its_range(name, value):
    with pytest.raises(SettingError, match=rf"^{name} is {value}; expected \S+ to \S+$"):
        ServeSettings(**{name: value})


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("host", None, "str"),
        ("port", "5000", "int"),
        ("port", 5000.0, "int"),
        ("port", True, "int"),
        ("threads", 1.5, "int | None"),
        ("threads", True, "int | None"),
        ("body_timeout_s", "10", "float"),
        ("access_log", 1, "bool"),
        ("cors_origin", "https://example.org", "tuple[str, ...]"),
        ("cors_origin", (1,), "tuple[str, ...]"),
    ],
)
def test_value_of_another_type_is_named_with_the_type(name, value, kind):
    with pytest.raises(SettingError) as caught:
        ServeSettings(**{name: value})
    assert name in str(caught.value)
    assert repr(value) in str(caught.value)
    assert kind in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"), [("port", 0), ("port", 65535), ("threads", 1), ("threads", 1024), ("body_timeout_s", 1)]
)
def test_value_at_the_edge_is_accepted(name, value):
    assert getattr(ServeSettings(**{name: value}), name) == value


@pytest.mark.parametrize(("queue_ms", "timeout_s"), [(10_000, 10.0), (10_000, 5), (31_000, 30.0)])
def test_deadline_within_the_wait_in_the_queue_names_both(queue_ms, timeout_s):
    with pytest.raises(SettingError, match=rf"^timeout_s is {timeout_s:g} and queue_ms {queue_ms}; .* raise timeout_s"):
        ServeSettings(queue_ms=queue_ms, timeout_s=timeout_s)


def test_deadline_just_beyond_the_wait_in_the_queue_is_accepted():
    assert ServeSettings(queue_ms=10_000, timeout_s=10.1).timeout_s == 10.1


@pytest.mark.parametrize("origin", ["*", "https://example.org", "http://localhost:8000", "http://[::1]:80"])
def test_origin_is_accepted(origin):
    assert ServeSettings(cors_origin=(origin,)).cors_origin == (origin,)


@pytest.mark.parametrize(
    "origin",
    ["", "null", "example.org", "https://example.org/", "https://Example.org", "https://*", "ftp://example.org"],
)
def test_what_is_no_origin_is_refused(origin):
    with pytest.raises(SettingError, match=r"cors_origin is .*; expected an origin .* such as https://example\.org"):
        ServeSettings(cors_origin=("https://example.org", origin))


def test_unknown_log_format_is_named_with_the_choices():
    with pytest.raises(SettingError, match=r"^log_format is 'xml'; expected one of text, json$"):
        ServeSettings(log_format="xml")


def test_texts_without_the_access_log_name_both():
    with pytest.raises(SettingError, match=r"^log_texts is true and access_log false"):
        ServeSettings(log_texts=True)


def test_settings_are_frozen():
    with pytest.raises(FrozenInstanceError):
        ServeSettings().port = 1


@pytest.mark.parametrize("spec", fields(ServeSettings), ids=lambda spec: spec.name)
def test_every_setting_has_help(spec):
    assert re.fullmatch(r"[A-Z].+\.", spec.metadata["help"])


def test_settings_need_no_web_framework():
    code = "import sys, tweetmoji.serve; tweetmoji.serve.ServeSettings(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "tweetmoji.serve.settings" in loaded
    assert {"fastapi", "starlette", "uvicorn", "pydantic", "onnxruntime"}.isdisjoint(loaded)


def test_unknown_attribute_of_the_package_is_an_attribute_error():
    import tweetmoji.serve

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        tweetmoji.serve.nothing  # noqa: B018
