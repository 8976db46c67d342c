"""The server in its container under load, stopped under load, and killed; the page, in a browser and without one."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.browser import Visit, open_browser

pytestmark = pytest.mark.container

CLIENTS = 8
REQUESTS = 40
"""Requests of each client: enough to keep a queue for some seconds."""

TEXTS = ["Today is a good day!", "I miss you so much", "How dare they!", "the bus is blue"] * 4
KILL = "import os, sys; os.kill(int(sys.argv[1]), 9)"


def ask(client, number, expected):
    """Send a request of one text or of all; its status. What a response predicts must be right."""
    texts = TEXTS if number % 4 == 3 else TEXTS[number % 4 : number % 4 + 1]
    response = client.post("/v1/predictions", json={"texts": texts})
    if response.status_code == 200:
        assert [row["label"] for row in response.json()["predictions"]] == [expected[text] for text in texts]
    else:
        assert int(response.headers["retry-after"]) >= 1
    return response


@pytest.fixture(scope="module")
def expected(shipped_emojifier):
    """Text to label."""
    return {text: shipped_emojifier(text).label for text in TEXTS}


def count_by_status(server):
    """Requests for predictions that ``/metrics`` has counted, by their status."""
    families = text_string_to_metric_families(server.get("/metrics").text)
    counted = Counter()
    for sample in (sample for family in families for sample in family.samples):
        if sample.name == "tweetmoji_requests_total" and sample.labels["route"] == "/v1/predictions":
            counted[int(sample.labels["status"])] += sample.value
    return counted


def test_load_is_answered_right_counted_and_kept_in_memory(small_server, expected):
    server, before, restarts = small_server, count_by_status(small_server), small_server.inspect("{{.RestartCount}}")

    def send(number):
        with server.connect() as client:
            return [ask(client, number + i, expected).status_code for i in range(REQUESTS)]

    with ThreadPoolExecutor(CLIENTS) as pool:
        statuses = Counter(status for sent in pool.map(send, range(CLIENTS)) for status in sent)
    assert statuses[200] + statuses[429] == CLIENTS * REQUESTS
    assert statuses[200] > CLIENTS

    assert count_by_status(server) - before == statuses
    assert server.inspect("{{.State.OOMKilled}} {{.RestartCount}}") == f"false {restarts}"
    assert "Traceback" not in server.logs()


def test_stop_under_load_loses_no_accepted_request(small_server, expected):
    server = small_server
    started = [Event() for _ in range(CLIENTS)]

    def send_until_told_to_close(number):
        statuses = []
        with server.connect() as client:
            while True:
                response = ask(client, number + len(statuses), expected)  # which raises for a lost one
                statuses.append(response.status_code)
                started[number].set()
                if response.headers.get("connection") == "close":
                    return statuses

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(send_until_told_to_close, i) for i in range(CLIENTS)]
        assert all(event.wait(60) for event in started)
        server.stop(grace_s=20)
        statuses = {status for client in clients for status in client.result()}
    assert 200 in statuses <= {200, 429}
    assert server.exit_code == 0
    assert "Traceback" not in server.logs()
    server.start()
    server.wait_until_ready()


def test_killed_process_is_started_again_and_answers_the_same(small_server, docker, image, wait):
    server, restarts = small_server, int(small_server.inspect("{{.RestartCount}}"))
    before = server.post("/v1/predictions", json={"texts": TEXTS})
    process = server.inspect("{{.State.Pid}}")
    docker("run", "--rm", "--pid", "host", "--user", "0", "--entrypoint", "python3", image, "-c", KILL, process)
    wait(
        lambda: server.inspect("{{.RestartCount}} {{.State.Running}}") == f"{restarts + 1} true", "it is started again"
    )
    server.wait_until_ready()
    assert server.inspect("{{.State.Pid}}") != process
    after = server.post("/v1/predictions", json={"texts": TEXTS})
    assert (before.status_code, after.status_code) == (200, 200)
    assert after.json() == before.json()


def test_page_and_its_assets_come_from_the_container(server):
    page = server.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    loaded = [address for address in re.findall(r'(?:src|href)="([^"#]+)"', page.text) if "data:" not in address]
    assert {address.rpartition(".")[2] for address in loaded} >= {"js", "css"}
    for address in loaded:
        assert not re.match(r"\w+:|//", address), "loaded from elsewhere"
        asset = server.get("/" + address.removeprefix("/"))
        assert asset.status_code == 200, address
        assert len(asset.content) > 100


def test_page_answers_in_a_browser(server):
    with open_browser() as browser:
        visit = Visit(browser.new_page(), server.url)
        visit.watch()
        page = visit.open()
        page.locator("#text").fill(TEXTS[0])
        page.locator("#label", has_text=re.compile("^joy$")).wait_for()
        assert visit.errors == []
        assert visit.list_foreign() == []
