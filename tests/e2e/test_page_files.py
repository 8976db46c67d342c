"""Many texts on the page at ``/``: paste, choose or drop them, see their distribution, take the CSV home."""

import json
import re
from io import BytesIO

import pandas as pd
import pytest

LINES = [
    "happy, so happy",
    '=HYPERLINK("http://evil.example","sad")',
    '+1 "good"',
    "-good",
    "@user adore",
    "\tscared",
    "plain 😀 ü",
]


@pytest.fixture
def label(page):
    """Wait until texts are labeled, and read what the page says."""

    def wait(said):
        page.locator("#progress-text", has_text=re.compile(said)).wait_for()
        return page

    return wait


@pytest.fixture
def download(page):
    """Take the CSV home: its bytes."""

    def take():
        with page.expect_download() as waiting:
            page.click("#download")
        assert waiting.value.suggested_filename == "labeled.csv"
        return waiting.value.path().read_bytes()

    return take


def drop(page, *files):
    """Drop files, pairs of name and bytes, on the page."""
    script = """files => {
        const transfer = new DataTransfer();
        for (const [name, bytes] of files) transfer.items.add(new File([new Uint8Array(bytes)], name));
        return transfer;
    }"""
    transfer = page.evaluate_handle(script, [[name, list(content)] for name, content in files])
    page.dispatch_event("main", "drop", {"dataTransfer": transfer})


def test_pasted_lines_are_labeled_and_counted(page, label):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", "happy\nsad\n\ngood day\nhttp user")
    page.focus("#lines")
    page.keyboard.press("Control+V")
    page.focus("#run")
    page.keyboard.press("Enter")
    label("^Labeled 4 texts.$")
    bars = dict(text.split("\n")[-2:] for text in page.locator("#chart li").all_inner_texts())
    assert bars["joy"] == "2 (50%)"
    assert bars["sadness"] == "1 (25%)"
    assert bars["none of these"] == "1 (25%)"
    assert bars["not sure"] == "0 (0%)"
    assert page.locator("#preview li").all_inner_texts() == ["😂\nhappy", "😢\nsad", "😂\ngood day", "–\nhttp user"]


def test_csv_of_a_dropped_file_reads_back_and_runs_no_formula(page, label, download, heads_emojifier):
    drop(page, ("texts.txt", "\n".join(LINES).encode()))
    label("^Labeled 7 texts.$")
    content = download()
    assert content.startswith(b"\xef\xbb\xbfline,text,emoji,label,confidence,none,score_sadness,")
    assert content.count(b"\r\n") == content.count(b"\n") == 8
    read = pd.read_csv(BytesIO(content), keep_default_na=False)
    assert list(read["line"]) == [1, 2, 3, 4, 5, 6, 7]
    guarded = [f"'{text}" if text[0] in "=+-@\t" else text for text in LINES]
    assert list(read["text"]) == guarded
    predictions = heads_emojifier.predict(LINES)
    sure = [row.none < 0.5 and row.confidence >= 0.5 for row in predictions]
    assert set(sure) == {True, False}
    for name in ("label", "emoji"):
        expected = [getattr(row, name) if known else "" for row, known in zip(predictions, sure, strict=True)]
        assert list(read[name]) == expected
    for name in ("confidence", "none"):
        assert list(read[name]) == pytest.approx([getattr(row, name) for row in predictions], abs=1e-6)
    assert list(read["score_joy"]) == pytest.approx([row.scores["joy"] for row in predictions], abs=1e-6)


def test_answers_below_the_threshold_are_empty_in_the_csv(page, label, download):
    page.fill("#lines", "happy\nhappy sad furious scared")
    page.click("#run")
    label("^Labeled 2 texts.$")
    page.locator("#threshold").fill("90")
    read = pd.read_csv(BytesIO(download()), keep_default_na=False)
    assert list(read["label"]) == ["joy", ""]
    assert list(read["emoji"]) == ["😂", ""]
    assert "not sure\n1 (50%)" in page.locator("#chart li").last.inner_text()


