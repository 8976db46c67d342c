"""A teacher's logits on disk: each text finds its own, and no text can be read from the file."""

import hashlib

import numpy as np
import pytest

from tweetmoji import DataError
from tweetmoji.train.distillation.teacher_logits import read_teacher_logits, write_teacher_logits

LABELS = ("sadness", "joy", "love")
TEXTS = [f"tweet number {i} 😭 #SoGood" for i in range(500)]


@pytest.fixture
def logits():
    return np.random.default_rng(0).normal(size=(len(TEXTS), len(LABELS))).astype(np.float32) * 8


@pytest.fixture
def path(tmp_path, logits):
    path = tmp_path / "teacher.npz"
    write_teacher_logits(path, TEXTS, logits, LABELS, {"base": "seeded noise"})
    return path


def test_look_up_finds_the_logits_of_each_text(path, logits):
    teacher = read_teacher_logits(path)
    order = np.random.default_rng(1).permutation(len(TEXTS))
    found, known = teacher.look_up([TEXTS[i] for i in order])

    assert known.all()
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, logits[order], atol=0.02)  # float16 of values to some 30
    assert teacher.labels == LABELS
    assert teacher.provenance == {"base": "seeded noise"}
    assert teacher.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_look_up_says_which_texts_are_unknown(path):
    found, known = read_teacher_logits(path).look_up(["never seen", TEXTS[3], "nor this"])

    assert known.tolist() == [False, True, False]
    assert not found[~known].any()


def test_write_keeps_the_first_of_equal_texts(tmp_path):
    path = tmp_path / "teacher.npz"
    write_teacher_logits(path, ["yes", "no", "yes"], np.array([[1.0, 0], [2, 0], [3, 0]]), LABELS[:2], {})

    assert read_teacher_logits(path).look_up(["yes", "no"])[0].tolist() == [[1, 0], [2, 0]]


def test_file_holds_no_text(path):
    with np.load(path, allow_pickle=False) as content:
        for name in content.files:
            assert b"tweet" not in content[name].tobytes()


def test_interrupted_write_leaves_the_old_file(path, monkeypatch):
    before = path.read_bytes()
    monkeypatch.setattr(np, "savez_compressed", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_teacher_logits(path, ["other"], np.zeros((1, 3)), LABELS, {})

    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"teacher\.npz: no such file"):
        read_teacher_logits(tmp_path / "teacher.npz")


def test_damaged_file_is_named(path):
    content = bytearray(path.read_bytes())
    content[150] ^= 0xFF  # within the compressed keys
    path.write_bytes(bytes(content))
    with pytest.raises(DataError, match=r"teacher\.npz: not a whole \.npz file .*; get the file again"):
        read_teacher_logits(path)


def test_file_without_all_arrays_is_named(tmp_path):
    path = tmp_path / "teacher.npz"
    np.savez(path, keys=np.zeros(1, dtype=np.uint64))
    with pytest.raises(DataError, match=r"teacher\.npz: has no logits, labels, provenance"):
        read_teacher_logits(path)
