"""How long does the page at ``/`` take from the end of the debounce to the answer on the screen?

Serves the shipped model in a process of its own and types tweets into the page in a headless Chromium, one after the
other. Run it as ``python benchmarks/page.py``; it needs Chromium (Debian: ``apt-get install chromium``). The clock
starts when the page stops waiting for more keys and asks, and stops after the frame with the answer's label and emoji
is painted. The words' weights and the suggestions come later and do not count.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from playwright.sync_api import Page, sync_playwright

from http_load.processes import find_free_port, run_server
from http_load.servers import SERVERS, is_ready
from http_load.texts import read_texts
from results import write_result
from rounds import summarize
from tweetmoji.serve.page import read_files

sys.path.append(str(Path(__file__).parents[1] / "tools"))

from picture import find_browser

TEXTS: Final = 100
WARM_UP: Final = 10
"""Texts before the measured ones: the page's scripts and the server's engine are warm when someone types."""

TARGET_MS: Final = 150
DEADLINE_MS: Final = 60_000
"""After this long without an answer, there will be none."""

CLOCK: Final = """(debounce_ms, deadline_ms) => {
  let start = null;
  let resolve;
  const ask = window.setTimeout;
  window.setTimeout = (callback, delay, ...rest) => {
    if (delay !== debounce_ms) return ask(callback, delay, ...rest);
    return ask(() => {
      start = performance.now();
      callback(...rest);
    }, delay);
  };
  let open = 0;
  const get = window.fetch;
  window.fetch = (...request) => {
    open += 1;
    return get(...request).finally(() => { open -= 1; });
  };
  window.quiet = async () => { while (open) await new Promise((done) => ask(done, 20)); };
  window.answered = () => new Promise((done, fail) => {
    resolve = done;
    ask(() => fail(new Error(`no answer within ${deadline_ms} ms`)), deadline_ms);
  });
  const stop = () => {
    if (start === null) return;
    const began = start;
    start = null;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now() - began); // the first task after the frame
      port2.postMessage(null);
    });
  };
  addEventListener("DOMContentLoaded", () => {
    new MutationObserver(stop).observe(document.getElementById("label"), { childList: true });
  });
}"""
"""Runs in the page before its own scripts: a clock from the debounce's timer to the paint after the label changes.

``answered()`` waits for that and gives the milliseconds; ``quiet()`` waits until the page asks for nothing. A message
posted in an animation frame's callback arrives after that frame is painted.
"""


def read_debounce_ms() -> int:
    """The pause after which the page asks, from its script: the delay of the timer that the clock looks for."""
    found = re.search(rb"const DEBOUNCE_MS = (\d+);", read_files()["page.js"].content)
    if found is None:
        raise ValueError("page.js has no line 'const DEBOUNCE_MS = …;'; expected it to name the pause")
    return int(found[1])


def measure(binary: str, url: str, texts: Sequence[str], warm_up: int) -> tuple[list[float], str]:
    """Type texts into the page, and take the milliseconds of each after the first ``warm_up``.

    Args:
        binary: The browser's program.
        url: Where the page is.
        texts: What is typed, one after the other.
        warm_up: How many of them do not count.

    Returns:
        The times in ms, one for each of the other texts; and the browser's version.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary)
        page = browser.new_page()
        page.add_init_script(f"({CLOCK})({read_debounce_ms()}, {DEADLINE_MS})")
        page.goto(url)
        page.evaluate("window.quiet()")
        times_ms = [_type(page, text) for text in texts]
        return times_ms[warm_up:], browser.version


def _type(page: Page, text: str) -> float:
    """Type a text; the milliseconds from the end of the debounce to the painted answer."""
    page.evaluate("() => { window.time = window.answered(); }")
    page.fill("#text", text)
    time_ms: float = page.evaluate("window.time")
    page.evaluate("window.quiet()")  # the words' weights of this text are not to delay the next
    return time_ms


def summarize_times(times_ms: Sequence[float]) -> dict[str, Any]:
    """Median and 95th percentile (linear between ranks), the lowest, the highest, and all times in ms."""
    return summarize(times_ms, 1) | {"p95": round(float(np.percentile(times_ms, 95)), 1)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=TEXTS, help=f"texts to measure [{TEXTS}]")
    options = parser.parse_args(arguments)
    try:
        binary = find_browser()
    except RuntimeError as error:
        sys.exit(f"page: {error}")
    texts, source = read_texts(WARM_UP + options.texts)
    ours, port = SERVERS[0], find_free_port()
    url, body = f"http://127.0.0.1:{port}", ours.make_body("ready?")
    with run_server(ours.make_command(port), ours.make_environment(), lambda: is_ready(f"{url}{ours.path}", body)):
        times_ms, browser = measure(binary, url, texts, WARM_UP)
    write_result(
        "page",
        {
            "n": len(times_ms),
            "warm_up": WARM_UP,
            "texts": source,
            "debounce_ms": read_debounce_ms(),
            "target_ms": TARGET_MS,
            "answer_ms": summarize_times(times_ms),
            "browser": f"Chromium {browser}",
        },
    )


if __name__ == "__main__":
    main()
