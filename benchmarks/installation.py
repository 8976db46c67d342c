"""What does the base installation take, and how long does a first answer take from a cold start?

Makes an empty environment, runs ``pip install`` on the checkout, and measures the installed program.
Run it as ``python benchmarks/installation.py``; it needs the package index.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from results import write_result

RUNS = 9
ROOT = Path(__file__).parent.parent


def measure_size_mb(folder: Path) -> float:
    """Size of all files below a folder, in megabytes."""
    return sum(path.lstat().st_size for path in folder.rglob("*")) / 1e6


def main() -> None:
    """Install, measure, write the result."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        empty_mb = measure_size_mb(folder)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", ROOT], check=True)
        packages = subprocess.run(
            [folder / "bin" / "pip", "list", "--format=freeze"], check=True, capture_output=True, text=True
        ).stdout.split()
        [model] = folder.glob("lib/*/site-packages/tweetmoji/models")
        seconds = []
        for _ in range(RUNS):
            start = time.perf_counter()
            subprocess.run(
                [folder / "bin" / "tweetmoji", "Today is a good day!"], check=True, stdout=subprocess.DEVNULL
            )
            seconds.append(time.perf_counter() - start)
        write_result(
            "installation",
            {
                "runs": RUNS,
                "installed_mb": round(measure_size_mb(folder) - empty_mb, 1),
                "model_mb": round(measure_size_mb(model), 1),
                "cold_start_s": round(statistics.median(seconds), 3),
                "cold_start_all_s": [round(value, 3) for value in seconds],
                "peak_memory_mb": round(_measure_peak_mb(folder / "bin" / "tweetmoji"), 1),
                "torch_installed": any(package.startswith("torch==") for package in packages),
                "packages": packages,
            },
        )


def _measure_peak_mb(program: Path) -> float:
    """Peak resident memory of one answer, in megabytes, in a child of its own."""
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.execv(program, [str(program), "Today is a good day!"])
    _, _, usage = os.wait4(pid, 0)
    assert isinstance(usage, resource.struct_rusage)
    return usage.ru_maxrss / 1e3


if __name__ == "__main__":
    main()
