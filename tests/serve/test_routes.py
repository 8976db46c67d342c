"""The response of each route to a good request: exact fields in exact order, and the library's own numbers."""

import asyncio
import json
import re
from dataclasses import replace

import pytest

import tweetmoji
from tweetmoji import EMOTIONS
from tweetmoji.runtime.artifact import with_changes, write_artifact

TEXTS = ["so happy today", "I miss my dog", "😂", "", "   ", "\x00", "مرحبا", "a\u200bb", "https://example.org @you"]
JSON_TYPE = {"Content-Type": "application/json"}


def get_body(client, text):
    return client.request("GET", "/tweets", content=json.dumps({"text": text}), headers=JSON_TYPE)


def get_query(client, text):
    return client.get("/tweets", params={"text": text})


def post_body(client, text):
    return client.post("/tweets", json={"text": text})


WAYS = {"GET body": get_body, "GET query": get_query, "POST body": post_body}
every_way = pytest.mark.parametrize("request_tweet", WAYS.values(), ids=WAYS.keys())


@every_way
@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_tweets_predicts_as_the_library(client, tiny_emojifier, request_tweet, text):
    response = request_tweet(client, text)
    expected = tiny_emojifier(text)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert list(response.json().items()) == [
        ("confidence", f"{expected.confidence:.7f}"),
        ("emoji", expected.emoji),
    ]


@every_way
@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_confidence_is_a_decimal_string_of_7_places(client, request_tweet, text):
    confidence = request_tweet(client, text).json()["confidence"]
    assert re.fullmatch(r"0\.\d{7}|1\.0{7}", confidence)


@every_way
def test_shipped_model_predicts_joy(shipped_client, shipped_emojifier, request_tweet):
    response = request_tweet(shipped_client, "Today is a good day!").json()
    assert response["emoji"] == "😂"
    assert response["confidence"] == f"{shipped_emojifier('Today is a good day!').confidence:.7f}"


def test_emoji_is_not_escaped(client):
    assert '"emoji":"😂"' in client.get("/tweets?text=happy").content.decode("utf-8")


def test_spaces_in_the_query_may_be_plus_or_percent(client):
    expected = client.post("/tweets", json={"text": "so happy today"}).content
    assert client.get("/tweets?text=so+happy+today").content == expected
    assert client.get("/tweets?text=so%20happy%20today").content == expected


def test_predictions_are_the_librarys_in_order(client, tiny_emojifier):
    response = client.post("/v1/predictions", json={"texts": TEXTS}).json()
    assert list(response) == ["predictions"]
    assert [list(row) for row in response["predictions"]] == [
        ["emoji", "label", "confidence", "none", "scores", "truncated"]
    ] * len(TEXTS)
    for row, expected in zip(response["predictions"], tiny_emojifier.predict(TEXTS), strict=True):
        assert row == {
            "emoji": expected.emoji,
            "label": expected.label,
            "confidence": expected.confidence,
            "none": None,
            "scores": expected.scores,
            "truncated": expected.truncated,
        }


def test_scores_are_in_label_order_and_sum_to_1(client):
    for row in client.post("/v1/predictions", json={"texts": TEXTS}).json()["predictions"]:
        assert tuple(row["scores"]) == EMOTIONS
        assert sum(row["scores"].values()) == pytest.approx(1, abs=1e-6)
        assert row["confidence"] == max(row["scores"].values()) == row["scores"][row["label"]]


def test_predictions_of_1024_texts_keep_their_order(client, tiny_emojifier):
    texts = [f"{word} {i}" for i in range(256) for word in ("happy", "sad", "furious", "scared")]
    rows = client.post("/v1/predictions", json={"texts": texts}).json()["predictions"]
    assert [row["confidence"] for row in rows] == [row.confidence for row in tiny_emojifier.predict(texts)]
    assert [row["label"] for row in rows[:4]] == ["joy", "sadness", "anger", "fear"]


def test_emoji_and_label_below_min_confidence_are_null(client):
    texts = ["happy", "so the rain and the cat"]
    sure, unsure = client.post("/v1/predictions", json={"texts": texts}).json()["predictions"]
    assert unsure["confidence"] < sure["confidence"]
    min_confidence = (sure["confidence"] + unsure["confidence"]) / 2
    body = {"texts": texts, "min_confidence": min_confidence}
    kept, dropped = client.post("/v1/predictions", json=body).json()["predictions"]
    assert kept == sure
    assert dropped == unsure | {"emoji": None, "label": None}


