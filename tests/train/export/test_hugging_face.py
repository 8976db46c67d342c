"""A folder for transformers: the answers of the float32 network, calibrated, under our names, in the stock pipeline."""

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

from tweetmoji import ArtifactError, TrainingError  # noqa: E402
from tweetmoji.data.corpus import read_corpus  # noqa: E402
from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.runtime.artifact import SHIPPED, TOKENIZER, read_artifact, with_changes, write_artifact  # noqa: E402
from tweetmoji.runtime.softmax import softmax  # noqa: E402
from tweetmoji.runtime.tokenizer import TweetTokenizer  # noqa: E402
from tweetmoji.text import normalize  # noqa: E402
from tweetmoji.train import TrainingRun, export_hugging_face, hugging_face  # noqa: E402
from tweetmoji.train.export.onnx import export_onnx  # noqa: E402
from tweetmoji.train.loop.checkpoints import read_best_network  # noqa: E402
from tweetmoji.train.loop.network import compute_logits, load_base  # noqa: E402
from tweetmoji.train.run import describe_run  # noqa: E402

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
def exported(finished_run, tmp_path_factory) -> Path:
    """The finished run's model for transformers; not to be changed."""
    return export_hugging_face(finished_run.out, tmp_path_factory.mktemp("hugging") / "toy-hf")


@pytest.fixture(scope="module")
def classify(exported):
    return transformers.pipeline("text-classification", model=str(exported), top_k=None, truncation=True)


@pytest.fixture
def copied_run(finished_run, tmp_path) -> TrainingRun:
    """A copy of the finished run, to be spoiled."""
    copy = dataclasses.replace(finished_run, out=tmp_path / finished_run.out.name)
    shutil.copytree(finished_run.out, copy.out)
    shutil.copytree(finished_run.checkpoints, copy.checkpoints)
    return copy


def in_columns(answers):
    """Scores of the pipeline, which sorts them, in the order of our labels."""
    scores = [{row["label"]: row["score"] for row in answer} for answer in answers]
    return np.array([[row[label] for label in EMOTIONS] for row in scores])


def read_tokenizer(run):
    config = read_artifact(run.out).config
    tokenizer = Tokenizer.from_file(str(run.out / TOKENIZER))
    return TweetTokenizer(tokenizer, config.max_tokens, config.text_version)


def assert_refused(run, out, match, error=TrainingError):
    """The export fails with a message of one line, and leaves nothing behind."""
    before = set(run.out.parent.iterdir())
    with pytest.raises(error, match=match) as caught:
        export_hugging_face(run.out, out)
    assert "\n" not in str(caught.value)
    assert set(run.out.parent.iterdir()) == before
    return str(caught.value)


def test_pipeline_gives_the_calibrated_probabilities_of_the_float32_network(finished_run, toy, classify):
    network = toy.make_network(finished_run.settings)
    network.load_state_dict(torch.load(finished_run.checkpoints / "best.pt", weights_only=True))
    session = onnxruntime.InferenceSession(export_onnx(network), providers=["CPUExecutionProvider"])
    ids = [np.array([tokens.ids], dtype=np.int64) for tokens in read_tokenizer(finished_run).encode(TEXTS)]
    logits = np.concatenate([session.run(["logits"], {"input_ids": row})[0] for row in ids])
    temperature = read_artifact(finished_run.out).config.temperature
    expected = softmax(logits, temperature)
    assert np.abs(expected - softmax(logits)).max() > 0.01, "the temperature hardly matters, so that this proves little"
    answers = classify([normalize(text) for text in TEXTS])
    assert in_columns(answers) == pytest.approx(expected, abs=1e-4)
    together = classify([normalize(text) for text in TEXTS], batch_size=len(TEXTS))
    assert in_columns(together) == pytest.approx(expected, abs=1e-4)


def test_labels_are_ours_in_our_order(exported, classify):
    config = transformers.AutoConfig.from_pretrained(exported)
    assert config.id2label == dict(enumerate(EMOTIONS))
    assert config.label2id == {label: i for i, label in enumerate(EMOTIONS)}
    assert classify(["i am furious"])[0][0]["label"] == "anger"


