"""Versions and hardware that a result was measured with, for every result file."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

PACKAGES: Final = (
    *("tweetmoji", "onnxruntime", "tokenizers", "numpy"),
    *("scikit-learn", "scipy", "torch", "transformers"),
)
"""Packages whose versions a result names, if they are installed."""

CPUINFO: Final = Path("/proc/cpuinfo")
"""Where Linux names the processor."""


def describe_environment() -> dict[str, Any]:
    """Describe versions and hardware as plain JSON types; what is unknown is null."""
    return {
        "versions": {"python": platform.python_version()} | _installed(PACKAGES),
        "hardware": {
            "cpu": _name_cpu(),
            "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
        },
    }


def _installed(packages: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _name_cpu() -> str | None:
    """The processor's name, from Linux or else from Python."""
    try:
        lines = CPUINFO.read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or None
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else None
