"""`tools/inference_parts.py`: tables worked out by hand from a small result."""

import pytest

for package in ("matplotlib", "jinja2", "huggingface_hub"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[evaluate]'")

from inference_parts import render_inference, render_inference_ratios  # noqa: E402


def spread(median):
    return {"median": median, "lowest": median / 2, "highest": median * 2, "all": []}


def make_row(way, job, texts_per_s, **others):
    return {"way": way, "job": job, "texts_per_s": spread(texts_per_s)} | others


RESULT = {
    "texts": {"source": "unlabelled/tweets.txt", "n": 2048, "mean_tokens": 36.73},
    "cores": 2,
    "jobs": [
        make_row("tweetmoji", "list", 1000.0),
        make_row("tweetmoji", "one by one", 500.0, median_ms=spread(2.0)),
        make_row("limit", "limit", 1500.0),
        make_row("ctranslate2 inter_threads=1", "batches of 8", 300.0),
        make_row("ctranslate2 inter_threads=2", "batches of 8", 200.0),
    ],
    "best": {"ctranslate2": {"way": "ctranslate2 inter_threads=1", "job": "batches of 8"}},
    "memory": {"tweetmoji": {"peak_mb": 120.4}, "ctranslate2 inter_threads=1": {"peak_mb": 301.0}},
    "ratios": [{"job": "list", "to": "limit", "texts_per_s": spread(0.66)}],
}


def read_rows(table):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_inference_shows_every_way_and_of_each_engine_the_best():
    header, _, *rows = read_rows(render_inference(RESULT))
    assert header[0] == "2,048 tweets of 36.7 tokens, 2 cores"
    assert rows == [
        ["**tweetmoji**", "1,000 (500–2,000)", "500 (250–1,000)", "–", "2.00 (1.00–4.00)", "120"],
        ["CTranslate2, int8, inter_threads=1, batches of 8", "300 (150–600)", "–", "–", "–", "301"],
        ["MatMulInteger alone, the limit", "1,500 (750–3,000)", "–", "–", "–", "–"],
    ]


def test_inference_says_that_texts_are_generated():
    header, *_ = read_rows(render_inference(RESULT | {"texts": RESULT["texts"] | {"source": "generated"}}))
    assert header[0].startswith("2,048 generated texts")


def test_inference_ratios_name_the_other_and_the_job():
    _, _, row = read_rows(render_inference_ratios(RESULT))
    assert row == ["MatMulInteger alone, the limit", "list", "0.66 (0.33–1.32)"]
