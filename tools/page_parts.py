"""The generated table of docs/benchmarks.md about the page at ``/``."""

from typing import Any

from tweetmoji.evaluate.report.tables import make_table


def render_page(result: dict[str, Any]) -> str:
    """From the end of the debounce to the painted answer, and what it was measured with."""
    times, cores = result["answer_ms"], result["hardware"]["cores"]
    names = {"median": "median", "p95": "95th percentile", "lowest": "lowest", "highest": "highest"}
    table = make_table(
        [f"end of the debounce to the painted answer, n = {result['n']}, {cores} cores", "ms"],
        [[title, f"{times[name]:.0f}"] for name, title in names.items()],
    )
    texts = f"Texts: {result['texts']}, after {result['warm_up']} that do not count"
    browser = f"{result['browser']}, headless, on the machine of the server ({result['hardware']['cpu']})"
    return f"{table}\n\n{texts}; {browser}."
