"""The page at ``/`` when things go wrong: a busy server, a failing one, none at all."""

import json
import re
from email.utils import formatdate
from time import time

import pytest
from tests.browser import wait_for_answer

PREDICTIONS = "**/v1/predictions"


@pytest.fixture
def page(visit):
    """The page on a server that explains nothing; the console may show errors."""
    page = visit().open()
    page.route("**/v1/explanations", lambda route: route.fulfill(status=404, body="{}"))
    page.locator("#model", has_text="tiny").wait_for()
    return page


def refuse(status, headers, times, detail="later"):
    """A handler that responds with a problem some times, and then lets requests pass."""
    left = [None] * times

    def handle(route):
        if left:
            left.pop()
            route.fulfill(status=status, headers=headers, body=json.dumps({"status": status, "detail": detail}))
        else:
            route.continue_()

    return handle


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("make_header", [lambda: "1", lambda: formatdate(time() + 1, usegmt=True)], ids=["1", "date"])
def test_busy_server_is_said_and_asked_again_after_the_time_it_names(page, status, make_header):
    page.route(PREDICTIONS, refuse(status, {"Retry-After": make_header()}, 2))
    page.fill("#text", "happy")
    page.locator("#trouble-text", has_text=re.compile(r"^The server is busy. Trying again in \d seconds?.$")).wait_for()
    wait_for_answer(page, "joy")
    assert page.locator("#trouble").is_hidden()


def test_waiting_ends_when_the_text_changes(page):
    page.route(PREDICTIONS, refuse(503, {"Retry-After": "3600"}, 1))
    page.fill("#text", "sad")
    page.locator("#trouble-text", has_text="Trying again in 60 seconds.").wait_for()
    page.fill("#text", "happy")
    wait_for_answer(page, "joy")
    assert page.locator("#trouble").is_hidden()


def test_try_again_does_so_at_once(page):
    page.route(PREDICTIONS, refuse(503, {"Retry-After": "60"}, 1))
    page.fill("#text", "happy")
    page.get_by_role("button", name="Try again").click()
    wait_for_answer(page, "joy")


def test_failure_of_the_server_is_said_without_asking_on(page):
    asked = []
    page.on("request", lambda request: "predictions" in request.url and asked.append(request.url))
    page.route(PREDICTIONS, refuse(500, {}, 99))
    page.fill("#text", "happy")
    page.locator("#trouble-text", has_text="Something went wrong on the server").wait_for()
    page.wait_for_timeout(1500)
    assert len(asked) == 1


def test_refused_text_shows_what_the_server_says(page):
    page.route(PREDICTIONS, refuse(422, {}, 1, "texts: too long"))
    page.fill("#text", "happy")
    page.locator("#trouble-text", has_text="The server did not take this: texts: too long.").wait_for()


def test_server_that_explains_nothing_is_asked_once(page):
    asked = []
    page.on("request", lambda request: "explanations" in request.url and asked.append(request.url))
    for text, label in (("happy", "joy"), ("sad", "sadness"), ("furious", "anger")):
        page.fill("#text", text)
        wait_for_answer(page, label)
        page.locator("#suggestions button").first.wait_for()
        page.wait_for_load_state("networkidle")
    assert len(asked) == 1
    assert page.locator("#why").is_hidden()


def test_failing_suggestions_leave_the_answer(page):
    page.route("**/v1/suggestions", refuse(500, {}, 99))
    page.fill("#text", "happy")
    wait_for_answer(page, "joy")
    page.wait_for_load_state("networkidle")
    assert page.locator("#added").is_hidden()
    assert page.locator("#trouble").is_hidden()


def test_offline_is_said_and_being_online_again_answers(page):
    page.context.set_offline(True)
    page.fill("#text", "happy")
    page.locator("#trouble-text", has_text="You are offline.").wait_for()
    page.context.set_offline(False)
    wait_for_answer(page, "joy")
    assert page.locator("#trouble").is_hidden()


def test_server_that_is_gone_is_said_and_its_return_answers(visit, start_server, heads_home):
    server = start_server("--model", heads_home)
    page = visit(server).open()
    page.locator("#model", has_text="tiny").wait_for()
    server.stop()
    page.fill("#text", "happy")
    page.locator("#trouble-text", has_text="The server cannot be reached").wait_for()
    start_server("--model", heads_home, "--port", server.address[1])
    wait_for_answer(page, "joy")
    assert page.locator("#trouble").is_hidden()
