"""`render_model_card`: metadata as the Hub reads it, and sections only where there is content."""

import copy
from dataclasses import replace

import pytest

for package in ("matplotlib", "jinja2", "huggingface_hub"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[evaluate]'")
yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: pip install '.[evaluate]'")

from huggingface_hub import ModelCard  # noqa: E402 - without it there is nothing to import

from tweetmoji.evaluate.report.model_card import render_model_card  # noqa: E402
from tweetmoji.evaluate.report.plots import has_confusion, name_confusion  # noqa: E402
from tweetmoji.runtime.artifact import SHIPPED, with_changes  # noqa: E402


@pytest.fixture
def render(artifact):
    """Render the card of a scorecard, by default for the tiny model."""

    def render_card(scorecard, model=artifact):
        confusions = [name_confusion(row) for row in scorecard["evaluations"] if has_confusion(row)]
        return render_model_card(scorecard, model, ["reliability", "selective", *confusions, "behavior"])

    return render_card


@pytest.fixture
def with_provenance(artifact):
    return lambda provenance: with_changes(artifact, config=replace(artifact.config, provenance=provenance))


def read_front_matter(card):
    start, front_matter, _ = card.split("---\n", 2)
    assert start == ""
    return yaml.safe_load(front_matter)


def headings_of(card):
    return [line.removeprefix("## ") for line in card.splitlines() if line.startswith("## ")]


def test_metadata_has_the_fields_of_the_hub(full, render):
    front_matter = read_front_matter(render(full))
    index = front_matter.pop("model-index")
    assert front_matter == {
        "language": "en",
        "license": "apache-2.0",
        "library_name": "tweetmoji",
        "pipeline_tag": "text-classification",
        "tags": ["emoji", "emotion", "tweets", "onnx"],
        "datasets": ["dair-ai/emotion"],
        "base_model": "sentence-transformers/all-MiniLM-L6-v2",
        "metrics": ["accuracy", "f1", "recall", "brier_score"],
    }
    assert index[0]["name"] == "tiny"
    emotion, tweeteval = index[0]["results"]
    assert emotion == {
        "task": {"type": "text-classification", "name": "Text Classification"},
        "dataset": {
            "name": "Emotion (dair-ai), 2 classes",
            "type": "dair-ai/emotion",
            "config": "split",
            "split": "validation",
        },
        "metrics": [
            {"type": "accuracy", "name": "accuracy", "value": 0.811},
            {"type": "f1", "name": "macro-F1", "value": 0.831},
            {"type": "recall", "name": "balanced accuracy", "value": 0.821},
            {"type": "brier_score", "name": "Brier score", "value": 0.861},
        ],
    }
    assert tweeteval["dataset"]["type"] == "cardiffnlp/tweet_eval"


def test_hugging_face_model_card_reads_the_card(full, render):
    data = ModelCard(render(full)).data
    assert (data.model_name, data.base_model) == ("tiny", "sentence-transformers/all-MiniLM-L6-v2")
    assert [(result.dataset_name, result.metric_type) for result in data.eval_results][:2] == [
        ("Emotion (dair-ai), 2 classes", "accuracy"),
        ("Emotion (dair-ai), 2 classes", "f1"),
    ]


def test_the_card_has_every_section_if_there_is_content(full, render):
    card = render(full)
    assert headings_of(card) == [
        *(
            "Model description",
            "How to use",
            "Intended use",
            "Limits and bias",
            "Training data",
            "Training",
            "Evaluation",
        ),
        *("Environment", "License", "Citation"),
    ]
    assert (
        "| Emotion (dair-ai) | emotion | 15,984 | 16 | train 3ab03d945a6c…, val 34faaa31962f…, test 60f531690d20… |"
        in card
    )
    assert "Training texts that are also in an evaluation split" in card
    assert "research and education" in card
    assert "| encoder lr | 0.0002 |" in card
    assert "| temperature fitted on val | 1.0 |" in card
    assert "| Emotion (dair-ai) val | 10 | 0.811 (0.511–0.951) |" in card
    assert "| joy | 7 | 0.661 | 0.662 | 0.663 |" in card
    assert "### rival fedcba987654 minus this model" in card
    assert "| irony | 1 | 4 | 0.25 (0.12–0.62) | 2 |" in card
    assert "passes the smallest share of the behavioral cases below for: irony (1 of 4), case (3 of 3)." in card
    assert "](plots/confusion-tweeteval-val.png)" in card
    assert "python 3.11.0, numpy 2.0.0, Some CPU, Linux x86\\_64." in card
    assert "Scored on, but not trained on:\n\n- **TweetEval emotion**" in card
    assert card.count("- Saravia et al. 2018") == card.count("- Barbieri et al. 2020") == 1


def test_sections_without_content_are_left_out(splits_only, cases_only, render):
    card = render(splits_only)
    assert "minus this model" not in card
    assert "Behavioral cases" not in card
    assert "smallest share" not in card
    card = render(cases_only)
    assert "reliability.png" not in card
    assert "| behavioral cases | 4 of 7 |" in card
    assert not {"metrics", "model-index"} & set(read_front_matter(card))
    nothing = render(cases_only | {"behavior": None})
    assert "Evaluation" not in headings_of(nothing)


def test_a_model_that_tweetmoji_did_not_train_has_no_training_sections(cases_only, render, with_provenance):
    card = render(cases_only, with_provenance({"base": "seeded noise"}))
    assert not {"Training data", "Training", "Citation"} & set(headings_of(card))
    assert not {"license", "datasets", "base_model"} & set(read_front_matter(card))
    assert "Unknown. It depends on the license of the base model" in card
    assert "int8" not in card


def test_each_stage_has_a_column_of_settings_and_distillation_is_named(cases_only, render, with_provenance):
    student = {"base": "all-MiniLM-L6-v2", "data": {}, "settings": {"seed": 0, "epochs": 4}, "distillation": {}}
    last = {"base": "student-hf", "data": {}, "settings": {"seed": 0, "augment": 0.25}}
    card = render(cases_only, with_provenance(last | {"base_provenance": student}))
    assert "| setting | step 1 | step 2 |" in card
    assert "| epochs | 4 | – |" in card
    assert "| augment | – | 0.25 |" in card
    assert "In step 1 of 2 it also learned from a larger model's predictions for unlabeled texts" in card
    assert read_front_matter(card)["base_model"] == "sentence-transformers/all-MiniLM-L6-v2"
    assert "\n`tweetmoji distill` and then `tweetmoji train` fine-tuned" in card
    assert "unlabeled" not in render(cases_only, with_provenance(last))


def test_a_student_of_one_stage_has_no_steps(cases_only, render, with_provenance):
    student = {"base": "all-MiniLM-L6-v2", "data": {}, "settings": {"seed": 0}, "distillation": {}}
    card = render(cases_only, with_provenance(student))
    assert "\n`tweetmoji distill` fine-tuned" in card
    assert "\nIt also learned from a larger model's predictions for unlabeled texts (knowledge distillation).\n" in card
    assert "step" not in card


def test_what_an_epoch_takes_and_the_denials_have_columns_if_some_source_has_them(cases_only, render, with_provenance):
    written = {"train_texts": 6000, "removed_texts": 3, "sha256": {"train": "ab" * 32}}
    emotion = written | {"train_texts": 15286, "removed_denials": 698}
    data = {"emotion": emotion, "written": written | {"epoch_texts": 13000}}
    card = render(cases_only, with_provenance({"base": "b", "settings": {}, "data": data}))
    columns = "| dataset | source | texts trained on | texts of an epoch | left out | denials left out | SHA-256 |"
    assert columns in card
    assert "| emotion | 15,286 | all | 3 | 698 | train" in card
    assert "| written | 6,000 | 13,000 | 3 | – | train" in card
    assert "\nTraining texts that deny a feeling were left out where the labels overlook the denial.\n" in card
    assert "each epoch draws others" in card
    card = render(cases_only, with_provenance({"base": "b", "settings": {}, "data": {"written": written}}))
    assert "| dataset | source | texts trained on | left out | SHA-256 |" in card
    assert "deny" not in card
    assert "each epoch" not in card


def test_every_calibration_is_named_with_its_value(cases_only, full, render, heads_artifact):
    card = render(full)
    assert (
        "| prior fitted on val | sadness 0.300, joy 0.300, love 0.100, anger 0.100, fear 0.100, surprise 0.100 |"
        in card
    )
    assert "- the prior, the share of each label" in card
    assert "of none" not in card
    assert "suggestions" not in card
    provenance = {"base": "b", "settings": {"seed": 0}, "data": {}}
    config = replace(heads_artifact.config, provenance=provenance)
    card = render(cases_only, with_changes(heads_artifact, config=config))
    assert "| slope and offset of none fitted on val | 0.9, -0.5 |" in card
    assert "| temperature of suggestions fitted on val | 2.0 |" in card
    assert "- slope and offset of the probability of none" in card
    assert "- the temperature of the suggestions' softmax\n" in card


def test_a_table_is_no_public_dataset(cases_only, render, with_provenance):
    data = {"table": {"train_texts": 50, "removed_texts": 0, "sha256": {"full": "ab" * 32}}}
    card = render(cases_only, with_provenance({"base": "me/mine", "data": data, "settings": {}}))
    assert "| table | table | 50 | 0 | full abababababab… |" in card
    front_matter = read_front_matter(card)
    assert front_matter["base_model"] == "me/mine"
    assert "datasets" not in front_matter


def test_names_and_labels_are_escaped(cases_only, render, artifact):
    labels = ("<b>", "a|b")
    config = replace(artifact.config, name="my_*model*", labels=labels, emoji={"<b>": "😀", "a|b": "|"})
    card = render(cases_only, with_changes(artifact, config=config))
    assert "| \\<b\\> | 😀 |\n| a\\|b | \\| |" in card
    assert "A text classifier with 2 labels" in card
    assert "# my\\_\\*model\\*\n" in card
    assert 'tweetmoji.load("my_*model*")' in card


def test_the_shipped_model_is_loaded_without_a_path(cases_only, render, artifact):
    assert "tweetmoji.load()" in render(cases_only, replace(artifact, folder=SHIPPED))


def test_the_best_epoch_is_in_the_settings_if_it_is_known(full, render, artifact):
    assert "epoch chosen" not in render(full)
    assert "| epoch chosen on val | 3 |" in render(full, with_changes(artifact, metrics={"best_epoch": 3}))


def test_a_changed_metric_changes_its_cell_alone(full, render):
    changed = copy.deepcopy(full)
    changed["evaluations"][1]["metrics"]["per_class"]["love"]["recall"] = 0.123
    before, after = render(full).splitlines(), render(changed).splitlines()
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == [
        ("| love | 3 | 0.671 | 0.672 | 0.673 |", "| love | 3 | 0.671 | 0.123 | 0.673 |")
    ]


def test_card_names_own_data_without_a_link_to_the_hub(splits_only, evaluation_of, render, with_provenance):
    scorecard = splits_only | {"evaluations": [evaluation_of("annotated", "test")]}
    data = {"written": {"train_texts": 3463, "removed_texts": 0, "sha256": {"train": "ab" * 32}}}
    card = render(scorecard, with_provenance({"base": "b", "settings": {}, "data": data}))
    front_matter = read_front_matter(card)
    assert "datasets" not in front_matter
    (result, *_) = front_matter["model-index"][0]["results"]
    assert result["dataset"] == {"name": "Annotated tweets, 2 classes", "type": "annotated", "split": "test"}
    assert "- **Written texts**: CC0 1.0." in card
    assert "- **Annotated tweets**. Tweets of TweetEval as people wrote them" in card


def test_details_are_sections_of_the_evaluation(detailed, full, render):
    card = render(detailed)
    assert "### None\n\nAll texts of these splits." in card
    assert "|  | Emotion (dair-ai) val |\n| --- | ---: |\n| texts with an emotion | 10 |\n" in card
    assert "| minimal pairs, both sides | 2 of 8: 0.25 (0.07–0.59) |" in card
    assert "| balanced accuracy, uniform prior | 0.602 (0.100–0.900) |" in card
    assert "| top-3 accuracy | 0.922 (0.591–0.951) |" in card
    assert "confusion-emoji-val" not in card
    assert "### None" not in render(full)


def test_none_and_suggestions_are_described_if_the_model_has_them(cases_only, render, heads_artifact):
    assert "labels and nothing else. A text without feeling" in render(cases_only)
    card = render(cases_only, heads_artifact)
    assert "labels. A text that probably has none of them" in card
    assert "\nIt also suggests which of 4 emoji people would add to a text: 🐶 🐱 ☔ 🌞\n" in card
    assert "suggests" not in render(cases_only)
