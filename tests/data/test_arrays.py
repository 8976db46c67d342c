"""``read_arrays``: the arrays asked for, and a message for every fault of the file."""

import hashlib

import numpy as np
import pytest

from tweetmoji import DataError
from tweetmoji.data.arrays import read_arrays

NAMES = ("numbers", "words")
NUMBERS = np.arange(300, dtype=np.int64)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "made.npz"
    np.savez_compressed(path, numbers=NUMBERS, words=np.array(["one", "two"]), others=np.zeros(1))
    return path


def fault(path):
    with pytest.raises(DataError) as caught:
        read_arrays(path, NAMES, "numbers and words", "make it again")
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def test_read_arrays_has_those_asked_for_and_the_digest_of_the_file(path):
    read = read_arrays(path, NAMES, "numbers and words", "make it again")
    assert list(read.arrays) == list(NAMES)
    assert read.arrays["numbers"].tolist() == NUMBERS.tolist()
    assert read.arrays["numbers"].dtype == np.int64
    assert read.arrays["words"].tolist() == ["one", "two"]
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_missing_file_is_named_with_what_it_should_hold(path):
    path.unlink()
    assert fault(path) == "no such file; expected numbers and words"


def test_missing_arrays_are_named(path):
    np.savez(path, others=np.zeros(1))
    assert fault(path) == "has no numbers, words; expected numbers, words; make it again"


def damage(path):
    content = bytearray(path.read_bytes())
    content[150] ^= 0xFF  # within the compressed numbers
    return bytes(content)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.read_bytes()[:-100],
        damage,
        lambda _: b"",
        lambda _: b"PK",
        lambda _: b"not numpy at all",
        lambda _: b"\x93NUMPY\x01\x00",
    ],
    ids=["cut short", "one byte changed", "empty", "an archive's start", "text", "an array's start"],
)
def test_damaged_file_is_refused_with_the_remedy(path, spoil):
    path.write_bytes(spoil(path))
    message = fault(path)
    assert message.startswith("not a whole .npz file (")
    assert message.endswith("); make it again")


def test_single_array_is_refused(path):
    with path.open("wb") as file:
        np.save(file, NUMBERS)
    assert fault(path).startswith("not a whole .npz file (")


def test_pickled_objects_are_refused(path):
    np.savez(path, numbers=NUMBERS, words=np.array(["one"], dtype=object))
    assert "allow_pickle" in fault(path)
