"""Long lists run in bounded memory: what is held beyond the answers does not grow with the list."""

import subprocess
import sys
from dataclasses import replace

import pytest

from tweetmoji.runtime.artifact import SHIPPED, with_changes, write_artifact

PROGRAM = """
import sys, tweetmoji

def read_peak_mib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024

folder, count, long_every = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
texts = ["rain and sun and dog " * 40 if i % long_every == 0 else "so happy" for i in range(count)]
emojifier = tweetmoji.load(folder, threads=2)
emojifier.predict(texts[:64])
before = read_peak_mib()
predictions = emojifier.predict(texts)
assert len(predictions) == count
print(read_peak_mib() - before)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from Linux's /proc")


def measure_growth_mib(folder, count, long_every):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(count), str(long_every)],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return float(done.stdout)


def test_fifty_thousand_texts_take_bounded_memory(tiny_artifact, tmp_path):
    """Tokenized all at once they take 400 MiB, and padded to one batch 270 more (both measured)."""
    config = replace(tiny_artifact.config, max_tokens=128)
    write_artifact(with_changes(replace(tiny_artifact, folder=tmp_path / "roomy"), config=config))

    assert measure_growth_mib(tmp_path / "roomy", 50_000, long_every=4) < 150


def test_a_few_long_texts_among_many_do_not_blow_up_the_shipped_model():
    """Padded to one batch, a single matrix of one layer would take 90 MiB, and there are many."""
    assert measure_growth_mib(SHIPPED, 500, long_every=100) < 150
