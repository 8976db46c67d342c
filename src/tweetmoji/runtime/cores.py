"""How many cores this process may use: by its affinity, and by the quota of its container."""

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

CGROUPS: Final = Path("/sys/fs/cgroup")
MEMBERSHIP: Final = Path("/proc/self/cgroup")


def count_cores(cgroups: Path = CGROUPS, membership: Path = MEMBERSHIP) -> int:
    """Count the cores that this process may use.

    ``docker run --cpus 2`` leaves the affinity as it is and sets a quota of the control group
    (https://docs.kernel.org/admin-guide/cgroup-v2.html, ``cpu.max``). A part of a core counts as a core.

    Args:
        cgroups: Where the kernel shows control groups.
        membership: The file that names those of this process.

    Returns:
        At least 1.
    """
    quotas = [math.ceil(quota) for quota in _read_quotas(cgroups, membership)]
    return max(1, min([_count_affinity(), *quotas]))


def _count_affinity() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows have no affinity to ask for
        return os.cpu_count() or 1


def _read_quotas(cgroups: Path, membership: Path) -> Iterator[float]:
    """The quotas of this process's control groups and of those above them, in cores."""
    try:
        lines = membership.read_text(encoding="utf-8").splitlines()
    except OSError:  # no Linux, or no /proc
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        root = cgroups / "cpu" if controllers else cgroups
        # Within a container the path may be the host's, which is not there: the root then is the container's own group.
        for folder in (root, *(root.joinpath(*parts) for parts in _prefixes(path))):
            quota = _read_quota_v1(folder) if controllers else _read_quota_v2(folder)
            if quota is not None:
                yield quota


def _prefixes(path: str) -> Iterator[tuple[str, ...]]:
    """``/a/b`` as ``("a",)``, ``("a", "b")``."""
    parts = tuple(part for part in path.split("/") if part)
    return (parts[: i + 1] for i in range(len(parts)))


def _read_quota_v2(folder: Path) -> float | None:
    """Quota over period of ``cpu.max``, which holds ``max 100000`` where there is none."""
    try:
        quota, period = (folder / "cpu.max").read_text(encoding="ascii").split()
        return int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None


def _read_quota_v1(folder: Path) -> float | None:
    """Quota over period in their own files; the quota is -1 where there is none."""
    try:
        quota = int((folder / "cpu.cfs_quota_us").read_text(encoding="ascii"))
        period = int((folder / "cpu.cfs_period_us").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return quota / period if quota > 0 and period > 0 else None