def test_emoji_at_min_confidence_is_kept(client):
    [row] = client.post("/v1/predictions", json={"texts": ["so"]}).json()["predictions"]
    body = {"texts": ["so"], "min_confidence": row["confidence"]}
    assert client.post("/v1/predictions", json=body).json()["predictions"] == [row]


def test_text_longer_than_max_tokens_is_truncated(client):
    texts = ["happy", "happy " * 100]
    rows = client.post("/v1/predictions", json={"texts": texts}).json()["predictions"]
    assert [row["truncated"] for row in rows] == [False, True]


def test_labels_are_the_models_with_their_emoji(client, tiny_emojifier):
    response = client.get("/v1/labels").json()
    assert list(response) == ["labels"]
    assert [list(row.items()) for row in response["labels"]] == [
        [("label", label), ("emoji", tiny_emojifier.emoji[label])] for label in EMOTIONS
    ]
    assert {"label": "joy", "emoji": "😂"} in response["labels"]


def test_model_has_name_version_labels_and_metrics(client, tiny_emojifier):
    response = client.get("/v1/model").json()
    assert list(response) == ["name", "version", "labels", "prior", "suggestions", "metrics"]
    assert (response["name"], response["version"]) == (tiny_emojifier.name, tiny_emojifier.version)
    assert response["labels"] == list(EMOTIONS)
    assert (response["prior"], response["suggestions"]) == (tiny_emojifier.prior, [])


def test_model_has_the_prior_in_use_and_the_suggestions(make_client, heads_home):
    response = make_client(tweetmoji.load(heads_home, prior="uniform")).get("/v1/model").json()
    assert response["prior"] == dict.fromkeys(EMOTIONS, 1 / 6)
    assert response["suggestions"] == ["🐶", "🐱", "☔", "🌞"]


def test_predictions_have_none_and_it_lowers_the_confidence(heads_client, heads_emojifier):
    texts = ["so happy", "happy http", "http"]
    rows = heads_client.post("/v1/predictions", json={"texts": texts}).json()["predictions"]
    assert rows == [vars(expected) for expected in heads_emojifier.predict(texts)]
    assert rows[0]["none"] < rows[1]["none"] < rows[2]["none"]
    for row in rows:
        assert row["confidence"] == (1 - row["none"]) * max(row["scores"].values())


def test_tweets_have_an_emoji_whatever_none_is(heads_client, heads_emojifier):
    expected = heads_emojifier("http")
    assert expected.confidence < 0.01
    response = heads_client.get("/tweets?text=http").json()
    assert response == {"confidence": f"{expected.confidence:.7f}", "emoji": expected.emoji}


@pytest.mark.parametrize(("fields", "k"), [({}, 3), ({"k": 1}, 1), ({"k": 2.0}, 2), ({"k": 100}, 100)])
def test_suggestions_are_the_librarys_in_order(heads_client, heads_emojifier, fields, k):
    texts = [*TEXTS, "my dog", "my cat"]
    response = heads_client.post("/v1/suggestions", json={"texts": texts} | fields)
    assert response.status_code == 200
    assert response.json() == {"suggestions": [[vars(row) for row in heads_emojifier.suggest(t, k)] for t in texts]}
    assert list(response.json()["suggestions"][0][0]) == ["emoji", "probability"]
    assert response.json()["suggestions"][-2][0]["emoji"] == "🐶"


def test_suggestions_for_1024_texts_keep_their_order(heads_client, heads_emojifier):
    texts = [f"{word} {i}" for i in range(256) for word in ("dog", "cat", "rain", "sun")]
    rows = heads_client.post("/v1/suggestions", json={"texts": texts, "k": 1}).json()["suggestions"]
    assert rows == [[vars(suggestion) for suggestion in heads_emojifier.suggest(text, 1)] for text in texts]
    assert [row[0]["emoji"] for row in rows[:4]] == ["🐶", "🐱", "☔", "🌞"]


def test_suggestions_of_a_model_without_them_are_404(client, check_problem):
    problem = check_problem(client.post("/v1/suggestions", json={"texts": ["my dog"]}), 404)
    assert problem["detail"] == "this model has no suggestions; serve one that was trained with them"


