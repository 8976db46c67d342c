"""Both forms of provenance are read, and nothing is made of what is not there."""

from tweetmoji.data.sources.hub import SHA256
from tweetmoji.evaluate.report.provenance import find_base, list_stages, read_training_data


def test_todays_form_names_each_source_with_its_counts():
    home, own = read_training_data(
        {
            "data": {
                "emotion": {"train_texts": 15984, "removed_texts": 16, "sha256": dict(SHA256)},
                "table": {"train_texts": 50, "removed_texts": 0, "sha256": {"all": "ab" * 32}},
            }
        }
    )
    assert (home.title, home.train_texts, home.removed_texts) == ("Emotions", 15984, 16)
    assert (own.title, own.dataset, own.train_texts, own.removed_texts) == ("table", None, 50, 0)


def test_the_first_form_has_the_digests_of_the_home_dataset_alone():
    (home,) = read_training_data({"data_sha256": dict(SHA256)})
    assert (home.title, home.train_texts, home.removed_texts, home.sha256) == ("Emotions", None, None, SHA256)


def test_stages_follow_one_another_and_of_each_source_the_stage_with_most_texts_counts():
    def take(n):
        return {"train_texts": n, "removed_texts": 16, "sha256": dict(SHA256)}

    first = {"base": "all-MiniLM-L6-v2", "data": {"emotion": take(15984), "synthetic": take(8000)}}
    second = {"base": "student-hf", "base_provenance": first, "data": {"tweeteval": take(3256), "emotion": take(5000)}}
    assert list_stages(second) == [first, second]
    assert list_stages(first) == [first]
    assert {part.source: part.train_texts for part in read_training_data(second)} == {
        "emotion": 15984,
        "synthetic": 8000,
        "tweeteval": 3256,
    }
    assert find_base(second) == ("sentence-transformers/all-MiniLM-L6-v2", "apache-2.0")


def test_a_model_that_says_nothing_has_no_training_data():
    assert read_training_data({"base": "seeded noise"}) == []


def test_a_base_is_known_by_its_id_or_by_its_folder():
    known = ("sentence-transformers/all-MiniLM-L6-v2", "apache-2.0")
    assert find_base({"base": "all-MiniLM-L6-v2"}) == find_base({"base": known[0]}) == known
    assert find_base({"base": "someone/all-MiniLM-L6-v2"}) == ("someone/all-MiniLM-L6-v2", "")
    assert find_base({}) == ("", "")
