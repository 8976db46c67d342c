"""Fixtures that every test may use: a tiny seeded model that needs no training, the shipped model, the datasets.

The tiny model is that of `tests.toys.model`.
"""

import csv
import hashlib
import os
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest
from tests.toys.model import make_tiny_artifact

import tweetmoji
from tweetmoji.runtime.artifact import FILES, SUMS, Artifact, write_artifact

hypothesis.settings.register_profile("tweetmoji", deadline=None, max_examples=100, print_blob=True)
hypothesis.settings.load_profile("tweetmoji")


def pytest_collection_modifyitems(items):
    """Mark every test by the fixtures that it asks for: the datasets are ``data``, a browser is ``system``."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "data_dir" in fixtures:
            item.add_marker(pytest.mark.data)
        if "chromium" in fixtures:
            item.add_marker(pytest.mark.system)


@pytest.fixture(autouse=True)
def _longest_csv_field():
    """What one test lets the csv module read, another must not inherit: the limit is the process's."""
    before = csv.field_size_limit()
    yield
    csv.field_size_limit(before)


@pytest.fixture(scope="session")
def data_dir():
    """The dataset root, as ``TWEETMOJI_DATA_DIR`` names it; a wrong name fails, so that no run skips by accident."""
    name = os.environ.get("TWEETMOJI_DATA_DIR")
    if not name:
        pytest.skip("TWEETMOJI_DATA_DIR is not set: name the folder that holds emotion/ and unlabelled/")
    folder = Path(name)
    if not folder.is_dir():
        pytest.fail(f"TWEETMOJI_DATA_DIR is {name!r}, which is no folder")
    return folder


@pytest.fixture(scope="session")
def tiny_artifact(tmp_path_factory) -> Artifact:
    """A complete artifact in memory, of a tiny seeded model with the labels of the shipped one."""
    return make_tiny_artifact(tmp_path_factory.mktemp("artifact") / "tiny")


@pytest.fixture(scope="session")
def heads_artifact(tmp_path_factory) -> Artifact:
    """As `tiny_artifact`, with a logit for none and suggestions."""
    return make_tiny_artifact(tmp_path_factory.mktemp("artifact") / "tiny", heads=True)


def write_copy(artifact: Artifact, folder: Path) -> Path:
    """Write an artifact to another folder than its own."""
    write_artifact(replace(artifact, folder=folder))
    return folder


@pytest.fixture(scope="session")
def tiny_home(tiny_artifact, tmp_path_factory) -> Path:
    """`tiny_artifact` on disk; not to be changed."""
    return write_copy(tiny_artifact, tmp_path_factory.mktemp("tiny") / "tiny")


@pytest.fixture(scope="session")
def heads_home(heads_artifact, tmp_path_factory) -> Path:
    """`heads_artifact` on disk; not to be changed."""
    return write_copy(heads_artifact, tmp_path_factory.mktemp("heads") / "tiny")


@pytest.fixture
def tiny_folder(tiny_artifact, tmp_path) -> Path:
    """A fresh copy of the tiny artifact on disk, to read or to spoil."""
    return write_copy(tiny_artifact, tmp_path / "tiny")


@pytest.fixture(scope="session")
def tiny_emojifier(tiny_home) -> tweetmoji.Emojifier:
    """The tiny model, loaded from disk; an Emojifier cannot be changed, so all tests share it."""
    return tweetmoji.load(tiny_home)


@pytest.fixture(scope="session")
def heads_emojifier(heads_home) -> tweetmoji.Emojifier:
    """The tiny model with a logit for none and suggestions."""
    return tweetmoji.load(heads_home)


@pytest.fixture
def reseal():
    """Rewrite a folder's checksums, so that what was changed in it is no longer called damaged."""

    def rewrite(folder):
        lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in FILES]
        (folder / SUMS).write_text("".join(lines), encoding="ascii")

    return rewrite


@pytest.fixture(scope="session")
def shipped_emojifier() -> tweetmoji.Emojifier:
    """The model that ships with the package."""
    return tweetmoji.load()
