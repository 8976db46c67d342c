"""The folder for transformers: calibrated float32 probabilities, in the stock pipeline."""

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

import transformers  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

from tweetmoji import ArtifactError, FolderError, TrainingError  # noqa: E402
from tweetmoji.emotions import EMOTIONS, NONE  # noqa: E402
from tweetmoji.runtime.artifact import TOKENIZER, read_artifact, with_changes  # noqa: E402
from tweetmoji.runtime.classifier import Classifier  # noqa: E402
from tweetmoji.runtime.softmax import softmax  # noqa: E402
from tweetmoji.runtime.tokenizer import TweetTokenizer  # noqa: E402
from tweetmoji.text import normalize  # noqa: E402
from tweetmoji.train import export_hugging_face  # noqa: E402
from tweetmoji.train.export import hugging_face  # noqa: E402
from tweetmoji.train.export.onnx import export_onnx  # noqa: E402
from tweetmoji.train.loop.checkpoints import checkpoint_folder, read_best_network  # noqa: E402
from tweetmoji.train.loop.network import PROVENANCE, compute_logits, load_base  # noqa: E402

TEXTS = (
    "i feel so lonely",
    "I am #SoHappy today 😀",
    "she made me furious!!! &amp; hostile",
    "@someone right now i am scared https://example.org",
    "",
    "so amazed about all of it and so is she this morning and i told her so and she told me right now",
)
"""Texts that normalization changes, one without a word, and one of more tokens than the model reads."""


@pytest.fixture(scope="module")
def model_folder(finished_run) -> Path:
    """A finished model, with its checkpoints beside it; not to be changed."""
    return finished_run.out


@pytest.fixture(scope="module")
def exported(model_folder, tmp_path_factory) -> Path:
    """The finished model for transformers; not to be changed."""
    return export_hugging_face(model_folder, tmp_path_factory.mktemp("hugging") / "toy-hf")


@pytest.fixture(scope="module")
def classify(exported):
    return transformers.pipeline("text-classification", model=str(exported), top_k=None, truncation=True)


@pytest.fixture
def copied(model_folder, tmp_path) -> Path:
    """A copy of the finished model and its checkpoints, to be damaged."""
    copy = tmp_path / model_folder.name
    shutil.copytree(model_folder, copy)
    shutil.copytree(checkpoint_folder(model_folder), checkpoint_folder(copy))
    return copy


def in_columns(answers):
    """Scores of the pipeline, which sorts them, in the order of our labels."""
    scores = [{row["label"]: row["score"] for row in answer} for answer in answers]
    return np.array([[row[label] for label in EMOTIONS] for row in scores])


def read_tokenizer(folder):
    config = read_artifact(folder).config
    return TweetTokenizer(Tokenizer.from_file(str(folder / TOKENIZER)), config.max_tokens)


