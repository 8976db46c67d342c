"""The page at ``/`` in a real browser: it answers as one types, by mouse and by keyboard, in every light.

Needs Chromium (Debian: ``apt-get install chromium``) and playwright; skipped without. The tests with axe need its
script too: ``AXE_CORE`` names it.
"""

import os
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.browser import wait_for_answer

from tweetmoji.runtime.artifact import with_changes, write_artifact

PREDICTIONS = "**/v1/predictions"
EXPLANATIONS = "**/v1/explanations"
WEIGHTS = {"happy": 0.6, "dog": -0.3, "today": 0.01}
OWN_LABELS = {"praise": "👏", "bug": "🐛", "question": "❓", "refund": "💸", "delivery": "📦", "other": "🗂️"}
CURVE = [
    {"coverage": 0.5, "min_confidence": 0.8, "accuracy": 1.0, "n": 30},
    {"coverage": 1.0, "min_confidence": 0.4, "accuracy": 0.9, "n": 60},
]


def explain(route):
    """Respond as /v1/explanations: spans in code points."""
    text = route.request.post_data_json["text"]
    words = [
        {"start": found.start(), "end": found.end(), "weight": WEIGHTS.get(found[0], 0)}
        for found in re.finditer(r"\S+", text)
    ]
    route.fulfill(json={"prediction": {}, "words": words})


@pytest.fixture
def explained(page):
    """The page, on a server that explains."""
    page.route(EXPLANATIONS, explain)
    return page


@pytest.fixture
def serve_measured(start_server, tmp_path):
    """Serve a model with measured curves: the same of the score and, as ``none``, of the confidence."""

    def serve(artifact, **none):
        measured = {"n": 60, "accuracy": 0.9, "balanced_accuracy": 0.9, "macro_f1": 0.9, "log_loss": 0.4, "ece": 0.02}
        row = {"weights": "int8", "source": "tickets", "split": "val", "labels": list(artifact.config.labels)}
        row |= {"metrics": measured, "selective": CURVE, "none": none or None}
        changed = with_changes(artifact, metrics={"evaluations": [row]})
        write_artifact(replace(changed, folder=tmp_path / artifact.config.name))
        return start_server("--model", tmp_path / artifact.config.name)

    return serve


@pytest.fixture
def own_server(serve_measured, tiny_artifact):
    """A server with a model of own labels, and a measured curve."""
    labels = tuple(OWN_LABELS)
    config = replace(
        tiny_artifact.config, name="desk", labels=labels, emoji=OWN_LABELS, prior=dict.fromkeys(labels, 1 / 6)
    )
    return serve_measured(with_changes(tiny_artifact, config=config))


def test_typing_is_answered_with_emoji_label_confidence_and_all_bars(explained):
    explained.locator("#text").press_sequentially("happy dog today")
    wait_for_answer(explained, "joy")
    assert explained.inner_text("#emoji") == "😂"
    assert re.fullmatch(r">?\d\d% sure: right about .+\.", explained.inner_text("#confidence"))
    names = explained.locator("#bars li").all_inner_texts()
    assert [name.split("\n")[1] for name in names[:6]] == ["sadness", "joy", "love", "anger", "fear", "surprise"]
    assert "none of these" in names[6]
    explained.locator("#spoken", has_text=re.compile(r"^joy, >?\d\d% sure")).wait_for(state="attached")


def test_typing_asks_once_it_pauses_and_not_for_each_key(visit):
    visited = visit()
    page = visited.open()
    page.route(EXPLANATIONS, explain)
    page.locator("#text").press_sequentially("so happy today", delay=5)
    wait_for_answer(page, "joy")
    asked = [request.post_data_json["texts"] for request in visited.requests if "predictions" in request.url]
    assert len(asked) < len("so happy today")
    assert asked[-1] == ["so happy today"]


def test_empty_text_rests(explained):
    explained.fill("#text", "happy")
    wait_for_answer(explained, "joy")
    explained.fill("#text", "  ")
    wait_for_answer(explained, "The answer appears here")
    assert explained.locator("#details").is_hidden()


def test_slow_answer_to_an_older_text_does_not_overtake(explained):
    held = []

    def hold(route):
        if route.request.post_data_json["texts"] == ["sad"]:
            held.append((route, route.fetch()))
        else:
            route.continue_()

    explained.route(PREDICTIONS, hold)
    with explained.expect_request(PREDICTIONS):
        explained.fill("#text", "sad")
    explained.fill("#text", "happy")
    wait_for_answer(explained, "joy")
    for route, response in held:
        with suppress(Exception):  # the page may have given it up already
            route.fulfill(response=response)
    explained.wait_for_timeout(300)
    assert len(held) == 1
    assert explained.inner_text("#label") == "joy"
    assert explained.inner_text("#tinted") == "happy"


