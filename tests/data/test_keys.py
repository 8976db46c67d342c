"""`make_keys` and `hash_texts`: the same hash wherever a text is named by it."""

import hashlib

import numpy as np

from tweetmoji.data.keys import hash_texts, make_keys

TEXT = "so good 😭"


def test_make_keys_is_blake2b_of_the_utf8_as_a_little_endian_number():
    digest = hashlib.blake2b(TEXT.encode(), digest_size=8).digest()
    assert make_keys([TEXT]).tolist() == [int.from_bytes(digest, "little")]
    assert make_keys([TEXT, ""]).dtype == np.uint64


def test_make_keys_distinguishes_case_and_space():
    keys = make_keys([TEXT, TEXT, f"{TEXT} ", "So good 😭"])
    assert keys[0] == keys[1]
    assert len(set(keys.tolist())) == 3


def test_hash_texts_writes_16_hex_digits():
    texts = [f"text {i}" for i in range(64)]
    hashes = hash_texts(texts)
    assert [int(one, 16) for one in hashes] == make_keys(texts).tolist()
    assert {len(one) for one in hashes} == {16}
