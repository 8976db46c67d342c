"""Export of a model to a folder that transformers loads.

The artifact holds int8 ONNX weights. The float32 weights are those of the best epoch, in the checkpoints beside it. Of
the last layer, the outputs of the labels are kept and divided by the temperature, so a plain softmax gives calibrated
probabilities. The output for none of the labels stays behind: it is calibrated in another way, and a classifier of
transformers has one softmax. So do suggestions, which are no part of the network.
"""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
import transformers
from tokenizers import Tokenizer

from tweetmoji.data import LabelSet
from tweetmoji.errors import TrainingError, shorten
from tweetmoji.files import check_vacant, replacing_folder
from tweetmoji.runtime.artifact import Artifact, read_artifact
from tweetmoji.runtime.classifier import Classifier
from tweetmoji.runtime.config import ModelConfig
from tweetmoji.runtime.softmax import softmax
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.jobs import SUGGESTIONS
from tweetmoji.train.loop.checkpoints import BestNetwork, checkpoint_folder, find_difference, read_best_network
from tweetmoji.train.loop.network import PROVENANCE, compute_logits, silence_transformers

PROBES: Final = (
    "i feel so lonely",
    "i am happy today",
    "i miss you and i love you",
    "she made me furious",
    "i was scared this morning",
    "what a surprise, i am amazed",
)
"""Texts whose probabilities tell whether checkpoints and artifact are of the same network."""

MAX_MEAN_DISTANCE: Final = 0.2
"""Largest mean total variation distance between these probabilities. Quantization to int8 changes far less; a network
that is hardly trained, or trained on something else, differs by far more."""

SPECIAL_TOKENS: Final = {
    "pad_token": ("[PAD]", "<pad>"),
    "unk_token": ("[UNK]", "<unk>"),
    "cls_token": ("[CLS]", "<s>"),
    "sep_token": ("[SEP]", "</s>"),
    "mask_token": ("[MASK]", "<mask>"),
}
"""Role to the names that BERT and RoBERTa have for it."""

CARD: Final = """\
---
language: en
library_name: transformers
pipeline_tag: text-classification
tags: [emotion, tweets]
---

# {name}

Which emotion a tweet expresses: {labels}.

Fine-tuned from {base}. These are the float32 weights of the tweetmoji model {name}, version {version}. They are
calibrated: a score is a probability{given}.{left_behind}

The model was trained on texts as `tweetmoji.text.normalize` writes them. A pipeline does not normalize by itself:
**normalize every text first**. Ask for `truncation` too, since the model reads at most {max_tokens} tokens.

```python
from transformers import pipeline

from tweetmoji.text import normalize

classify = pipeline("text-classification", model="{folder}", top_k=None, truncation=True)
tweets = ["Today is a good day!", "I miss you so much"]
for tweet, scores in zip(tweets, classify([normalize(tweet) for tweet in tweets])):
    print(tweet, scores[0])
```
"""


def export_hugging_face(model_folder: Path, out: Path) -> Path:
    """Write a model's classifier of its labels in the layout of the Hugging Face Hub.

    The folder is written whole or not at all.

    Args:
        model_folder: An artifact, with the checkpoints of the run that made it beside it.
        out: A new or an empty folder.

    Returns:
        ``out``.

    Raises:
        ArtifactError: The artifact is missing or damaged.
        FolderError: ``out`` is a file or holds something.
        TrainingError: The checkpoints are missing, damaged or another run's.
        OSError: The disk is full or not writable.
    """
    check_vacant(out)
    artifact = read_artifact(model_folder)
    best = read_best_network(checkpoint_folder(model_folder))
    _check_run(best, artifact)
    network = _rebuild(best, artifact.config)
    _keep_labels(network, artifact)
    _check_weights(network, best, artifact)
    _write(network, artifact, best.run, out.resolve())
    return out


def _check_run(best: BestNetwork, artifact: Artifact) -> None:
    """Refuse checkpoints of a run with another base, data or settings than the artifact's."""
    made_by = {key: value for key, value in artifact.config.provenance.items() if key != SUGGESTIONS}
    if (key := find_difference(best.run, made_by)) is not None:
        raise TrainingError(
            f"{best.folder}: {key} was {best.run.get(key)!r} in this run and {made_by.get(key)!r} in the one that "
            f"made {artifact.folder}; expected the checkpoints of the same run: put them there, or train again"
        )


def _rebuild(best: BestNetwork, model: ModelConfig) -> Any:  # noqa: ANN401
    """Rebuild the network of the best epoch, with all its outputs, in float32 and without the base."""
    silence_transformers()
    changes = {
        **_name_labels(_list_outputs(model)),
        "problem_type": "single_label_classification",  # pipelines then take the softmax, whatever the base was for
    }
    try:
        config = transformers.AutoConfig.for_model(**best.config | changes)
        network = transformers.AutoModelForSequenceClassification.from_config(config, dtype=torch.float32)
        network.load_state_dict(best.weights)
    except (TypeError, ValueError, KeyError, AttributeError, RuntimeError) as error:
        raise TrainingError(
            f"{best.folder}: network.json and best.pt do not fit together ({shorten(error)}); expected those of one "
            "run, of a network that this version of transformers has: remove the folder and train again"
        ) from error
    return network.eval()


