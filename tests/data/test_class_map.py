"""``class_map.toml``, and ``marginalize`` from the model's labels to the classes of a source."""

import tomllib
from importlib import resources

import numpy as np
import pytest

from tweetmoji import EMOTIONS
from tweetmoji.data.class_map import identity_map, marginalize, parse_source_labels, read_source_labels

GOEMOTIONS_GROUPS = {
    "joy": "admiration amusement excitement gratitude joy optimism pride relief",
    "love": "love caring desire",
    "anger": "anger annoyance disgust",
    "fear": "fear nervousness",
    "sadness": "sadness disappointment grief remorse",
    "surprise": "surprise",
    None: "approval confusion curiosity disapproval embarrassment realization neutral",
}
TWEETEVAL = {"anger": ("anger",), "joy": ("joy", "love"), "sadness": ("sadness",)}


def read_tables():
    content = resources.files("tweetmoji.data").joinpath("class_map.toml").read_text(encoding="utf-8")
    return tomllib.loads(content)


def test_class_map_toml_gives_a_reason_for_every_choice():
    rows = {
        f"{source}.{kind}.{name}": row
        for source, table in read_tables().items()
        for kind in ("labels", "classes")
        for name, row in table[kind].items()
    }
    assert len(rows) == 4 + 3 + 28 + 6
    assert [name for name, row in rows.items() if not row["because"].strip()] == []


@pytest.mark.parametrize("source", list(read_tables()))
def test_every_class_has_a_label_that_counts_as_it(source):
    source_labels = read_source_labels(source)
    assert set(source_labels.classes) == set(source_labels.labels.values()) - {None}


@pytest.mark.parametrize("source", list(read_tables()))
def test_no_emotion_counts_as_two_classes(source):
    counted = [emotion for emotions in read_source_labels(source).class_map.values() for emotion in emotions]
    assert len(counted) == len(set(counted))


def test_read_source_labels_of_goemotions():
    expected = {name: emotion for emotion, names in GOEMOTIONS_GROUPS.items() for name in names.split()}
    source_labels = read_source_labels("goemotions")
    assert source_labels.labels == expected
    assert source_labels.classes == EMOTIONS
    assert source_labels.class_map == {emotion: (emotion,) for emotion in EMOTIONS}


def test_read_source_labels_of_tweeteval():
    source_labels = read_source_labels("tweeteval")
    assert source_labels.labels == {"anger": "anger", "joy": "joy", "optimism": "joy", "sadness": "sadness"}
    assert source_labels.classes == ("anger", "joy", "sadness")
    assert source_labels.class_map == TWEETEVAL


def test_read_source_labels_of_an_unknown_source_is_a_key_error():
    with pytest.raises(KeyError, match="nowhere"):
        read_source_labels("nowhere")


def table(counts_as="joy", counts=("joy",)):
    return {"labels": {"glee": {"as": counts_as}}, "classes": {"joy": {"counts": list(counts)}}}


def test_parse_source_labels_reads_none_as_no_class():
    assert parse_source_labels(table("none"), "mine").labels == {"glee": None}


def test_parse_source_labels_names_an_unknown_class():
    with pytest.raises(ValueError, match=r"^mine: labels map to \['jo'\]; expected one of \['joy'\]$"):
        parse_source_labels(table("jo"), "mine")


def test_parse_source_labels_names_an_unknown_emotion():
    with pytest.raises(ValueError, match=r"^mine: classes count \['glee'\]; expected some of sadness, joy, love"):
        parse_source_labels(table(counts=["joy", "glee"]), "mine")


def test_identity_map_keeps_the_order_of_the_labels():
    assert list(identity_map(["joy", "anger"]).items()) == [("joy", ("joy",)), ("anger", ("anger",))]


def test_marginalize_sums_the_labels_of_a_class_and_leaves_out_the_others():
    probabilities = np.array([[0.1, 0.2, 0.15, 0.05, 0.4, 0.1]])
    marginal = marginalize(probabilities, EMOTIONS, TWEETEVAL)
    assert marginal == pytest.approx(np.array([[0.05, 0.35, 0.1]]) / 0.5)


def test_marginalize_lets_two_labels_outweigh_the_most_probable_one():
    probabilities = np.array([[0.4, 0.3, 0.3, 0.0, 0.0, 0.0]])
    assert marginalize(probabilities, EMOTIONS, TWEETEVAL).argmax(axis=1).tolist() == [1]


def test_marginalize_returns_columns_in_the_order_of_the_class_map():
    reversed_classes = dict(reversed(TWEETEVAL.items()))
    probabilities = np.random.default_rng(0).dirichlet(np.ones(6), size=20)
    expected = marginalize(probabilities, EMOTIONS, TWEETEVAL)[:, ::-1]
    assert marginalize(probabilities, EMOTIONS, reversed_classes) == pytest.approx(expected)


def test_marginalize_by_the_identity_map_changes_nothing():
    probabilities = np.random.default_rng(0).dirichlet(np.ones(6), size=20)
    assert marginalize(probabilities, EMOTIONS, identity_map(EMOTIONS)) == pytest.approx(probabilities)


def test_marginalize_of_a_row_without_probability_for_the_classes_is_uniform():
    probabilities = np.array([[0, 0, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0]], dtype=np.float32)
    assert marginalize(probabilities, EMOTIONS, TWEETEVAL).tolist() == [[1 / 3, 1 / 3, 1 / 3], [1, 0, 0]]


def test_marginalize_keeps_the_ratio_of_subnormal_probabilities():
    tiny = np.finfo(np.float32).smallest_subnormal
    probabilities = np.array([[3 * tiny, tiny, 0, 0, 1, 0]], dtype=np.float32)
    assert marginalize(probabilities, EMOTIONS, TWEETEVAL) == pytest.approx(np.array([[0, 0.25, 0.75]]))


def test_marginalize_returns_float64_rows_that_sum_to_one():
    probabilities = np.random.default_rng(0).dirichlet(np.ones(6), size=200).astype(np.float32)
    marginal = marginalize(probabilities, EMOTIONS, TWEETEVAL)
    assert marginal.dtype == np.float64
    assert marginal.sum(axis=1) == pytest.approx(np.ones(200), abs=1e-12)


def test_marginalize_of_no_texts_has_no_rows():
    assert marginalize(np.empty((0, 6)), EMOTIONS, TWEETEVAL).shape == (0, 3)


def test_marginalize_refuses_a_class_that_counts_unknown_labels():
    with pytest.raises(ValueError, match=r"'calm' counts disgust, pride; expected labels of the model: sadness, joy"):
        marginalize(np.ones((1, 6)) / 6, EMOTIONS, {"calm": ("disgust", "joy", "pride")})


def test_marginalize_refuses_an_empty_class_map():
    with pytest.raises(ValueError, match="class_map is empty; expected at least one class"):
        marginalize(np.ones((1, 6)) / 6, EMOTIONS, {})


@pytest.mark.parametrize("shape", [(2, 5), (6,)])
def test_marginalize_refuses_shapes_that_do_not_fit(shape):
    with pytest.raises(ValueError, match=r"probabilities have shape \(.*expected \(n, 6\)"):
        marginalize(np.ones(shape), EMOTIONS, TWEETEVAL)