def test_every_weight_is_there_in_float32(exported):
    model, report = transformers.AutoModelForSequenceClassification.from_pretrained(exported, output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_tokenizer_reads_as_ours_does_and_knows_its_special_tokens(finished_run, exported):
    tokenizer = transformers.AutoTokenizer.from_pretrained(exported)
    expected = [tokens.ids for tokens in read_tokenizer(finished_run).encode(TEXTS)]
    texts = [normalize(text) for text in TEXTS]
    assert tokenizer(texts, truncation=True)["input_ids"] == expected
    assert max(map(len, expected)) == tokenizer.model_max_length == finished_run.settings.max_tokens
    names = (tokenizer.pad_token, tokenizer.unk_token, tokenizer.cls_token, tokenizer.sep_token)
    assert names == ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
    assert len(tokenizer) == Tokenizer.from_file(str(finished_run.out / TOKENIZER)).get_vocab_size()
    saved = json.loads((exported / "tokenizer_config.json").read_text(encoding="utf-8"))
    assert saved["tokenizer_class"] == "PreTrainedTokenizerFast"


def test_folder_is_a_base_that_keeps_its_head(exported, settings):
    model = transformers.AutoModelForSequenceClassification.from_pretrained(exported)
    network, tokenizer = load_base(str(exported), EMOTIONS, dataclasses.replace(settings, seed=settings.seed + 1))
    ids = [tokens.ids for tokens in tokenizer.encode(TEXTS)]
    expected = compute_logits(model, ids, tokenizer.pad_id)
    assert expected.std(axis=0).min() > 0.2, "the texts are hardly told apart, so that this would prove little"
    assert np.array_equal(compute_logits(network, ids, tokenizer.pad_id), expected)


def test_model_trained_from_it_says_how_it_was_made(finished_run, exported):
    corpus = read_corpus(finished_run.data, finished_run.sources, EMOTIONS, finished_run.settings.seed)
    described = describe_run(dataclasses.replace(finished_run, base=str(exported)), corpus)
    assert described["base"] == "toy-hf"
    assert described["base_provenance"] == read_artifact(finished_run.out).config.provenance
    assert "base_provenance" not in described["base_provenance"]


def test_card_says_to_normalize_by_which_rules_and_its_example_runs(finished_run, exported, monkeypatch, capsys):
    card = (exported / "README.md").read_text(encoding="utf-8")
    config = read_artifact(finished_run.out).config
    assert f"by version {config.text_version} of its rules" in card
    assert f"{config.max_tokens} tokens" in card
    code = card.partition("```python\n")[2].partition("```")[0]
    monkeypatch.chdir(exported.parent)
    exec(code, {})
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("{")[0] for line in lines] == ["Today is a good day! ", "I miss you so much "]


def test_no_file_names_a_folder_of_the_machine(finished_run, exported, toy_base):
    for path in exported.iterdir():
        content = path.read_bytes()
        for folder in (finished_run.out.parent, exported.parent, toy_base.parent, Path(hugging_face.__file__).parent):
            assert str(folder).encode() not in content, path.name


def test_every_file_may_be_read_by_others(exported):
    assert {path.stat().st_mode & 0o777 for path in exported.iterdir()} == {0o644}
    assert exported.stat().st_mode & 0o777 == 0o755


def test_empty_folder_is_filled(finished_run, exported, tmp_path):
    assert export_hugging_face(finished_run.out, tmp_path) == tmp_path
    assert (tmp_path / "model.safetensors").read_bytes() == (exported / "model.safetensors").read_bytes()