@pytest.mark.parametrize("text", ["I am so happy, and not sad 😂", "R&amp;B &lt;3 \n\u00e9", *TEXTS], ids=ascii)
def test_explanation_is_the_librarys(heads_client, heads_emojifier, text):
    response = heads_client.post("/v1/explanations", json={"text": text})
    expected = heads_emojifier.explain(text)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert list(response.json().items()) == [
        ("prediction", vars(expected.prediction)),
        ("words", [vars(word) for word in expected.words]),
    ]
    assert all(list(word) == ["start", "end", "weight"] for word in response.json()["words"])


def test_prediction_of_an_explanation_is_that_of_predictions(client):
    [prediction] = client.post("/v1/predictions", json={"texts": ["so happy"]}).json()["predictions"]
    assert client.post("/v1/explanations", json={"text": "so happy"}).json()["prediction"] == prediction


def test_explanation_of_64_words_is_200_and_of_65_is_422(client, check_problem):
    assert len(client.post("/v1/explanations", json={"text": "day " * 64}).json()["words"]) == 64
    problem = check_problem(client.post("/v1/explanations", json={"text": "day " * 65}), 422)
    message = "the text has 65 words; expected at most 64: explain a part of it at a time"
    assert problem["errors"] == [{"field": "text", "message": message}]
    assert problem["detail"] == f"text: {message}"


def test_explanation_is_429_where_a_prediction_is(make_client, gated_emojifier, check_problem):
    client = make_client(gated_emojifier, threads=1, queue_ms=1)

    async def run():
        async with client.connect() as http, asyncio.timeout(30):
            first = asyncio.create_task(http.post("/v1/explanations", json={"text": "so happy"}))
            await gated_emojifier.wait_until_called()
            refused = await http.post("/v1/explanations", json={"text": "the cat and the dog and the rain today"})
            gated_emojifier.gate.set()
            return refused, await first

    refused, first = asyncio.run(run())
    assert "tokens are already waiting" in check_problem(refused, 429)["detail"]
    assert int(refused.headers["retry-after"]) >= 1
    assert len(first.json()["words"]) == 2


METRICS = ["weights", "source", "split", "n", "accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece"]
POINT = {"coverage": 0.5, "n": 30, "min_confidence": 0.75, "accuracy": 0.875}


def test_metrics_are_those_of_metrics_json(make_client, measured_emojifier):
    def measure(weights, split, accuracy):
        metrics = {"n": 7, "accuracy": accuracy, "balanced_accuracy": 0.5, "macro_f1": 0.4, "log_loss": 0.9, "ece": 0.1}
        return {
            "weights": weights,
            "source": "tweeteval",
            "split": split,
            "metrics": metrics | {"per_class": {"joy": {"n": 7}}},
        }

    emojifier = measured_emojifier({"evaluations": [measure("float32", "val", 0.25), measure("int8", "test", 0.75)]})
    metrics = make_client(emojifier).get("/v1/model").json()["metrics"]
    assert metrics == [
        dict(zip(METRICS, ["float32", "tweeteval", "val", 7, 0.25, 0.5, 0.4, 0.9, 0.1], strict=True), selective=[]),
        dict(zip(METRICS, ["int8", "tweeteval", "test", 7, 0.75, 0.5, 0.4, 0.9, 0.1], strict=True), selective=[]),
    ]
    assert list(metrics[0]) == [*METRICS, "selective"]


OF_NONE = POINT | {"n": 40}


@pytest.fixture
def read_curve(make_client, tmp_path):
    """Read the curve of a model with two measured ones: of the score, and of the confidence that none lowers."""

    def read(artifact, prior=None):
        measured = dict.fromkeys(("n", "accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece"), 0.5)
        row = {"weights": "int8", "source": "made", "split": "val", "labels": list(artifact.config.labels)}
        row |= {"metrics": measured, "selective": [POINT | {"more": 1}], "none": {"n": 10, "selective": [OF_NONE]}}
        changed = with_changes(artifact, metrics={"evaluations": [row]})
        write_artifact(replace(changed, folder=tmp_path / "measured"))
        client = make_client(tweetmoji.load(tmp_path / "measured", prior=prior))
        [metrics] = client.get("/v1/model").json()["metrics"]
        return metrics["selective"]

    return read


