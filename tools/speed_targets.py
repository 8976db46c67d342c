"""The generated table of docs/benchmarks.md that holds every speed target against what was measured.

Each target and figure is of one run: ratios are between ways or servers that were measured in turn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tweetmoji.evaluate.report.tables import MISSING, make_table

OURS = "tweetmoji"
BUSY = ("16", "64")
"""Numbers of connections at which a server has more requests than cores."""


@dataclass(frozen=True)
class Target:
    """A figure and its bound.

    Attributes:
        title: What is measured.
        value: The figure; of several, the worst. None if it was not measured.
        bound: What it should be.
        at_least: Whether the bound is the lowest value that meets it; else it is the highest.
        unit: What stands after both.
    """

    title: str
    value: float | None
    bound: float
    at_least: bool = True
    unit: str = "×"

    def as_row(self) -> list[str]:
        """The cells of a table."""
        bound = f"{'≥' if self.at_least else '≤'} {self.bound:g}{self.unit}"
        if self.value is None:
            return [self.title, bound, "not measured", MISSING]
        met = self.value >= self.bound if self.at_least else self.value <= self.bound
        return [self.title, bound, f"{self.value:.3g}{self.unit}", "yes" if met else "**no**"]


def render_speed_targets(
    inference: dict[str, Any], serving: dict[str, Any], installation: dict[str, Any], page: dict[str, Any]
) -> str:
    """Tabulate every target, from the four result files."""
    targets = [*_list_inference(inference), *_list_serving(serving), *_list_sizes(serving, installation)]
    title = "page: end of the debounce to the painted answer, 95th percentile"
    targets.append(Target(title, page["answer_ms"]["p95"], page["target_ms"], at_least=False, unit=" ms"))
    return make_table(["", "target", "measured", "met"], [target.as_row() for target in targets])


def _list_inference(result: dict[str, Any]) -> Iterator[Target]:
    ratios = {(row["job"], row["to"]): row["texts_per_s"]["median"] for row in result["ratios"]}
    before = "tweetmoji-5f8648e"
    yield Target("texts/s in process, one by one, over commit 5f8648e", ratios.get(("one by one", before)), 1.5)
    yield Target("texts/s in process, a list, over commit 5f8648e", ratios.get(("list", before)), 1.5)
    yield Target("a list, over the limit of int8 products", ratios.get(("list", "limit")), 0.55)
    yield Target("one by one on every core, over the limit", ratios.get(("a thread for each core", "limit")), 0.55)
    yield Target("a list, over CTranslate2 int8 at its best", ratios.get(("list", "ctranslate2")), 1.2)
    yield Target("a list, over OpenVINO int8 at its best", ratios.get(("list", "openvino")), 1.05)


def _list_serving(result: dict[str, Any]) -> Iterator[Target]:
    [ours] = [server for server in result["servers"] if server["name"] == OURS]
    inside = result["ratios"]["to_in_process"]
    one_text_ms = ours["in_process"]["one_text_ms"]["median"]
    busy = [row for row in ours["closed"] if str(row["connections"]) in BUSY]
    share = min(inside["requests_to_list"][connections] for connections in BUSY)
    yield Target("requests/s at 16 and 64 connections, over texts/s of a list in process", share, 0.85)
    beyond_ms = max(1000 * row["cpu_s_per_request"]["median"] for row in busy) - one_text_ms
    yield Target("processor time of a request beyond inference", beyond_ms, 0.55, at_least=False, unit=" ms")
    peers = {"litserve": 2.2, "infinity": 2, "transformers-fastapi": 8, "flask-tensorflow": 75}
    titles = {server["name"]: server["title"] for server in result["servers"]}
    for name, bound in peers.items():
        rows = result["ratios"]["to_peers"].get(name)
        ratio = min(rows[connections]["requests_per_s"] for connections in BUSY) if rows else None
        yield Target(f"requests/s at 16 and 64 connections, over {titles[name]}", ratio, bound)
    latency_ms = ours["closed"][0]["p50_ms"]["median"] - one_text_ms
    yield Target("median latency at one connection beyond a call", latency_ms, 0.6, at_least=False, unit=" ms")
    yield Target("texts/s by `/v1/predictions` in hundreds, over hundreds in process", inside["hundreds"], 0.9)


def _list_sizes(serving: dict[str, Any], installation: dict[str, Any]) -> Iterator[Target]:
    [ours] = [server for server in serving["servers"] if server["name"] == OURS]
    yield Target("memory of the server under load", ours["memory_mb"]["median"], 200, at_least=False, unit=" MB")
    yield Target("start of the server to its first prediction", ours["start_s"]["median"], 1, at_least=False, unit=" s")
    yield Target("`tweetmoji` from a cold start", installation["cold_start_s"], 0.5, at_least=False, unit=" s")
    yield Target("base installation", installation["installed_mb"], 350, at_least=False, unit=" MB")