def test_slow_words_of_an_older_text_do_not_overtake(page):
    held = []

    def hold(route):
        if route.request.post_data_json["text"] == "happy dog":
            held.append(route)
        else:
            explain(route)

    page.route(EXPLANATIONS, hold)
    with page.expect_request(EXPLANATIONS):
        page.fill("#text", "happy dog")
    page.fill("#text", "sad dog")
    page.locator("#tinted", has_text="sad dog").wait_for()
    for route in held:
        with suppress(Exception):  # the page has given it up already
            explain(route)
    wait_for_answer(page, "sadness")
    assert len(held) == 1
    assert page.inner_text("#tinted") == "sad dog"


def test_words_are_tinted_where_they_are_in_the_text(explained):
    text = "👩‍👩‍👧 happy\n🐶 dog today"
    explained.fill("#text", text)
    marks = explained.locator("#tinted mark")
    marks.first.wait_for()
    assert [(mark.inner_text(), mark.get_attribute("class")) for mark in marks.all()] == [
        ("happy", "for-4"),
        ("dog", "against-3"),
    ]
    assert explained.locator("#tinted").text_content() == text
    assert re.fullmatch(r"For \w+: “happy”. Against it: “dog”.", explained.inner_text("#reasons"))


def test_words_of_the_server_tint_the_text(page):
    page.fill("#text", "so good, happy 😀 today")
    wait_for_answer(page, "joy")
    page.locator("#tinted mark").first.wait_for()
    tints = {mark.inner_text(): mark.get_attribute("class") for mark in page.locator("#tinted mark").all()}
    assert tints == {"so": "for-1", "good": "for-3", "happy": "for-3", "😀": "against-2"}
    assert page.locator("#tinted").text_content() == "so good, happy 😀 today"


def test_emoji_that_people_add_go_into_the_text(explained):
    explained.fill("#text", "my dog")
    button = explained.locator("#suggestions button").first
    assert re.fullmatch(r"🐶 \d\d%", button.inner_text())
    assert re.fullmatch(r"Add 🐶 to the text, \d\d%", button.get_attribute("aria-label"))
    button.click()
    assert explained.input_value("#text") == "my dog 🐶"


def test_text_of_none_of_the_labels_says_so(explained):
    explained.fill("#text", "http user http")
    wait_for_answer(explained, "Probably none of these")
    assert "unsure" in explained.get_attribute("#answer", "class")


def test_confidence_below_the_threshold_is_not_sure(explained):
    explained.fill("#text", "happy sad")
    explained.locator("#label", has_text=re.compile("joy|sadness")).wait_for()
    explained.locator("#threshold").fill("99")
    explained.locator("#label", has_text=re.compile(r"^Not sure, perhaps (joy|sadness)$")).wait_for()
    assert explained.inner_text("#threshold-value") == "99%"
    explained.locator("#threshold").fill("0")
    explained.locator("#label", has_text=re.compile(r"^(joy|sadness)$")).wait_for()


def test_costs_of_the_threshold_are_hidden_where_they_were_not_measured(page):
    page.locator("#model", has_text="tiny").wait_for()
    assert page.locator("#measured").is_hidden()


def test_costs_of_the_threshold_count_texts_of_none_where_the_model_knows_none(visit, serve_measured, heads_artifact):
    curve = [CURVE[0] | {"n": 40}, CURVE[1] | {"n": 80, "accuracy": 0.7}]
    page = visit(serve_measured(heads_artifact, n=20, selective=curve)).open()
    page.locator("#threshold").fill("40")
    page.locator(
        "#measured", has_text="Of 80 validation texts (tickets), it then answers about 100%, and 70%"
    ).wait_for()


def test_own_model_has_its_labels_emoji_name_and_curve(visit, own_server):
    page = visit(own_server).open()
    page.route(EXPLANATIONS, explain)
    page.locator("#model", has_text=re.compile("^Model desk, version .*👏 praise.*🗂️ other")).wait_for()
    page.fill("#text", "happy")
    wait_for_answer(page, "bug")
    assert page.inner_text("#emoji") == "🐛"
    assert page.locator("#bars li").count() == 6  # it does not know none
    assert page.locator("#added").is_hidden()
    page.locator("#threshold").fill("60")  # half way between the points of the curve
    assert page.inner_text("#measured") == (
        "Of 60 validation texts (tickets), it then answers about 75%, and 95% of these answers are right."
    )
    page.locator("#threshold").fill("90")
    assert page.inner_text("#measured") == "Of 60 validation texts (tickets), it then answers about 0%."