def test_curve_is_that_of_the_confidence(read_curve, tiny_artifact, heads_artifact):
    assert read_curve(tiny_artifact) == [POINT]
    assert read_curve(heads_artifact) == [OF_NONE]


def test_curve_is_left_out_where_another_prior_changes_the_confidence(read_curve, tiny_artifact):
    labels = tiny_artifact.config.labels
    other = dict(zip(labels, [0.5, *[0.1] * 5], strict=True))
    assert read_curve(tiny_artifact, tiny_artifact.config.prior) == [POINT]
    assert read_curve(tiny_artifact, other) == []


def test_model_without_metrics_has_an_empty_list(make_client, measured_emojifier):
    assert make_client(measured_emojifier({})).get("/v1/model").json()["metrics"] == []


def test_healthz_and_readyz_are_200(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_readyz_is_503_after_shutdown_and_healthz_200(make_client, tiny_emojifier, check_problem):
    client = make_client(tiny_emojifier)
    client.shut_down()
    for response in (client.get("/readyz"), client.get("/tweets?text=a")):
        assert "shutting down" in check_problem(response, 503)["detail"]
        assert int(response.headers["retry-after"]) >= 1
    assert client.get("/healthz").status_code == 200


def test_full_queue_is_429_at_once_and_drains(make_client, gated_emojifier, check_problem):
    client = make_client(gated_emojifier, threads=1, queue_ms=1)

    async def run():
        async with client.connect() as http, asyncio.timeout(30):
            full = asyncio.create_task(http.post("/v1/predictions", json={"texts": ["a"] * 1024}))
            small = asyncio.create_task(http.post("/v1/predictions", json={"texts": ["a"] * 200}))
            await gated_emojifier.wait_until_called()
            while client.app.state.predictor.queue.queued_tokens < 2 * 1224:  # until both wait
                await asyncio.sleep(0)
            refused = [
                await http.get("/tweets?text=b"),
                await http.post("/v1/predictions", json={"texts": ["b"] * 600}),
            ]
            others = [await http.get("/readyz"), await http.get("/healthz"), await http.get("/v1/model")]
            gated_emojifier.gate.set()
            return refused, others, await full, await small, await http.get("/tweets?text=b")

    refused, others, full, small, later = asyncio.run(run())
    for response in refused:
        assert "texts of some 2448 tokens are already waiting" in check_problem(response, 429)["detail"]
        assert response.headers["retry-after"].isdecimal()
    assert len(small.json()["predictions"]) == 200
    assert [response.status_code for response in others] == [200] * 3
    assert len(full.json()["predictions"]) == 1024
    assert later.status_code == 200


@pytest.mark.parametrize("path", ["/tweets", "/v1/predictions"])
def test_request_beyond_its_deadline_is_504(make_client, gated_emojifier, check_problem, path):
    client = make_client(gated_emojifier, threads=1, queue_ms=1, timeout_s=0.1)
    response = client.post(path, json={"text": "a"} if path == "/tweets" else {"texts": ["a"]})
    assert "not predicted within 0.1 seconds" in check_problem(response, 504)["detail"]


def test_readyz_is_503_while_a_worker_hangs(make_client, gated_emojifier, check_problem):
    client = make_client(gated_emojifier, threads=1, hang_s=0.1)

    async def run():
        async with client.connect() as http, asyncio.timeout(30):
            hanging = asyncio.create_task(http.get("/tweets?text=a"))
            await gated_emojifier.wait_until_called()
            while (ready := await http.get("/readyz")).status_code == 200:
                await asyncio.sleep(0.01)
            alive = await http.get("/healthz")
            gated_emojifier.gate.set()
            await hanging
            return ready, alive

    ready, alive = asyncio.run(run())
    assert "computing for more than 0.1 seconds" in check_problem(ready, 503)["detail"]
    assert alive.status_code == 200


def test_concurrent_requests_get_their_own_predictions(client, tiny_emojifier):
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


def test_replaced_emoji_are_predicted(make_client, tiny_folder):
    client = make_client(tweetmoji.load(tiny_folder, threads=1, emoji={"joy": "😊"}))
    assert client.get("/tweets?text=happy").json()["emoji"] == "😊"
    assert {"label": "joy", "emoji": "😊"} in client.get("/v1/labels").json()["labels"]
