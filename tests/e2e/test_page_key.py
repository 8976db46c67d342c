"""The page at ``/`` on a server that wants an API key: it asks for one, and keeps it in memory alone."""

import pytest
from tests.browser import wait_for_answer

KEY = "0123456789abcdef"


@pytest.fixture(scope="module")
def guarded_server(start_server, heads_home):
    return start_server("--model", heads_home, environment={"TWEETMOJI_API_KEYS": KEY})


@pytest.fixture
def guarded(visit, guarded_server):
    """The page of that server, which asks for the key as soon as it is open."""
    visited = visit(guarded_server)
    page = visited.open()
    page.locator("#key-note", has_text="This server wants an API key.").wait_for()
    return page


def enter(page, key):
    page.fill("#key", key)
    page.get_by_role("button", name="Use this key").click()


def test_key_answers_what_waited_for_it(guarded):
    guarded.fill("#text", "happy")
    enter(guarded, KEY)
    wait_for_answer(guarded, "joy")
    guarded.locator("#model", has_text="tiny").wait_for()
    assert guarded.locator("#key-form").is_hidden()
    assert guarded.locator("#key-note").is_hidden()
    guarded.fill("#text", "sad")
    wait_for_answer(guarded, "sadness")


def test_wrong_key_is_said_and_another_one_taken(guarded):
    enter(guarded, "not-the-right-key")
    guarded.locator("#key-note", has_text="The server does not know this key.").wait_for()
    assert guarded.get_attribute("#key", "aria-invalid") == "true"
    assert guarded.evaluate("document.activeElement.id") == "key"
    guarded.keyboard.type(KEY)
    guarded.keyboard.press("Enter")
    guarded.locator("#model", has_text="tiny").wait_for()
    assert guarded.evaluate("document.activeElement.id") == "text"


def test_key_is_kept_nowhere_and_a_reload_asks_again(guarded):
    enter(guarded, KEY)
    guarded.locator("#model", has_text="tiny").wait_for()
    assert guarded.input_value("#key") == ""
    assert guarded.evaluate("localStorage.length + sessionStorage.length") == 0
    assert guarded.context.cookies() == []
    assert KEY not in guarded.content() + guarded.url
    guarded.reload()
    guarded.locator("#key-form").wait_for()


def test_key_with_a_space_is_not_sent(guarded):
    asked = []
    guarded.on("request", lambda request: asked.append(request.url))  # takes no builtin
    enter(guarded, "two words")
    assert guarded.evaluate("document.getElementById('key').validity.patternMismatch")
    assert asked == []


def test_many_texts_wait_for_the_key_too(guarded):
    guarded.fill("#lines", "happy\nsad")
    guarded.click("#run")
    enter(guarded, KEY)
    guarded.locator("#progress-text", has_text="Labeled 2 texts.").wait_for()


def test_swagger_ui_shows_and_takes_the_key(visit, guarded_server):
    page = visit(guarded_server).open("/swagger-ui")
    page.get_by_role("button", name="Authorize").click()
    page.get_by_label("auth-bearer-value").fill(KEY)
    page.locator(".auth-btn-wrapper .authorize").click()
    page.locator(".auth-btn-wrapper .btn-done").click()
    page.locator("#operations-model-get_model_v1_model_get .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
