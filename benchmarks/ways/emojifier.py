"""A way to run texts: the tweetmoji of the environment that runs this file, through its public API.

Arguments: the JSON file of the texts, and the number of cores.
"""

import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from protocol import answer_rounds, time_list

import tweetmoji


def main() -> None:
    """Load the model and answer rounds."""
    texts: list[str] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["raw"]
    cores = int(sys.argv[2])
    emojifier = tweetmoji.load()

    def run_part(part: list[str]) -> list[float]:
        """Seconds of each text."""
        seconds = []
        for text in part:
            start = time.perf_counter()
            emojifier(text)
            seconds.append(time.perf_counter() - start)
        return seconds

    def one_by_one(step: int) -> dict[str, Any]:
        seconds = run_part(texts[::step])
        return {"texts_per_s": len(seconds) / sum(seconds), "median_ms": statistics.median(seconds) * 1e3}

    def run_threads(chosen: list[str]) -> None:
        with ThreadPoolExecutor(cores) as pool:
            list(pool.map(run_part, [chosen[i::cores] for i in range(cores)]))

    jobs = {
        "list": time_list(emojifier.predict, texts),
        "one by one": one_by_one,
        "a thread for each core": time_list(run_threads, texts),
    }
    answer_rounds(jobs, ["tweetmoji", "onnxruntime", "tokenizers", "numpy"])


if __name__ == "__main__":
    main()