def test_example_is_a_click(explained):
    explained.get_by_role("button", name="Today is a good day!").click()
    wait_for_answer(explained, "joy")
    assert explained.input_value("#text") == "Today is a good day!"


def test_link_carries_the_text_in_its_fragment_and_the_server_never_gets_it(visit):
    visited, text = visit(), "happy & glad\n#100% 😀"
    visited.page.route(EXPLANATIONS, explain)
    page = visited.open(f"/#t={quote(text)}")
    wait_for_answer(page, "joy")
    assert page.input_value("#text") == text
    page.fill("#text", "sad 😀")
    wait_for_answer(page, "sadness")
    page.click("#link")
    assert page.url.endswith(f"/#t={quote('sad 😀')}")
    page.reload()
    wait_for_answer(page, "sadness")
    assert [
        request.url for request in visited.requests if "?" in request.url or "sad" in request.url.split("#")[0]
    ] == []
    assert visited.errors == []


def test_damaged_link_is_said(visit):
    page = visit().open("/#t=%E0%A4%A")
    page.locator("#trouble-text", has_text="damaged").wait_for()


def test_everything_is_reached_by_keyboard_with_a_visible_focus(explained):
    assert explained.evaluate("document.activeElement.id") == "text"  # where one may type at once
    explained.keyboard.type("happy dog")
    wait_for_answer(explained, "joy")
    explained.locator("#suggestions button").first.wait_for()
    reached, outlines = [], set()
    for _ in range(40):
        explained.keyboard.press("Tab")
        reached.append(explained.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        outlines.add(explained.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
        if reached[-1] == "the API in Swagger UI":
            break
    assert [name for name in reached if name in {"link", "threshold", "lines", "file", "run"}] == [
        *("link", "threshold", "lines", "file", "run")
    ]
    assert reached[-1] == "the API in Swagger UI"
    assert outlines == {"solid"}
    explained.locator("#threshold").focus()
    explained.keyboard.press("ArrowRight")
    assert explained.inner_text("#threshold-value") == "51%"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colors_follow_the_system(visit, scheme):
    page = visit(color_scheme=scheme).open()
    colors = page.evaluate("[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]")
    ground, ink = (sum(map(int, re.findall(r"\d+", color)[:3])) / 3 for color in colors)
    assert (ground < 60 < 200 < ink) if scheme == "dark" else (ink < 60 < 200 < ground)


@pytest.mark.parametrize(("motion", "duration"), [("reduce", "0s"), ("no-preference", "0.2s")])
def test_nothing_moves_for_those_who_ask(visit, motion, duration):
    page = visit(reduced_motion=motion).open()
    page.route(EXPLANATIONS, explain)
    page.fill("#text", "happy")
    wait_for_answer(page, "joy")
    assert page.locator(".fill").first.evaluate("node => getComputedStyle(node).transitionDuration") == duration


def test_phone_needs_no_sideways_scrolling(visit):
    page = visit(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True).open()
    page.route(EXPLANATIONS, explain)
    page.fill("#text", "happy " + "a" * 200)
    page.locator("#bars li").first.wait_for()
    page.fill("#lines", "happy\n" + "sad" * 100)
    page.locator("#run").tap()
    page.locator("#results").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("#run").bounding_box()["height"] >= 44


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violations(visit, scheme):
    script = os.environ.get("AXE_CORE")
    if not script:
        pytest.skip("AXE_CORE is not set: name axe.min.js of the npm package axe-core")
    page = visit(color_scheme=scheme, reduced_motion="reduce").open()
    page.evaluate(Path(script).read_text(encoding="utf-8"))

    def list_violations():
        violations = page.evaluate("axe.run()")["violations"]
        return [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations]

    assert list_violations() == []
    page.route(EXPLANATIONS, explain)
    page.fill("#text", "happy dog")
    page.locator("#tinted mark").first.wait_for()
    page.fill("#lines", "happy\nsad")
    page.click("#run")
    page.locator("#results").wait_for()
    assert list_violations() == []
    page.route(PREDICTIONS, lambda route: route.abort())
    page.fill("#text", "sad")
    page.locator("#trouble").wait_for()
    assert list_violations() == []
    page.unroute(PREDICTIONS)
    page.route(PREDICTIONS, lambda route: route.fulfill(status=401, body="{}"))
    page.fill("#text", "so sad")
    page.locator("#key-form").wait_for()
    assert list_violations() == []
