"""Files labeled by the tiny model, inside the test's own process and in small parts."""

import os
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from tweetmoji.label import rows
from tweetmoji.label.inputs import plan_files
from tweetmoji.label.options import LabelOptions
from tweetmoji.label.readers import lines
from tweetmoji.label.run import Run


class CountingEmojifier:
    """The tiny model, which notes each list of texts that it is given."""

    def __init__(self, emojifier):
        self._emojifier = emojifier
        self.asked = []

    @property
    def texts(self):
        return list(chain.from_iterable(self.asked))

    def __getattr__(self, name):
        return getattr(self._emojifier, name)

    def predict(self, texts, **options):
        self.asked.append(list(texts))
        return self._emojifier.predict(texts, **options)


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    """These tests stop processes, not machines."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def counting(tiny_emojifier):
    return CountingEmojifier(tiny_emojifier)


@pytest.fixture
def small_parts(monkeypatch):
    """Parts of two rows."""
    monkeypatch.setattr(lines, "PART_ROWS", 2)
    monkeypatch.setattr(rows, "PART_ROWS", 2)
    parquet = pytest.importorskip("tweetmoji.label.readers.parquet", reason="pyarrow is not installed")
    monkeypatch.setattr(parquet, "PART_ROWS", 2)


@pytest.fixture
def label(tiny_emojifier, tmp_path, monkeypatch):
    """Label files of the test's folder; gives the outcome."""
    monkeypatch.chdir(tmp_path)

    def run(*inputs, to, emojifier=tiny_emojifier, max_errors=None, restart=False, overwrite=False, **options):
        chosen = replace(LabelOptions(), **options)
        plan = plan_files([str(name) for name in inputs], str(to), chosen)
        return Run(plan, emojifier, chosen, max_errors=max_errors, restart=restart, overwrite=overwrite).execute()

    return run


@pytest.fixture
def write(tmp_path):
    """Write a file of the test's folder."""

    def write_file(name, content) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write_file


def read_all(reader, text_column=0, place=None):
    """Texts, faults and places of all parts of a reader."""
    parts = list(reader.read_parts(text_column, place))
    texts = [text for part in parts for text in part.rows.texts]
    faults = [fault and fault.kind for part in parts for fault in part.rows.faults]
    return texts, faults, parts


@pytest.fixture
def read():
    return read_all