def _list_outputs(config: ModelConfig) -> tuple[str, ...]:
    """Names of the outputs that the network of a model was trained with."""
    return LabelSet(config.labels, config.emoji, none=config.none is not None).outputs


def _name_labels(names: tuple[str, ...]) -> dict[str, Any]:
    """How a config of transformers names the columns of the logits."""
    return {"id2label": dict(enumerate(names)), "label2id": {name: i for i, name in enumerate(names)}}


@torch.no_grad()
def _keep_labels(network: Any, artifact: Artifact) -> None:  # noqa: ANN401
    """Keep the labels of the layer that gives the logits, divided by the temperature."""
    layer = _find_last_layer(network, artifact)
    labels = artifact.config.labels
    for name, parameter in list(layer.named_parameters()):
        setattr(layer, name, torch.nn.Parameter(parameter[: len(labels)] / artifact.config.temperature))
    layer.out_features = network.num_labels = len(labels)
    network.config.update(_name_labels(labels))


def _find_last_layer(network: Any, artifact: Artifact) -> torch.nn.Linear:  # noqa: ANN401
    """Find the layer that gives the logits."""
    prefix = f"{network.base_model_prefix}."
    outputs = len(_list_outputs(artifact.config))
    last = [
        layer
        for name, layer in network.named_modules()
        if isinstance(layer, torch.nn.Linear) and layer.out_features == outputs and not name.startswith(prefix)
    ]
    if len(last) != 1:
        raise TrainingError(
            f"{artifact.folder}: {type(network).__name__} has {len(last)} linear layers that may give the logits; "
            "expected one, as in BERT: train a model from another --base"
        )
    return last[0]


def _check_weights(network: Any, best: BestNetwork, artifact: Artifact) -> None:  # noqa: ANN401
    """Refuse weights of another epoch or of a repeated run, which have the same description as the artifact's."""
    config = artifact.config
    expected = Classifier(artifact).classify(PROBES, threads=1).probabilities
    tokenizer = TweetTokenizer(Tokenizer.from_str(artifact.tokenizer), config.max_tokens)
    logits = compute_logits(network, [tokens.ids for tokens in tokenizer.encode(PROBES)], tokenizer.pad_id)
    distance = float(np.abs(softmax(logits) - expected).sum(axis=1).mean() / 2)
    if not distance <= MAX_MEAN_DISTANCE:  # so NaN is refused too
        raise TrainingError(
            f"{best.folder}: the probabilities of best.pt differ from those of {artifact.folder} by {distance:.2f} in "
            f"mean total variation; expected at most {MAX_MEAN_DISTANCE}: run tweetmoji train --resume and export again"
        )


def _write(network: Any, artifact: Artifact, run: dict[str, Any], out: Path) -> None:  # noqa: ANN401
    with replacing_folder(out) as temporary:
        network.save_pretrained(temporary)
        _save_tokenizer(artifact, temporary)
        provenance = json.dumps(artifact.config.provenance, ensure_ascii=False, indent=2)
        (temporary / PROVENANCE).write_text(f"{provenance}\n", encoding="utf-8", newline="\n")
        card = _render_card(artifact, run, out.name)
        (temporary / "README.md").write_text(card, encoding="utf-8", newline="\n")
        for path in temporary.iterdir():
            path.chmod(0o644)  # transformers writes the weights for their owner only


def _save_tokenizer(artifact: Artifact, folder: Path) -> None:
    tokenizer = Tokenizer.from_str(artifact.tokenizer)
    known = {
        role: next((name for name in names if tokenizer.token_to_id(name) is not None), None)
        for role, names in SPECIAL_TOKENS.items()
    }
    wrapped = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=artifact.config.max_tokens,
        model_input_names=["input_ids", "attention_mask"],  # as in training; not every encoder takes more
        **{role: name for role, name in known.items() if name},  # an unknown one would get an id beyond the embeddings
    )
    wrapped.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    saved = json.loads(path.read_text(encoding="utf-8"))
    saved["tokenizer_class"] = "PreTrainedTokenizerFast"  # version 5 writes a name that version 4 does not know
    path.write_text(json.dumps(saved, indent=2) + "\n", encoding="utf-8")


def _render_card(artifact: Artifact, run: dict[str, Any], folder: str) -> str:
    config = artifact.config
    left_behind = [
        *(["the probability that a text has none of these labels"] if config.none else []),
        *(["the emoji that it suggests"] if config.suggestions else []),
    ]
    return CARD.format(
        given=", given that the text has one of the labels" if config.none else "",
        left_behind=f" What stays behind in the tweetmoji model: {' and '.join(left_behind)}." if left_behind else "",
        name=config.name,
        labels=", ".join(config.labels),
        base=run.get("base"),
        version=artifact.version,
        max_tokens=config.max_tokens,
        folder=folder,
    )
