"""JSON files of the repository, as the tools read them."""

import json
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent


def read_json(path: str) -> dict[str, Any]:
    """Read a JSON file by its path from the repository's root."""
    content: dict[str, Any] = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return content