@pytest.mark.parametrize("kind", ["base", "stranger", "file"])
def test_what_is_there_already_is_left_alone(copied_run, toy_base, tmp_path, kind):
    out = tmp_path / "out"
    if kind == "base":
        shutil.copytree(toy_base, out)
    elif kind == "stranger":
        out.mkdir()
        (out / "thesis.txt").write_text("all of it")
    else:
        out.write_text("all of it")
    before = {path: path.read_bytes() for path in [*tmp_path.glob("out"), *tmp_path.glob("out/*")] if path.is_file()}
    message = assert_refused(copied_run, out, "is a file" if kind == "file" else "expected a new or an empty folder")
    assert f"--out {out}" in message
    assert {path: path.read_bytes() for path in before} == before


def test_model_without_checkpoints_is_refused_with_advice(tmp_path):
    with pytest.raises(TrainingError, match=r"with tweetmoji train, and keep OUT\.checkpoints") as caught:
        export_hugging_face(SHIPPED, tmp_path / "out")
    assert f"{SHIPPED.name}.checkpoints" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_no_model_is_refused_by_name(tmp_path):
    with pytest.raises(ArtifactError, match="no such folder"):
        export_hugging_face(tmp_path / "nowhere", tmp_path / "out")


@pytest.mark.parametrize("name", ["run.json", "best.pt", "network.json"])
def test_missing_part_of_the_checkpoints_is_refused_with_advice(copied_run, tmp_path, name):
    (copied_run.checkpoints / name).unlink()
    advice = "--resume, which adds it" if name == "network.json" else "keep OUT.checkpoints"
    assert_refused(copied_run, tmp_path / "out", f"{name.replace('.', '[.]')}.*{advice}")


@pytest.mark.parametrize("name", ["run.json", "best.pt", "network.json"])
def test_damaged_part_of_the_checkpoints_is_refused_by_name(copied_run, tmp_path, name):
    (copied_run.checkpoints / name).write_bytes(b"{")
    assert_refused(copied_run, tmp_path / "out", f"{name.replace('.', '[.]')}: damaged")


@pytest.mark.parametrize("change", [{"hidden_size": 64}, {"model_type": "no-such-network"}, {"num_hidden_layers": 3}])
def test_config_of_another_network_is_refused(copied_run, tmp_path, change):
    path = copied_run.checkpoints / "network.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    assert_refused(copied_run, tmp_path / "out", "network.json and best.pt make no network")


@pytest.mark.parametrize("key", ["base_sha256", "data", "settings", "folds"])
def test_checkpoints_of_another_run_are_refused_by_the_difference(copied_run, tmp_path, key):
    path = copied_run.checkpoints / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {key: "other"}), encoding="utf-8")
    assert_refused(copied_run, tmp_path / "out", f"{key} was 'other' in this run and .* expected the checkpoints of")


def test_weights_of_the_same_run_begun_anew_are_refused(copied_run, toy, tmp_path):
    torch.save(toy.make_network(copied_run.settings).state_dict(), copied_run.checkpoints / "best.pt")
    assert_refused(copied_run, tmp_path / "out", r"best.pt gives other answers than .* 0\.\d\d apart on average")


def test_network_whose_logits_come_from_no_single_layer_is_refused(copied_run, tmp_path):
    best = read_best_network(copied_run.checkpoints)
    artifact = read_artifact(copied_run.out)
    network = hugging_face._rebuild(best, artifact.config.labels)
    network.second = torch.nn.Linear(3, len(EMOTIONS))
    with pytest.raises(TrainingError, match="BertForSequenceClassification has 2 linear layers"):
        hugging_face._fold_temperature(network, artifact)


def test_rules_of_the_text_are_those_that_the_model_learned_under(copied_run, tmp_path):
    artifact = read_artifact(copied_run.out)
    write_artifact(with_changes(artifact, config=dataclasses.replace(artifact.config, text_version=1)))
    card = (export_hugging_face(copied_run.out, tmp_path / "out") / "README.md").read_text(encoding="utf-8")
    assert "by version 1 of its rules" in card
    assert "normalize(tweet, version=1)" in card


def test_full_disk_leaves_nothing_behind(copied_run, tmp_path, monkeypatch):
    def fill(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(hugging_face, "_save_tokenizer", fill)
    assert_refused(copied_run, tmp_path / "out", "No space left", error=OSError)
