"""The Markdown documents of the repository, and the code blocks in them."""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "data/written/*.md", "notebooks/*.md", "src/tweetmoji/evaluate/**/*.md")
    for path in ROOT.glob(pattern)
)

WHO_RUNS = {
    "train": "`make test-train`, with a toy base; what is printed must match where `TWEETMOJI_BASE` names the real one",
    "docker": "`make test-container`",
    "setup": "nobody: it installs or starts what the tests already have",
    "datasets": "nobody: it needs datasets and hours",
    "registry": "nobody: it needs a registry of images",
    "cluster": "nobody: it needs a cluster of Kubernetes or Ray",
    "other": "nobody: it is the code of another project",
}
"""The second word after a fence to who runs the block; `tests/e2e/test_documents.py` runs those without one."""

CODE = ("python", "console", "sh")
"""Languages of blocks that can be run."""

FENCED = re.compile(r"^```(\w*)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A code block, and what the block of text right below it says that it prints."""

    document: str
    line: int
    language: str
    mark: str | None
    code: str
    output: str | None = None

    def __str__(self):
        return f"{self.document}:{self.line}"

    @property
    def examples(self):
        """Commands after ``$`` with the output below them."""
        parts = re.split(r"^\$ ", self.code, flags=re.MULTILINE)[1:]
        return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def read_document(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def find_blocks(name: str) -> list[Block]:
    text = read_document(name)
    found = [*FENCED.finditer(text), None]
    return [
        Block(name, text.count("\n", 0, match.start()) + 1, match[1], match[2], match[3], _find_output(match, after))
        for match, after in pairwise(found)
    ]


def _find_output(match, after):
    if match[1] == "python" and after and after[1] == "text" and not match.string[match.end() : after.start()].strip():
        return after[3]
    return None


BLOCKS = [block for name in DOCUMENTS for block in find_blocks(name)]