@pytest.mark.parametrize(
    "content",
    [
        "happy ü\r\nsad".encode("utf-8-sig"),
        "happy ü\nsad".encode("utf-16"),
        "happy ü\rsad".encode("cp1252"),
    ],
    ids=["UTF-8 with a mark", "UTF-16", "Windows-1252"],
)
def test_chosen_file_is_read_in_its_encoding(page, label, content):
    page.set_input_files("#file", {"name": "texts.txt", "mimeType": "text/plain", "buffer": content})
    label("^Labeled 2 texts.$")
    assert page.locator("#preview li").all_inner_texts() == ["😂\nhappy ü", "😢\nsad"]


def test_pasted_file_is_labeled(page, label):
    script = """() => {
        const data = new DataTransfer();
        data.items.add(new File(["happy\\nsad"], "texts.txt"));
        const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
        document.getElementById("lines").dispatchEvent(event);
    }"""
    page.evaluate(script)
    label("^Labeled 2 texts.$")


def test_more_than_1024_lines_are_cut_and_the_page_says_so(page, label, download):
    sent = []
    page.on(
        "request", lambda request: "predictions" in request.url and sent.append(len(request.post_data_json["texts"]))
    )
    drop(page, ("many.txt", "\n".join(f"happy {i}" for i in range(1030)).encode()))
    label("^Labeled the first 1,024 texts, and left out 6 more.$")
    assert sent == [128] * 8
    assert len(pd.read_csv(BytesIO(download()))) == 1024


def test_long_lines_travel_in_requests_below_the_limit_of_the_body(page, label):
    sent = []
    page.on("request", lambda request: "predictions" in request.url and sent.append(len(request.post_data_buffer)))
    drop(page, ("long.txt", "\n".join("ü" * 9_999 for _ in range(60)).encode()))
    label("^Labeled 60 texts.$")
    assert len(sent) > 1
    assert max(sent) < 1 << 20


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "There is no text yet"),
        (b"\n \n", "There is no text yet"),
        (b"\x89PNG\x00\x01", "picture.png is no text file"),
        (b"good\n" + b"a" * 10_001, "Line 2 has more than 10,000 characters"),
    ],
    ids=["empty", "blank", "binary", "long line"],
)
def test_file_that_cannot_be_labeled_is_said(page, label, content, said):
    drop(page, ("picture.png", content))
    label(said)
    assert page.locator("#results").is_hidden()
    assert page.locator("#progress").is_hidden()


def test_stop_keeps_what_is_labeled(page, label):
    parts = []

    def hold_the_second(route):
        parts.append(route)
        if len(parts) == 1:
            route.continue_()

    page.route("**/v1/predictions", hold_the_second)
    drop(page, ("many.txt", b"happy\n" * 300))
    label("^128 of 300$")
    page.click("#stop")
    label("^Stopped after 128 texts.$")
    assert "128 (100%)" in page.locator("#chart li").nth(1).inner_text()
    assert page.locator("#stop").is_hidden()


def test_busy_server_is_asked_again_and_no_text_is_lost(visit):
    page = visit().open()
    statuses = [503, 429]

    def refuse_at_first(route):
        if statuses:
            problem = {"status": statuses[0], "title": "busy", "detail": "later"}
            route.fulfill(status=statuses.pop(), headers={"Retry-After": "1"}, body=json.dumps(problem))
        else:
            route.continue_()

    page.route("**/v1/predictions", refuse_at_first)
    page.fill("#lines", "happy\nsad")
    page.click("#run")
    page.locator("#progress-text", has_text="The server is busy. Trying again in 1 second.").wait_for()
    page.locator("#progress-text", has_text="Labeled 2 texts.").wait_for()
    assert page.locator("#preview li").all_inner_texts() == ["😂\nhappy", "😢\nsad"]
