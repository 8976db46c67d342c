"""Memory that is given back: in use it stays as it is, and systems without glibc's functions need none."""

import ctypes
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tweetmoji.serve.memory import LARGE_BYTES, M_MMAP_THRESHOLD, map_large_blocks, release_memory


def test_what_is_in_use_stays():
    kept = [bytes([i % 256]) * 10_000 for i in range(1000)]
    release_memory()
    assert all(value == bytes([i % 256]) * 10_000 for i, value in enumerate(kept))


COUNT_MAPPED = """
import ctypes
from tweetmoji.serve.memory import map_large_blocks

class Counts(ctypes.Structure):  # struct mallinfo2
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks a b c d e f".split()]

def count():
    return glibc.mallinfo2().hblks

glibc = ctypes.CDLL(None)
glibc.mallinfo2.restype = Counts
glibc.malloc.restype = ctypes.c_void_p
map_large_blocks()
glibc.free(ctypes.c_void_p(glibc.malloc(8_000_000)))  # after this one, glibc would map none of up to 8 MB
before = count()
glibc.malloc(4_000_000)
print(count() - before)
"""


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="only glibc from 2.33 on counts them"
)
def test_large_block_is_mapped_though_a_larger_one_was_freed():
    done = subprocess.run([sys.executable, "-c", COUNT_MAPPED], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


@pytest.mark.parametrize(("platform", "is_asked"), [("linux", True), ("darwin", False), ("win32", False)])
def test_only_glibc_is_asked(monkeypatch, platform, is_asked):
    calls = []
    glibc = SimpleNamespace(malloc_trim=calls.append, mallopt=lambda *args: calls.append(args))
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: glibc)
    map_large_blocks()
    release_memory()
    assert calls == ([(M_MMAP_THRESHOLD, LARGE_BYTES), 0] if is_asked else [])


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())
    map_large_blocks()
    release_memory()