def edit_json(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def assert_refused(folder, out, match, error=TrainingError):
    """The export fails with a message of one line, and leaves nothing behind."""
    before = set(folder.parent.iterdir())
    with pytest.raises(error, match=match) as caught:
        export_hugging_face(folder, out)
    assert "\n" not in str(caught.value)
    assert set(folder.parent.iterdir()) == before
    return str(caught.value)


def test_pipeline_gives_the_calibrated_probabilities_of_the_float32_network(model_folder, settings, toy, classify):
    network = toy.make_network(settings)
    network.load_state_dict(torch.load(checkpoint_folder(model_folder) / "best.pt", weights_only=True))
    session = onnxruntime.InferenceSession(export_onnx(network), providers=["CPUExecutionProvider"])
    ids = [np.array([tokens.ids], dtype=np.int64) for tokens in read_tokenizer(model_folder).encode(TEXTS)]
    logits = np.concatenate([session.run(["logits"], {"input_ids": row})[0] for row in ids])
    expected = softmax(logits, read_artifact(model_folder).config.temperature)
    assert np.abs(expected - softmax(logits)).max() > 0.01, "the temperature hardly matters, so this proves little"
    answers = classify([normalize(text) for text in TEXTS])
    assert in_columns(answers) == pytest.approx(expected, abs=1e-4)
    together = classify([normalize(text) for text in TEXTS], batch_size=len(TEXTS))
    assert in_columns(together) == pytest.approx(expected, abs=1e-4)


def test_config_has_our_labels_in_our_order(exported, classify):
    config = transformers.AutoConfig.from_pretrained(exported)
    assert config.id2label == dict(enumerate(EMOTIONS))
    assert config.label2id == {label: i for i, label in enumerate(EMOTIONS)}
    assert classify(["i am furious"])[0][0]["label"] == "anger"


def test_every_weight_is_there_in_float32(exported):
    model, report = transformers.AutoModelForSequenceClassification.from_pretrained(exported, output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_tokenizer_gives_our_ids_and_has_the_special_tokens(model_folder, settings, exported):
    tokenizer = transformers.AutoTokenizer.from_pretrained(exported)
    expected = [tokens.ids for tokens in read_tokenizer(model_folder).encode(TEXTS)]
    texts = [normalize(text) for text in TEXTS]
    assert tokenizer(texts, truncation=True)["input_ids"] == expected
    assert max(map(len, expected)) == tokenizer.model_max_length == settings.max_tokens
    names = (tokenizer.pad_token, tokenizer.unk_token, tokenizer.cls_token, tokenizer.sep_token)
    assert names == ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
    assert len(tokenizer) == Tokenizer.from_file(str(model_folder / TOKENIZER)).get_vocab_size()
    saved = json.loads((exported / "tokenizer_config.json").read_text(encoding="utf-8"))
    assert saved["tokenizer_class"] == "PreTrainedTokenizerFast"


def test_load_base_keeps_the_head_of_an_exported_folder(exported, settings):
    model = transformers.AutoModelForSequenceClassification.from_pretrained(exported)
    again = dataclasses.replace(settings, seed=settings.seed + 1)
    network, tokenizer = load_base(str(exported), EMOTIONS, again)
    ids = [tokens.ids for tokens in tokenizer.encode(TEXTS)]
    expected = compute_logits(model, ids, tokenizer.pad_id)
    assert expected.std(axis=0).min() > 0.2, "the texts are hardly told apart, so this would prove little"
    assert compute_logits(network, ids, tokenizer.pad_id) == pytest.approx(expected, abs=1e-5)  # eager attention


def test_provenance_json_says_how_the_model_was_made(model_folder, exported):
    provenance = json.loads((exported / PROVENANCE).read_text(encoding="utf-8"))
    assert provenance == read_artifact(model_folder).config.provenance


def test_readme_names_normalize_and_the_tokens_and_its_example_runs(settings, exported, monkeypatch, capsys):
    card = (exported / "README.md").read_text(encoding="utf-8")
    assert "**normalize every text first**" in card
    assert f"at most {settings.max_tokens} tokens" in card
    code = card.partition("```python\n")[2].partition("```")[0]
    monkeypatch.chdir(exported.parent)
    exec(code, {})
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("{")[0] for line in lines] == ["Today is a good day! ", "I miss you so much "]


def test_no_file_names_a_folder_of_the_machine(model_folder, exported, toy_base):
    for path in exported.iterdir():
        content = path.read_bytes()
        for folder in (model_folder.parent, exported.parent, toy_base.parent, Path(hugging_face.__file__).parent):
            assert str(folder).encode() not in content, path.name


def test_files_are_readable_by_others(exported):
    assert {path.stat().st_mode & 0o777 for path in exported.iterdir()} == {0o644}
    assert exported.stat().st_mode & 0o777 == 0o755


def test_empty_folder_is_filled(model_folder, exported, tmp_path):
    assert export_hugging_face(model_folder, tmp_path) == tmp_path
    assert (tmp_path / "model.safetensors").read_bytes() == (exported / "model.safetensors").read_bytes()


def test_folder_that_holds_something_is_refused_and_left_alone(copied, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("all of it")
    assert_refused(copied, out, f"{out}: holds 'thesis.txt'; expected a new or an empty folder", error=FolderError)
    assert (out / "thesis.txt").read_text() == "all of it"


def test_file_as_out_is_refused_and_left_alone(copied, tmp_path):
    out = tmp_path / "out"
    out.write_text("all of it")
    assert_refused(copied, out, f"{out}: is a file", error=FolderError)
    assert out.read_text() == "all of it"


def test_model_without_checkpoints_is_refused(tiny_folder, tmp_path):
    with pytest.raises(TrainingError, match=r"with tweetmoji train, and keep OUT\.checkpoints") as caught:
        export_hugging_face(tiny_folder, tmp_path / "out")
    assert f"{tiny_folder.name}.checkpoints" in str(caught.value)
    assert list(tmp_path.iterdir()) == [tiny_folder]


def test_missing_model_folder_is_an_artifact_error(tmp_path):
    with pytest.raises(ArtifactError, match="no such folder"):
        export_hugging_face(tmp_path / "nowhere", tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "message"), [("run.json", "not valid JSON"), ("network.json", "not valid JSON"), ("best.pt", "damaged")]
)
def test_damaged_checkpoint_is_refused_and_named(copied, tmp_path, name, message):
    (checkpoint_folder(copied) / name).write_bytes(b"{")
    assert_refused(copied, tmp_path / "out", f"{name.replace('.', '[.]')}: {message}")


@pytest.mark.parametrize("change", [{"hidden_size": 64}, {"model_type": "no-such-network"}, {"num_hidden_layers": 3}])
def test_network_json_that_does_not_fit_best_pt_is_refused(copied, tmp_path, change):
    edit_json(checkpoint_folder(copied) / "network.json", **change)
    assert_refused(copied, tmp_path / "out", "network.json and best.pt do not fit together")


@pytest.mark.parametrize("key", ["base_sha256", "data", "settings", "folds"])
def test_checkpoints_of_another_run_are_refused_and_the_difference_named(copied, tmp_path, key):
    edit_json(checkpoint_folder(copied) / "run.json", **{key: "other"})
    assert_refused(copied, tmp_path / "out", f"{key} was 'other' in this run and .* expected the checkpoints of")


def test_best_pt_of_another_network_is_refused(copied, toy, settings, tmp_path):
    torch.save(toy.make_network(settings).state_dict(), checkpoint_folder(copied) / "best.pt")
    assert_refused(copied, tmp_path / "out", r"the probabilities of best.pt differ from those of .* by 0\.\d\d in mean")


def test_network_without_a_single_last_layer_is_refused(copied):
    artifact = read_artifact(copied)
    network = hugging_face._rebuild(read_best_network(checkpoint_folder(copied)), artifact.config)
    network.second = torch.nn.Linear(3, len(EMOTIONS))
    with pytest.raises(TrainingError, match="BertForSequenceClassification has 2 linear layers"):
        hugging_face._keep_labels(network, artifact)


def test_full_disk_leaves_nothing_behind(copied, tmp_path, monkeypatch):
    def fill(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(hugging_face, "_save_tokenizer", fill)
    assert_refused(copied, tmp_path / "out", "No space left", error=OSError)


@pytest.fixture(scope="module")
def exported_labels(suggestions_run, tmp_path_factory) -> Path:
    """A model that knows none and suggests emoji, for transformers; not to be changed."""
    return export_hugging_face(suggestions_run.out, tmp_path_factory.mktemp("hugging") / "labels-hf")


def test_export_of_a_model_with_none_and_suggestions_keeps_its_labels_alone(exported_labels):
    config = transformers.AutoConfig.from_pretrained(exported_labels)
    assert config.id2label == dict(enumerate(EMOTIONS))
    assert config.num_labels == len(EMOTIONS)
    model, report = transformers.AutoModelForSequenceClassification.from_pretrained(
        exported_labels, output_loading_info=True
    )
    assert not any(report[name] for name in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    assert model.classifier.weight.shape[0] == model.classifier.bias.shape[0] == len(EMOTIONS)


def test_pipeline_of_a_model_with_none_gives_the_scores_of_the_artifact(full_run, exported_labels):
    texts = [*TEXTS, "today she told her about all of it"]
    artifact = read_artifact(full_run.out)
    best = read_best_network(checkpoint_folder(full_run.out))
    network = hugging_face._rebuild(best, artifact.config)
    float32 = with_changes(artifact, weights=export_onnx(network))
    found = Classifier(float32).classify(texts, threads=1)
    assert found.none.max() > 0.5
    assert np.abs(found.probabilities - 1 / 6).max() > 0.3, "the scores hardly differ, so this would prove little"
    classify = transformers.pipeline("text-classification", model=str(exported_labels), top_k=None, truncation=True)
    answers = classify([normalize(text) for text in texts])
    assert in_columns(answers) == pytest.approx(found.probabilities, abs=1e-4)


def test_readme_says_what_stays_behind(exported, exported_labels):
    card, plain = ((folder / "README.md").read_text(encoding="utf-8") for folder in (exported_labels, exported))
    assert "a score is a probability, given that the text has one of the labels." in card
    assert (
        "What stays behind in the tweetmoji model: the probability that a text has none of these labels and the emoji "
        "that it suggests."
    ) in card
    assert "calibrated: a score is a probability.\n" in plain
    assert "stays behind" not in plain


def test_load_base_of_a_model_with_labels_alone_starts_another_with_the_same_labels(exported_labels, settings):
    network, _ = load_base(str(exported_labels), EMOTIONS, settings)
    assert network.config.num_labels == len(EMOTIONS)
    with pytest.raises(TrainingError, match=r"its head has 6 labels .* and the model has 7 labels"):
        load_base(str(exported_labels), (*EMOTIONS, NONE), settings)
