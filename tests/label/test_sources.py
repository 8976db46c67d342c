"""Where tables come from."""

import gzip
import os

import pytest

from tweetmoji.errors import DataError
from tweetmoji.label.sources import Source, Stream, is_url


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("s3://b/k.csv", True),
        ("https://h/a.csv", True),
        ("simplecache::s3://b/k", True),
        ("a.csv", False),
        ("c:/a", False),
    ],
)
def test_url_is_told_from_a_path(name, url):
    assert is_url(name) is url


def test_fingerprint_changes_with_head_and_tail(write):
    seen = set()
    for content in (b"a" * 200_000, b"b" + b"a" * 199_999, b"a" * 199_999 + b"b"):
        seen.add(Source(str(write("a.csv", content))).fingerprint()["sha256"])
    assert len(seen) == 3


@pytest.mark.parametrize(("name", "message"), [("gone.csv", "no such file"), (".", "cannot be read")])
def test_what_cannot_be_opened_is_named(tmp_path, monkeypatch, name, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=f"{name}: {message}"):
        Source(name).open_raw()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipe_with_a_name_is_sent_to_stdin(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(
        DataError, match=r"a\.csv: is no file, so it cannot be read twice; send it to stdin, and name -"
    ):
        Source(str(tmp_path / "a.csv")).fingerprint()


def test_unknown_protocol_is_named():
    pytest.importorskip("fsspec")
    with pytest.raises(DataError, match=r"nowhere://a\.csv: cannot be read: .*nowhere"):
        Source("nowhere://a.csv").fingerprint()


def pack(content, compression):
    if compression == "gzip":
        return gzip.compress(content)
    return pytest.importorskip("zstandard").ZstdCompressor().compress(content)


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_pieces_are_read_as_one_and_what_was_read_can_be_skipped(write, compression):
    packed = pack(b"happy", compression) + pack(b"", compression) + pack(b"sad", compression)
    stream = Stream(Source(str(write("a", packed))), compression)
    stream.skip(3)
    assert b"".join(iter(lambda: stream.read(2), b"")) == b"pysad"
    assert stream.fraction(offset=8) == 1.0
    stream.close()


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
@pytest.mark.parametrize("damage", ["end", "middle"])
def test_damaged_compression_says_where(write, compression, damage):
    packed = bytearray(pack(bytes(range(256)) * 40, compression))
    if damage == "end":
        del packed[-6:]
    else:
        packed[8:20] = b"\xff" * 12
    stream = Stream(Source(str(write("a", bytes(packed)))), compression)
    with pytest.raises(DataError, match=rf"a: the {compression} data end early or are damaged after [0-9,]+ decompr"):
        list(iter(lambda: stream.read(1000), b""))
    stream.close()


def test_url_is_read_and_identified_without_its_content():
    memory = pytest.importorskip("fsspec").filesystem("memory")
    memory.pipe("/d/a.csv", b"text\nhappy\n")
    source = Source("memory://d/a.csv")
    assert source.size() == 11
    assert source.fingerprint()["path"] == "memory://d/a.csv"
    stream = Stream(source, None)
    assert stream.read(100) == b"text\nhappy\n"
    stream.close()
