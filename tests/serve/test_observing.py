"""Request ids in and out, and the log's line for each request, in both formats."""

import json
import logging
import threading

import pytest

from tweetmoji.serve.logs import ACCESS, JsonFormatter, log_thread_failure

SECRET = "my secret diary"


@pytest.fixture
def logged(caplog):
    """The records of the access log."""
    caplog.set_level(logging.INFO, logger=ACCESS)
    return lambda: [record for record in caplog.records if record.name == ACCESS]


@pytest.fixture
def logging_client(make_client, tiny_emojifier):
    return make_client(tiny_emojifier, access_log=True)


@pytest.mark.parametrize("given", ["a", "0198c0ba-7f2a-7d80-8000-3f2b1c9d0e11", "Root=1-67891233-abcdef", "x" * 128])
def test_well_formed_id_is_echoed_in_header_and_problem(client, check_problem, given):
    response = client.get("/tweets", headers={"X-Request-ID": given})
    assert check_problem(response, 422)["request_id"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "ü", 'a"b', "a{b}"])
def test_malformed_id_is_replaced(client, given):
    made = client.get("/healthz", headers={"X-Request-ID": given.encode("utf-8")}).headers["x-request-id"]
    assert made != given
    assert len(made) == 32


def test_two_ids_are_replaced(client):
    made = client.get("/healthz", headers=[("X-Request-ID", "a"), ("X-Request-ID", "b")]).headers.get_list(
        "x-request-id"
    )
    assert len(made) == 1
    assert len(made[0]) == 32


def test_each_request_gets_an_id_of_its_own(client):
    assert client.get("/healthz").headers["x-request-id"] != client.get("/healthz").headers["x-request-id"]


def test_failure_of_the_model_has_the_id_too(make_client, broken_emojifier, check_problem):
    client = make_client(broken_emojifier)
    response = client.post("/tweets", json={"text": "a"}, headers={"X-Request-ID": "abc"})
    assert check_problem(response, 500)["request_id"] == "abc"


def test_line_says_what_came_and_went_and_never_the_text(logging_client, logged):
    logging_client.get("/tweets", params={"text": SECRET}, headers={"X-Request-ID": "abc"})
    [record] = logged()
    assert record.getMessage().startswith('127.0.0.1:123 - "GET /tweets HTTP/1.1" 200 ')
    assert record.getMessage().endswith(" tokens, abc")
    entry = json.loads(JsonFormatter().format(record))
    assert entry.pop("duration_ms") > 0
    assert entry.pop("time").endswith("+00:00")
    assert entry == {
        "level": "info",
        "logger": ACCESS,
        "request_id": "abc",
        "client": "127.0.0.1:123",
        "method": "GET",
        "path": "/tweets",
        "route": "/tweets",
        "status": 200,
        "texts": 1,
        "tokens": entry["tokens"],
    }
    assert entry["tokens"] > 2
    assert "secret" not in record.getMessage() + json.dumps(entry)


def test_texts_are_logged_where_that_is_asked_for(make_client, tiny_emojifier, logged):
    client = make_client(tiny_emojifier, access_log=True, log_texts=True)
    client.post("/v1/predictions", json={"texts": [SECRET, "two\nlines"]})
    [record] = logged()
    assert repr(SECRET) in record.getMessage()
    assert json.loads(JsonFormatter().format(record))["inputs"] == [SECRET, "two\nlines"]


def test_without_the_option_nothing_is_logged(client, logged):
    client.get("/healthz")
    assert logged() == []


def test_path_cannot_break_the_line(logging_client, logged):
    logging_client.get("/a%0Ab%22" + "c" * 500)
    [record] = logged()
    assert '"GET /a%0Ab%22ccc' in record.getMessage()
    assert "\n" not in record.getMessage()
    assert len(record.getMessage()) < 400


def test_request_without_a_response_counts_as_left(logging_client, logged):
    sent = logging_client.call([{"type": "http.disconnect"}], {"method": "POST", "path": "/tweets"})
    assert sent == []
    [record] = logged()
    assert record.fields["status"] == 499


def test_other_lines_are_json_with_message_and_exception():
    try:
        raise ValueError("why")
    except ValueError as error:
        record = logging.LogRecord("a.b", logging.ERROR, "", 1, "it %s", ("failed",), (type(error), error, None))
    entry = json.loads(JsonFormatter().format(record))
    assert (entry["level"], entry["logger"], entry["message"]) == ("error", "a.b", "it failed")
    assert entry["exception"] == "ValueError: why"
    assert "request_id" not in entry


def test_failure_of_a_thread_is_a_line_with_its_cause(monkeypatch, caplog):
    monkeypatch.setattr(threading, "excepthook", log_thread_failure)
    thread = threading.Thread(target=lambda: 1 / 0, name="predict-0")
    thread.start()
    thread.join()
    [record] = caplog.records
    entry = json.loads(JsonFormatter().format(record))
    assert entry["message"] == "the thread predict-0 failed"
    assert entry["exception"].endswith("ZeroDivisionError: division by zero")
