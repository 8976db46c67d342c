"""From an artifact and its run's checkpoints to a folder that the pipelines of transformers load.

The artifact holds int8 weights in ONNX; the float32 ones that they came from are the best epoch's, in the checkpoints
beside it. The temperature is divided out of the last layer, so that a plain softmax gives the calibrated probabilities.
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
from tweetmoji.train.loop.network import PROVENANCE, compute_logits

PROBES: Final = (
    "i feel so lonely",
    "i am happy today",
    "i miss you and i love you",
    "she made me furious",
    "i was scared this morning",
    "what a surprise, i am amazed",
)
"""Texts that the checkpoints and the artifact must answer alike."""

MAX_MEAN_DISTANCE: Final = 0.2
"""Largest mean distance in total variation between their probabilities of the probes: wide of what int8 changes, far
below that of a network that is hardly trained or learned something else."""

SPECIAL_TOKENS: Final = {
    "pad_token": ("[PAD]", "<pad>"),
    "unk_token": ("[UNK]", "<unk>"),
    "cls_token": ("[CLS]", "<s>"),
    "sep_token": ("[SEP]", "</s>"),
    "mask_token": ("[MASK]", "<mask>"),
}
"""Role to its usual names: BERT's, and RoBERTa's."""

CARD: Final = """\
---
language: en
library_name: transformers
pipeline_tag: text-classification
tags: [emotion, tweets]
---

# {name}

Which emotion a tweet expresses: {labels}.

Fine-tuned from {base}; these are the float32 weights of the tweetmoji model {name}, version {version}, calibrated, so
that a score is a probability.

The model learned texts as `tweetmoji.text.normalize` writes them. A pipeline does not do that by itself: **pass every
text through it first**. Ask for `truncation` too, since {max_tokens} tokens are read.

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
    """Write a model in the layout of the Hugging Face Hub: whole, or not at all.

    Args:
        model_folder: An artifact, with the checkpoints of the run that made it beside it.
        out: The folder to be made; may be there already if it is empty.

    Returns:
        ``out``.

    Raises:
        ArtifactError: The artifact is missing or damaged.
        FolderError: ``out`` is a file or holds something.
        TrainingError: The checkpoints are missing, damaged or another run's.
        OSError: The disk is full or not writable; nothing is left behind then.
    """
    check_vacant(out)
    artifact = read_artifact(model_folder)
    best = read_best_network(checkpoint_folder(model_folder))
    _check_run(best, artifact)
    network = _rebuild(best, artifact.config.labels)
    _fold_temperature(network, artifact)
    _check_answers(network, best, artifact)
    _write(network, artifact, best.run, out.resolve())
    return out


def _check_run(best: BestNetwork, artifact: Artifact) -> None:
    """Refuse checkpoints of a run with another base, data or settings than the artifact's."""
    made_by = artifact.config.provenance
    for key in {**best.run, **made_by}:
        if json.dumps(best.run.get(key)) != json.dumps(made_by.get(key)):  # as text, since the order of sources counts
            raise TrainingError(
                f"{best.folder}: {key} was {best.run.get(key)!r} in this run and {made_by.get(key)!r} in the one that "
                f"made {artifact.folder}; expected the checkpoints of the same run: put them there, or train anew"
            )


def _rebuild(best: BestNetwork, labels: tuple[str, ...]) -> Any:  # noqa: ANN401
    """The network of the best epoch, in float32 and without the base."""
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    named = {
        "id2label": dict(enumerate(labels)),
        "label2id": {label: i for i, label in enumerate(labels)},
        "problem_type": "single_label_classification",  # so that pipelines take the softmax, whatever the base was for
    }
    try:
        config = transformers.AutoConfig.for_model(**best.config | named)
        network = transformers.AutoModelForSequenceClassification.from_config(config, dtype=torch.float32)
        network.load_state_dict(best.weights)
    except (TypeError, ValueError, KeyError, AttributeError, RuntimeError) as error:
        raise TrainingError(
            f"{best.folder}: network.json and best.pt make no network ({shorten(error)}); expected those of one run, "
            "of a network that this transformers knows: remove the folder and train again"
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
            "expected one, as BERT has: train a model from another --base"
        )
    for parameter in last[0].parameters():
        parameter /= artifact.config.temperature


def _check_answers(network: Any, best: BestNetwork, artifact: Artifact) -> None:  # noqa: ANN401
    """Refuse weights of another epoch or of a run begun anew, which `_check_run` cannot tell from the artifact's."""
    config = artifact.config
    expected, _ = Classifier(artifact).classify(PROBES, threads=1)
    tokenizer = TweetTokenizer(Tokenizer.from_str(artifact.tokenizer), config.max_tokens)
    logits = compute_logits(network, [tokens.ids for tokens in tokenizer.encode(PROBES)], tokenizer.pad_id)
    apart = float(np.abs(softmax(logits) - expected).sum(axis=1).mean() / 2)
    if not apart <= MAX_MEAN_DISTANCE:
        raise TrainingError(
            f"{best.folder}: best.pt gives other answers than {artifact.folder}, {apart:.2f} apart on average; "
            f"expected at most {MAX_MEAN_DISTANCE}: export them again with tweetmoji train --resume"
        )


def _write(network: Any, artifact: Artifact, run: dict[str, Any], out: Path) -> None:  # noqa: ANN401
    with replacing_folder(out) as temporary:
        network.save_pretrained(temporary)
        _save_tokenizer(artifact, temporary)
        provenance = json.dumps(artifact.config.provenance, ensure_ascii=False, indent=2)
        (temporary / PROVENANCE).write_text(f"{provenance}\n", encoding="utf-8")
        (temporary / "README.md").write_text(_describe(artifact, run, out.name), encoding="utf-8")
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
        model_input_names=["input_ids", "attention_mask"],  # what training gives; not every encoder takes more
        **{role: name for role, name in known.items() if name},  # another would be added, beyond the embeddings
    )
    wrapped.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    saved = json.loads(path.read_text(encoding="utf-8"))
    saved["tokenizer_class"] = "PreTrainedTokenizerFast"  # version 5 writes a name that version 4 does not know
    path.write_text(json.dumps(saved, indent=2) + "\n", encoding="utf-8")


def _describe(artifact: Artifact, run: dict[str, Any], folder: str) -> str:
    config = artifact.config
    return CARD.format(
        name=config.name,
        labels=", ".join(config.labels),
        base=run.get("base"),
        version=artifact.version,
        max_tokens=config.max_tokens,
        folder=folder,
    )
