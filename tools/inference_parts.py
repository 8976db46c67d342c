"""Tables of docs/benchmarks.md about inference, from the result of ``benchmarks/inference.py``.

Every function takes that result.
"""

from typing import Any, Final

from tweetmoji.evaluate.report.tables import MISSING, make_table

TITLES: Final = {
    "tweetmoji": "**tweetmoji**",
    "tweetmoji-5f8648e": "tweetmoji at commit 5f8648e",
    "ctranslate2": "CTranslate2, int8",
    "openvino": "OpenVINO, static int8 of NNCF",
    "onnxruntime float32": "ONNX Runtime, float32",
    "limit": "MatMulInteger alone, the limit",
}
"""Way, or engine whose best way counts, to its row's title; in the order of the rows."""

ONE_BY_ONE: Final = "one by one"
THREADS: Final = "a thread for each core"

COLUMNS: Final = (
    ("list, texts/s", "list", "texts_per_s"),
    ("one by one, texts/s", ONE_BY_ONE, "texts_per_s"),
    ("one by one on every core, texts/s", THREADS, "texts_per_s"),
    ("one text, ms", ONE_BY_ONE, "median_ms"),
)
"""Title, job and figure."""


def render_inference(result: dict[str, Any]) -> str:
    """Texts per second and memory of every way in one process: median, and in brackets lowest and highest round."""
    figures = {(row["way"], row["job"]): row for row in result["jobs"]}
    rows = []
    for name, title in TITLES.items():
        best = result["best"].get(name)
        way = best["way"] if best else name
        aliases = {"list": best["job"]} if best else {"list": "limit"} if name == "limit" else {}
        row = [_show(figures.get((way, aliases.get(job, job))), figure) for _, job, figure in COLUMNS]
        if set(row) != {MISSING}:
            memory = result["memory"].get(way)
            note = f", {way.removeprefix(name).strip()}, {best['job']}" if best else ""
            rows.append([f"{title}{note}", *row, MISSING if memory is None else f"{memory['peak_mb']:,.0f}"])
    return make_table([_describe(result), *(title for title, *_ in COLUMNS), "peak memory, MB"], rows)


def render_inference_ratios(result: dict[str, Any]) -> str:
    """Our texts per second over those of the others, in the same round."""
    rows = [[TITLES[row["to"]], row["job"], _show_spread(row["texts_per_s"], 2)] for row in result["ratios"]]
    return make_table(["tweetmoji's texts/s over those of", "job", "ratio"], rows)


def _describe(result: dict[str, Any]) -> str:
    texts = result["texts"]
    kind = "generated texts" if texts["source"] == "generated" else "tweets"
    return f"{texts['n']:,} {kind} of {texts['mean_tokens']:.1f} tokens, {result['cores']} cores"


def _show(row: dict[str, Any] | None, figure: str) -> str:
    if row is None or figure not in row:
        return MISSING
    return _show_spread(row[figure], 2 if figure == "median_ms" else 0)


def _show_spread(values: dict[str, Any], digits: int) -> str:
    return f"{values['median']:,.{digits}f} ({values['lowest']:,.{digits}f}–{values['highest']:,.{digits}f})"
