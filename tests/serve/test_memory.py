"""Memory that is given back: in use it stays as it is, and systems without the function need none."""

import ctypes
import sys
from types import SimpleNamespace

import pytest

from tweetmoji.serve.memory import release_memory


def test_what_is_in_use_stays():
    kept = [bytes([i % 256]) * 10_000 for i in range(1000)]
    release_memory()
    assert all(value == bytes([i % 256]) * 10_000 for i, value in enumerate(kept))


@pytest.mark.parametrize(("platform", "asked"), [("linux", [0]), ("darwin", []), ("win32", [])])
def test_only_glibc_is_asked(monkeypatch, platform, asked):
    calls = []
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(malloc_trim=calls.append))
    release_memory()
    assert calls == asked


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())
    release_memory()
