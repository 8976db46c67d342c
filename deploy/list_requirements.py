"""Lists the dependencies of an extra, one requirement per line, from pyproject.toml alone.

The image installs them before our own code: a change of the code then does not install them again.
Run it as ``python3 deploy/list_requirements.py pyproject.toml serve``.
"""

import sys
import tomllib
from pathlib import Path


def list_requirements(pyproject: Path, extra: str) -> list[str]:
    """The base dependencies and those of an extra."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    if extra not in extras:
        sys.exit(f"{pyproject}: no extra {extra!r}; expected one of {', '.join(extras)}")
    requirements: list[str] = project["dependencies"] + extras[extra]
    return requirements


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in list_requirements(Path(sys.argv[1]), sys.argv[2])))
