"""What each route answers to a good request: exact fields in exact order, and the library's own figures."""

import asyncio
import json
import re

import pytest

from tweetmoji import EMOTIONS

TEXTS = ["so happy today", "I miss my dog", "😂", "", "   ", "\x00", "مرحبا", "a\u200bb", "https://example.org @you"]
JSON_TYPE = {"Content-Type": "application/json"}


def ask_get_body(client, text):
    return client.request("GET", "/tweets", content=json.dumps({"text": text}), headers=JSON_TYPE)


def ask_get_query(client, text):
    return client.get("/tweets", params={"text": text})


def ask_post_body(client, text):
    return client.post("/tweets", json={"text": text})


ASK = {"GET body": ask_get_body, "GET query": ask_get_query, "POST body": ask_post_body}
every_way = pytest.mark.parametrize("ask", ASK.values(), ids=ASK.keys())


@every_way
@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_tweet_is_answered_as_the_library_answers(client, tiny_emojifier, ask, text):
    response = ask(client, text)
    expected = tiny_emojifier(text)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert list(response.json().items()) == [
        ("confidence", f"{expected.confidence:.7f}"),
        ("emoji", expected.emoji),
    ]


@every_way
@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_confidence_is_a_plain_decimal_of_at_most_7_places(client, ask, text):
    confidence = ask(client, text).json()["confidence"]
    assert re.fullmatch(r"0\.\d{1,7}|1(\.0{1,7})?", confidence)


@every_way
def test_shipped_model_answers_joy_to_a_good_day(shipped_client, shipped_emojifier, ask):
    answer = ask(shipped_client, "Today is a good day!").json()
    assert answer["emoji"] == "😂"
    assert answer["confidence"] == f"{shipped_emojifier('Today is a good day!').confidence:.7f}"


def test_emoji_is_written_as_itself(client):
    assert '"emoji":"😂"' in client.get("/tweets?text=happy").content.decode("utf-8")


def test_blanks_in_the_query_may_be_plus_or_percent(client):
    expected = client.post("/tweets", json={"text": "so happy today"}).content
    assert client.get("/tweets?text=so+happy+today").content == expected
    assert client.get("/tweets?text=so%20happy%20today").content == expected


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_text_in_query_and_body_is_400(client, check_problem, method):
    response = client.request(method, "/tweets?text=a", json={"text": "a"})
    detail = check_problem(response, 400)["detail"]
    assert "text in the query and a body" in detail


def test_neither_query_nor_body_is_422(client, check_problem):
    assert check_problem(client.get("/tweets"), 422)["errors"][0]["field"] == "text"


def test_many_texts_are_answered_in_order_and_in_full(client, tiny_emojifier):
    answer = client.post("/v1/predictions", json={"texts": TEXTS}).json()
    assert list(answer) == ["predictions"]
    assert [list(row) for row in answer["predictions"]] == [
        ["emoji", "label", "confidence", "scores", "truncated"]
    ] * len(TEXTS)
    for row, expected in zip(answer["predictions"], tiny_emojifier.predict(TEXTS), strict=True):
        assert row == {
            "emoji": expected.emoji,
            "label": expected.label,
            "confidence": expected.confidence,
            "scores": expected.scores,
            "truncated": expected.truncated,
        }


def test_scores_are_in_label_order_and_sum_to_1(client):
    for row in client.post("/v1/predictions", json={"texts": TEXTS}).json()["predictions"]:
        assert tuple(row["scores"]) == EMOTIONS
        assert sum(row["scores"].values()) == pytest.approx(1, abs=1e-6)
        assert row["confidence"] == max(row["scores"].values()) == row["scores"][row["label"]]


def test_a_thousand_texts_keep_their_order(client, tiny_emojifier):
    texts = [f"{word} {i}" for i in range(256) for word in ("happy", "sad", "furious", "scared")]
    rows = client.post("/v1/predictions", json={"texts": texts}).json()["predictions"]
    assert [row["confidence"] for row in rows] == [row.confidence for row in tiny_emojifier.predict(texts)]
    assert [row["label"] for row in rows[:4]] == ["joy", "sadness", "anger", "fear"]


def test_below_min_confidence_emoji_and_emotion_are_null(client):
    texts = ["happy", "so the rain and the cat"]
    sure, unsure = client.post("/v1/predictions", json={"texts": texts}).json()["predictions"]
    assert unsure["confidence"] < sure["confidence"]
    least = (sure["confidence"] + unsure["confidence"]) / 2
    body = {"texts": texts, "min_confidence": least}
    kept, dropped = client.post("/v1/predictions", json=body).json()["predictions"]
    assert kept == sure
    assert dropped == unsure | {"emoji": None, "label": None}


def test_confidence_equal_to_the_least_is_kept(client):
    [row] = client.post("/v1/predictions", json={"texts": ["so"]}).json()["predictions"]
    body = {"texts": ["so"], "min_confidence": row["confidence"]}
    assert client.post("/v1/predictions", json=body).json()["predictions"] == [row]


