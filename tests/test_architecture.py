"""The arrows between the rooms: each imports only from those below it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tweetmoji

PACKAGE = Path(tweetmoji.__file__).parent
GROUND = {"emotions", "errors", "files", "settings", "text"}
ALLOWED = {
    "cli": {"data", "evaluate", "explore", "label", "runtime", "serve", "train", *GROUND},
    "serve": {"runtime", *GROUND},
    "label": {"reporting", "runtime", *GROUND},
    "explore": {"data", "reporting", "runtime", *GROUND},
    "train": {"data", "evaluate", "runtime", *GROUND},
    "evaluate": {"data", "reporting", "runtime", *GROUND},
    "reporting": GROUND,
    "data": {"runtime", *GROUND},
    "runtime": GROUND,
    "text": GROUND - {"text"},
    "files": {"errors"},
    "settings": {"errors"},
    "emotions": set(),
    "errors": set(),
    "__init__": {"label", "runtime", *GROUND},
    "__main__": {"cli"},
}
"""A room to the rooms that it may import from, besides itself: the picture in CONTRIBUTING.md."""

FOREIGN = {
    "runtime": {"torch", "transformers", "scipy", "sklearn", "fastapi", "matplotlib"},
    "serve": {"torch", "transformers", "scipy", "sklearn", "matplotlib"},
    "data": {"torch", "transformers", "matplotlib"},
    "label": {"torch", "transformers", "scipy", "sklearn", "fastapi"},
    "evaluate": {"torch", "transformers"},
    "explore": {"torch", "transformers"},
}
"""A room to the packages that it does without."""


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def list_imports(source: str) -> Iterator[tuple[int, str]]:
    """Each module that a source imports anywhere in it, with the line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def find_offenders(room: str, source: str) -> list[str]:
    """The imports of a source that the arrows forbid to its room."""
    offenders = []
    for line, module in list_imports(source):
        package, *parts = module.split(".")
        if package == "tweetmoji":
            other = parts[0] if parts and parts[0] in ALLOWED else "__init__"
            if other not in {room, "__init__", *ALLOWED[room]}:
                offenders.append(f"line {line}: {room} imports {module}")
        elif package in FOREIGN.get(room, set()):
            offenders.append(f"line {line}: {room} imports {module}")
    return offenders


SOURCES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(PACKAGE)) for path in SOURCES])
def test_module_imports_only_from_rooms_below_its_own(path):
    assert find_offenders(room_of(path), path.read_text(encoding="utf-8")) == []


def test_every_room_has_its_arrows():
    assert {room_of(path) for path in SOURCES} == set(ALLOWED)


@pytest.mark.parametrize(
    ("room", "source", "offender"),
    [
        ("runtime", "from tweetmoji.data import Source", "line 1: runtime imports tweetmoji.data.Source"),
        ("data", "import os\n\ndef f():\n    import tweetmoji.train.run", "line 4: data imports tweetmoji.train.run"),
        ("serve", "from tweetmoji import train", "line 1: serve imports tweetmoji.train"),
        ("runtime", "import torch.nn", "line 1: runtime imports torch.nn"),
    ],
)
def test_offending_import_is_named(room, source, offender):
    assert find_offenders(room, source) == [offender]
