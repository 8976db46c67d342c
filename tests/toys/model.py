"""A tiny seeded model that needs no training.

It predicts one text in microseconds and behaves like a real artifact in all else. Each word of `EMOTION_WORDS` makes it
predict the emotion beside it. Its predictions for other words are arbitrary but fixed.

With ``heads``, it also has a logit for none of the emotions, which each of `NONE_WORDS` raises, and suggests the emoji
of `EMOJI_WORDS`, each for the word beside it.
"""

from pathlib import Path

import numpy as np

from tweetmoji.emotions import EMOJI, EMOTIONS
from tweetmoji.runtime.artifact import WEIGHTS, Artifact, make_artifact
from tweetmoji.runtime.config import ModelConfig, NoneCalibration, SuggestionHead

EMOTION_WORDS = {
    "sad": "sadness",
    "happy": "joy",
    "good": "joy",
    "adore": "love",
    "furious": "anger",
    "scared": "fear",
    "astonished": "surprise",
}
NONE_WORDS = ("http", "user")
EMOJI_WORDS = {"dog": "🐶", "cat": "🐱", "rain": "☔", "sun": "🌞"}
WORDS = (
    *EMOTION_WORDS,
    *("i", "am", "so", "a", "the", "and", "not", "today", "is", "day", "this", "that", "was", "my", "you"),
    *("feel", "feeling", "very", "dog", "cat", "rain", "sun", "home", "late", "again", "user", "http"),
)
MAX_TOKENS = 16
WIDTH = 8
WIDTH_WITH_HEADS = 16
PRIOR = dict(zip(EMOTIONS, (0.3, 0.3, 0.1, 0.1, 0.1, 0.1), strict=True))


def make_tiny_artifact(folder: Path, *, heads: bool = False) -> Artifact:
    """The artifact in memory, with the labels of the shipped model."""
    tokenizer = make_tiny_tokenizer()
    config = ModelConfig(
        name="tiny",
        labels=EMOTIONS,
        emoji=dict(EMOJI),
        max_tokens=MAX_TOKENS,
        temperature=1.0,
        prior=PRIOR,
        provenance={"base": "seeded noise"},
        none=NoneCalibration(slope=0.9, offset=-0.5) if heads else None,
        suggestions=SuggestionHead(tuple(EMOJI_WORDS.values()), temperature=2.0) if heads else None,
    )
    weights = make_tiny_weights(tokenizer.get_vocab(), heads=heads)
    parts = {"config": config, "weights": weights, "tokenizer": tokenizer.to_str()}
    unmeasured = make_artifact(folder, **parts, metrics={})
    return make_artifact(folder, **parts, metrics=make_tiny_metrics(unmeasured.sha256[WEIGHTS][:12]))


def make_tiny_tokenizer():
    """A lower-casing WordPiece tokenizer of a few words and of all ASCII letters and digits."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    characters = "abcdefghijklmnopqrstuvwxyz0123456789"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS, *"!?.,@'", *characters, *(f"##{sign}" for sign in characters)]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    return tokenizer


def make_tiny_weights(vocabulary, *, heads=False) -> bytes:
    """An ONNX model that averages one vector a token and projects the mean to logits."""
    labels = len(EMOTIONS)
    columns = {word: EMOTIONS.index(emotion) for word, emotion in EMOTION_WORDS.items()}
    if heads:
        columns |= dict.fromkeys(NONE_WORDS, labels) | {word: labels + 1 + i for i, word in enumerate(EMOJI_WORDS)}
    width = WIDTH_WITH_HEADS if heads else WIDTH
    rng = np.random.default_rng(0)
    table = rng.normal(size=(len(vocabulary), width)).astype(np.float32)
    projection = rng.normal(size=(width, labels + heads * (1 + len(EMOJI_WORDS)))).astype(np.float32)
    toward = np.linalg.pinv(projection)  # row k moves logit k alone
    for word, column in columns.items():
        table[vocabulary[word]] = 40 * toward[column]
    outputs = {"logits": ("projection", np.ascontiguousarray(projection[:, : labels + heads]))}
    if heads:
        outputs["emoji_logits"] = ("emoji_projection", np.ascontiguousarray(projection[:, labels + 1 :]))
    return serialize_graph(table, outputs)


def serialize_graph(table, outputs) -> bytes:
    """The graph from a vector for each token to outputs; ``outputs`` has the name and the values of each projection."""
    from onnx import TensorProto, helper, numpy_helper

    constants = {"table": table, **dict(outputs.values())}
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])]
    if "emoji_logits" in outputs:
        inputs.append(helper.make_tensor_value_info("suggest", TensorProto.BOOL, []))
        constants["suggest"] = np.array(False)
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["table", "input_ids"], ["embedded"]),
            helper.make_node("ReduceMean", ["embedded"], ["pooled"], axes=[1], keepdims=0),
            *(_make_output(output, *projection) for output, projection in outputs.items()),
        ],
        "tiny",
        inputs,
        [
            helper.make_tensor_value_info(output, TensorProto.FLOAT, ["texts", values.shape[1]])
            for output, (_, values) in outputs.items()
        ],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()


def _make_output(output, name, values):
    """The operator that projects to an output; that of the emoji is a branch that only a true ``suggest`` runs."""
    from onnx import TensorProto, helper, numpy_helper

    if output != "emoji_logits":
        return helper.make_node("MatMul", ["pooled", name], [output])
    empty = numpy_helper.from_array(values[:0])
    operators = {
        "then_branch": helper.make_node("MatMul", ["pooled", name], ["then_branch"]),
        "else_branch": helper.make_node("Constant", [], ["else_branch"], value=empty),
    }
    branches = {
        branch: helper.make_graph(
            [operator], branch, [], [helper.make_tensor_value_info(branch, TensorProto.FLOAT, None)]
        )
        for branch, operator in operators.items()
    }
    return helper.make_node("If", ["suggest"], [output], **branches)


def spoil_word(artifact: Artifact, word: str, value: float) -> bytes:
    """The tiny model's weights with one value in the whole vector of a word, which no check at load looks up."""
    import onnx

    model = onnx.load_model_from_string(artifact.weights)
    [tensor] = [tensor for tensor in model.graph.initializer if tensor.name == "table"]
    table = onnx.numpy_helper.to_array(tensor).copy()
    table[make_tiny_tokenizer().token_to_id(word)] = value
    tensor.CopyFrom(onnx.numpy_helper.from_array(table, "table"))
    return model.SerializeToString()


def make_tiny_metrics(version) -> dict:
    """Metrics in the shape that training writes them; the numbers are made up."""
    metrics = {
        "n": 60,
        "accuracy": 0.75,
        "balanced_accuracy": 0.7,
        "macro_f1": 0.65,
        "log_loss": 0.5,
        "ece": 0.04,
        "per_class": {label: {"n": 10, "precision": 0.7, "recall": 0.7, "f1": 0.65} for label in EMOTIONS},
    }
    evaluation = {
        "weights": "int8",
        "model": {"name": "tiny", "version": version},
        "source": "emotion",
        "split": "val",
        "data_sha256": "0" * 64,
        "metrics": metrics,
    }
    return {"seed": 0, "evaluations": [evaluation]}
