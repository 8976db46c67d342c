"""Export of a model to a folder that transformers loads.

The artifact holds int8 ONNX weights. The float32 weights are those of the best epoch, in the checkpoints beside it. The
last layer is divided by the temperature, so a plain softmax gives calibrated probabilities.
"""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
import transformers
from tokenizers import Tokenizer

from tweetmoji.errors import TrainingError, shorten
from tweetmoji.files import check_vacant, replacing_folder
from tweetmoji.runtime.artifact import Artifact, read_artifact
from tweetmoji.runtime.classifier import Classifier
from tweetmoji.runtime.softmax import softmax
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.loop.checkpoints import BestNetwork, checkpoint_folder, read_best_network
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
calibrated: a score is a probability.

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
    """Write a model in the layout of the Hugging Face Hub.

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
    network = _rebuild(best, artifact.config.labels)
    _fold_temperature(network, artifact)
    _check_weights(network, best, artifact)
    _write(network, artifact, best.run, out.resolve())
    return out


def _check_run(best: BestNetwork, artifact: Artifact) -> None:
    """Refuse checkpoints of a run with another base, data or settings than the artifact's."""
    made_by = artifact.config.provenance
    for key in {**best.run, **made_by}:
        if json.dumps(best.run.get(key)) != json.dumps(made_by.get(key)):  # as text, since the order of sources counts
            raise TrainingError(
                f"{best.folder}: {key} was {best.run.get(key)!r} in this run and {made_by.get(key)!r} in the one that "
                f"made {artifact.folder}; expected the checkpoints of the same run: put them there, or train again"
            )


def _rebuild(best: BestNetwork, labels: tuple[str, ...]) -> Any:  # noqa: ANN401
    """Rebuild the network of the best epoch, in float32 and without the base."""
    silence_transformers()
    changes = {
        "id2label": dict(enumerate(labels)),
        "label2id": {label: i for i, label in enumerate(labels)},
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


@torch.no_grad()
def _fold_temperature(network: Any, artifact: Artifact) -> None:  # noqa: ANN401
    """Divide the layer that gives the logits by the temperature."""
    prefix = f"{network.base_model_prefix}."
    last = [
        layer
        for name, layer in network.named_modules()
        if isinstance(layer, torch.nn.Linear)
        and layer.out_features == len(artifact.config.labels)
        and not name.startswith(prefix)
    ]
    if len(last) != 1:
        raise TrainingError(
            f"{artifact.folder}: {type(network).__name__} has {len(last)} linear layers that may give the logits; "
            "expected one, as in BERT: train a model from another --base"
        )
    for parameter in last[0].parameters():
        parameter /= artifact.config.temperature


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
    return CARD.format(
        name=config.name,
        labels=", ".join(config.labels),
        base=run.get("base"),
        version=artifact.version,
        max_tokens=config.max_tokens,
        folder=folder,
    )
