"""`list_stages`, `read_training_data` and `find_base`: what ``config.json`` says of a model's training."""

from tweetmoji.data.sources.hub import SHA256
from tweetmoji.evaluate.report.provenance import find_base, list_stages, name_commands, read_training_data


def make_stage(base="all-MiniLM-L6-v2", **changes):
    return {"base": base, "base_sha256": "cd" * 32, "data": {}, "settings": {"seed": 0}} | changes


def make_source(train_texts):
    return {"train_texts": train_texts, "removed_texts": 16, "sha256": dict(SHA256)}


def test_read_training_data_names_each_source_with_its_counts():
    table = {"train_texts": 50, "removed_texts": 0, "sha256": {"full": "ab" * 32}}
    emotion, own = read_training_data(make_stage(data={"emotion": make_source(15984), "table": table}))
    assert (emotion.title, emotion.train_texts, emotion.removed_texts) == ("Emotion (dair-ai)", 15984, 16)
    assert (own.title, own.dataset, own.train_texts, own.removed_texts) == ("table", None, 50, 0)


def test_read_training_data_counts_the_stage_with_most_texts_of_a_source():
    first = make_stage(data={"emotion": make_source(15984), "synthetic": make_source(8000)})
    data = {"tweeteval": make_source(3256), "emotion": make_source(5000)}
    second = make_stage("student-hf", base_provenance=first, data=data)
    assert {part.source: part.train_texts for part in read_training_data(second)} == {
        "emotion": 15984,
        "synthetic": 8000,
        "tweeteval": 3256,
    }


def test_read_training_data_knows_the_texts_of_an_epoch_and_the_denials():
    emotion = make_source(15286) | {"epoch_texts": 9000, "removed_denials": 698}
    first, second = read_training_data(make_stage(data={"emotion": emotion, "written": make_source(6000)}))
    assert (first.epoch_texts, first.removed_denials) == (9000, 698)
    assert (second.epoch_texts, second.removed_denials) == (None, None)


def test_name_commands_names_distill_for_a_stage_that_had_a_teacher():
    student, plain = make_stage(distillation={}), make_stage()
    assert name_commands([plain]) == name_commands([plain, plain]) == ["tweetmoji train"]
    assert name_commands([student]) == ["tweetmoji distill"]
    assert name_commands([student, plain]) == ["tweetmoji distill", "tweetmoji train"]


def test_list_stages_begins_with_the_first():
    first = make_stage()
    second = make_stage("student-hf", base_provenance=first)
    assert list_stages(second) == [first, second]
    assert list_stages(first) == [first]


def test_a_model_that_tweetmoji_did_not_train_has_no_stages():
    provenance = {"base": "seeded noise"}
    assert list_stages(provenance) == read_training_data(provenance) == []
    assert find_base(provenance) == ("", "")


def test_find_base_knows_a_base_by_its_id_or_by_its_folder():
    known = ("sentence-transformers/all-MiniLM-L6-v2", "apache-2.0")
    assert find_base(make_stage("all-MiniLM-L6-v2")) == find_base(make_stage(known[0])) == known
    assert find_base(make_stage("someone/all-MiniLM-L6-v2")) == ("someone/all-MiniLM-L6-v2", "")


def test_find_base_is_that_of_the_first_stage():
    second = make_stage("student-hf", base_provenance=make_stage())
    assert find_base(second) == ("sentence-transformers/all-MiniLM-L6-v2", "apache-2.0")
