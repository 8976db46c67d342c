"""Measures the image's size, a container's time to first response and to stop, and its memory at rest.

Run it as ``python benchmarks/container.py`` with a Docker engine that has the image (``make image``); another image's
name goes into TWEETMOJI_IMAGE. Start and stop are timed from outside: from the docker command to the first response,
and to the end of the container. Its file system is made before the clock starts.
"""

import json
import os
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from results import write_result

IMAGE = os.environ.get("TWEETMOJI_IMAGE", "tweetmoji")
RUNS = 5
DEADLINE_S = 60
OUR_FIRST_STEP = "PATH=/opt/tweetmoji/bin"
UNITS = {"B": 1.0, "KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30}
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def docker(*arguments: str) -> str:
    """Run a docker command and return what it prints."""
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def measure_layers_mb() -> tuple[float, float]:
    """Megabytes of our own layers, and of the base image's."""
    template = "{{.Size}}\t{{.CreatedBy}}"
    lines = docker("history", "--human=false", "--no-trunc", "--format", template, IMAGE).splitlines()
    sizes = [int(line.partition("\t")[0]) / 1e6 for line in lines]
    first = next(i for i, line in enumerate(lines) if OUR_FIRST_STEP in line)
    return sum(sizes[: first + 1]), sum(sizes[first + 1 :])


@contextmanager
def create_container() -> Iterator[str]:
    """Create a container without starting it; remove it in the end."""
    container = docker("create", "--publish", "127.0.0.1::5000", IMAGE)
    try:
        yield container
    finally:
        docker("rm", "--force", container)


def request_emoji(url: str) -> str | None:
    """Request the emoji for a tweet; None if nothing listens yet."""
    body = json.dumps({"text": "Today is a good day!"}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="GET")
    try:
        with OPENER.open(request, timeout=5) as response:
            emoji: str = json.load(response)["emoji"]
            return emoji
    except (urllib.error.URLError, ConnectionError):
        return None


def start(container: str) -> float:
    """Start a container and return the seconds until its first response."""
    begin = time.perf_counter()
    docker("start", container)
    url = f"http://{docker('port', container, '5000/tcp').splitlines()[0]}/tweets"
    while request_emoji(url) is None:
        if time.perf_counter() - begin > DEADLINE_S:
            raise TimeoutError(f"no response within {DEADLINE_S} seconds: {docker('logs', container)}")
        time.sleep(0.01)
    return time.perf_counter() - begin


def stop(container: str) -> float:
    """Stop a container and return the seconds that it took."""
    begin = time.perf_counter()
    docker("stop", container)
    seconds = time.perf_counter() - begin
    code = docker("inspect", "--format", "{{.State.ExitCode}}", container)
    if code != "0":
        raise RuntimeError(f"the container ended with {code}, not 0")
    return seconds


def measure_memory_mb(container: str) -> float:
    """Memory of a running container in megabytes, as docker stats gives it."""
    used = docker("stats", "--no-stream", "--format", "{{.MemUsage}}", container).partition("/")[0].strip()
    number = used.rstrip("KMGiB")
    return float(number) * UNITS[used.removeprefix(number)] / 1e6


def main() -> None:
    """Measure and write the result."""
    ours_mb, base_mb = measure_layers_mb()
    starts, stops, memories = [], [], []
    for _ in range(RUNS):
        with create_container() as container:
            starts.append(start(container))
            memories.append(measure_memory_mb(container))
            stops.append(stop(container))
    engine = docker("version", "--format", "{{.Server.Version}}")
    labels = json.loads(docker("image", "inspect", "--format", "{{json .Config.Labels}}", IMAGE))
    write_result(
        "container",
        {
            "runs": RUNS,
            "our_layers_mb": round(ours_mb, 1),
            "base_layers_mb": round(base_mb, 1),
            "base_image": labels["org.opencontainers.image.base.name"],
            "first_answer_s": round(statistics.median(starts), 3),
            "first_answer_all_s": [round(value, 3) for value in starts],
            "stop_s": round(statistics.median(stops), 3),
            "stop_all_s": [round(value, 3) for value in stops],
            "memory_at_rest_mb": round(statistics.median(memories), 1),
            "memory_measure": "docker stats after one response: the container's memory without inactive page cache",
            "engine": f"Docker {engine}",
        },
    )


if __name__ == "__main__":
    main()