def test_text_of_more_tokens_than_are_read_is_told(client):
    texts = ["happy", "happy " * 100]
    rows = client.post("/v1/predictions", json={"texts": texts}).json()["predictions"]
    assert [row["truncated"] for row in rows] == [False, True]


def test_emotions_are_the_models_labels_with_their_emoji(client, tiny_emojifier):
    answer = client.get("/v1/labels").json()
    assert list(answer) == ["labels"]
    assert [list(row.items()) for row in answer["labels"]] == [
        [("label", label), ("emoji", tiny_emojifier.emoji[label])] for label in EMOTIONS
    ]
    assert {"label": "joy", "emoji": "😂"} in answer["labels"]


def test_model_is_named_with_its_version_labels_and_figures(client, tiny_emojifier):
    answer = client.get("/v1/model").json()
    assert list(answer) == ["name", "version", "labels", "figures"]
    assert (answer["name"], answer["version"]) == (tiny_emojifier.name, tiny_emojifier.version)
    assert answer["labels"] == list(EMOTIONS)


FIGURES = ["weights", "source", "split", "n", "accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece"]


def test_figures_are_those_of_the_models_metrics(make_client, measured_emojifier):
    def measure(weights, split, accuracy):
        metrics = {"n": 7, "accuracy": accuracy, "balanced_accuracy": 0.5, "macro_f1": 0.4, "log_loss": 0.9, "ece": 0.1}
        return {
            "weights": weights,
            "source": "tweeteval",
            "split": split,
            "metrics": metrics | {"per_class": {"joy": {"n": 7}}},
        }

    emojifier = measured_emojifier({"evaluations": [measure("float32", "val", 0.25), measure("int8", "test", 0.75)]})
    figures = make_client(emojifier).get("/v1/model").json()["figures"]
    assert figures == [
        dict(zip(FIGURES, ["float32", "tweeteval", "val", 7, 0.25, 0.5, 0.4, 0.9, 0.1], strict=True)),
        dict(zip(FIGURES, ["int8", "tweeteval", "test", 7, 0.75, 0.5, 0.4, 0.9, 0.1], strict=True)),
    ]
    assert list(figures[0]) == FIGURES


def test_model_without_figures_says_so(make_client, measured_emojifier):
    assert make_client(measured_emojifier({})).get("/v1/model").json()["figures"] == []


def test_process_lives_and_is_ready(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_after_shutdown_the_process_lives_but_is_not_ready(make_client, tiny_emojifier, check_problem):
    client = make_client(tiny_emojifier)
    client.shut_down()
    for response in (client.get("/readyz"), client.get("/tweets?text=a")):
        assert "shuts down" in check_problem(response, 503)["detail"]
        assert int(response.headers["retry-after"]) >= 1
    assert client.get("/healthz").status_code == 200


def test_full_queue_is_503_at_once_and_drains(make_client, gated_emojifier, check_problem):
    client = make_client(gated_emojifier, threads=1, queue_texts=1024)

    async def run():
        async with client.connect() as http, asyncio.timeout(30):
            full = asyncio.create_task(http.post("/v1/predictions", json={"texts": ["a"] * 1024}))
            await gated_emojifier.wait_until_asked()
            refused = [await http.get("/tweets?text=b"), await http.post("/v1/predictions", json={"texts": ["b"]})]
            others = [await http.get("/readyz"), await http.get("/healthz"), await http.get("/v1/model")]
            gated_emojifier.gate.set()
            return refused, others, await full, await http.get("/tweets?text=b")

    refused, others, full, later = asyncio.run(run())
    for response in refused:
        assert "1024 texts are waiting" in check_problem(response, 503)["detail"]
        assert response.headers["retry-after"].isdecimal()
    assert [response.status_code for response in others] == [200] * 3
    assert len(full.json()["predictions"]) == 1024
    assert later.status_code == 200


def test_requests_at_the_same_time_get_the_librarys_answers(client, tiny_emojifier):
    texts = [f"{word} {i}" for i in range(15) for word in ("happy", "sad", "so")]

    async def run():
        async with client.connect() as http:
            single = [http.get("/tweets", params={"text": text}) for text in texts]
            many = [http.post("/v1/predictions", json={"texts": texts[i:]}) for i in range(5)]
            return await asyncio.gather(*single, *many)

    responses = asyncio.run(run())
    expected = tiny_emojifier.predict(texts)
    assert [response.json() for response in responses[: len(texts)]] == [
        {"confidence": f"{row.confidence:.7f}", "emoji": row.emoji} for row in expected
    ]
    for i, response in enumerate(responses[len(texts) :]):
        assert [row["scores"] for row in response.json()["predictions"]] == [row.scores for row in expected[i:]]


def test_replaced_emoji_are_answered(make_client, tiny_folder):
    import tweetmoji

    client = make_client(tweetmoji.load(tiny_folder, threads=1, emoji={"joy": "😊"}))
    assert client.get("/tweets?text=happy").json()["emoji"] == "😊"
    assert {"label": "joy", "emoji": "😊"} in client.get("/v1/labels").json()["labels"]
