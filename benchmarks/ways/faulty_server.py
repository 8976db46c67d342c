"""`tweetmoji serve` that does to itself what it reads from stdin, one fault a line; see `FAULTS`."""

import logging
import os
import sys
import threading
import time

from tweetmoji.cli import main
from tweetmoji.serve import workers
from tweetmoji.serve.jobs import Taken

pending: list[str] = []
"""What the next slices do instead of being computed: they die, or they hang."""

run_slices = workers.run_slices
clock, clock_ns = time.time, time.time_ns
stderr = os.dup(2)
full_disk = os.open("/dev/full", os.O_WRONLY)


def run_or_fail(taken: Taken) -> list[BaseException | None]:
    """Compute slices, unless a fault is pending."""
    fault = pending.pop() if pending else None
    if fault == "die":
        raise RuntimeError("a fault that the soak injects")  # outside of what is caught: the thread ends
    if fault == "hang":
        time.sleep(3600)
    return run_slices(taken)


def move_clock(seconds: str) -> None:
    """Let Python see another time of day."""
    offset = float(seconds)
    time.time = lambda: clock() + offset
    time.time_ns = lambda: clock_ns() + int(1e9 * offset)


def fill_disk() -> None:
    """Let every write to the log fail, as on a full disk."""
    os.dup2(full_disk, 2)


FAULTS = {
    "die": lambda: pending.append("die"),
    "hang": lambda: pending.append("hang"),
    "clock": move_clock,
    "disk-full": fill_disk,
    "disk-free": lambda: os.dup2(stderr, 2),
}


def listen() -> None:
    """Do what comes in on stdin."""
    for line in sys.stdin:
        name, *arguments = line.split()
        FAULTS[name](*arguments)


if __name__ == "__main__":
    logging.raiseExceptions = True  # as it is by default: what cannot be logged must not stop a request
    workers.run_slices = run_or_fail
    threading.Thread(target=listen, daemon=True).start()
    main()
