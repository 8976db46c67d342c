"""Compares a model's answers with the golden set: 300 texts, and what the shipped model predicts for them.

Run ``python tools/answers.py``. It prints the labels that changed and the largest difference in probability by
capability, and exits with status 1 if any label changed or any probability differs by more than `TOLERANCE`.
``--model DIR`` compares another model folder. ``--write`` records the answers of the shipped model, and the engine
that computed them: with another engine or processor, `ENGINE_TOLERANCE` applies.

The set shows any change of model, tokenizer, text rules or engine. It does not say which answers are right: it keeps
wrong ones as well. The texts were written for it, and no model is trained or selected on them. To add a text, add a
line with its capability and text to ``tests/golden/answers.jsonl`` and run ``python tools/answers.py --write``.
"""

import argparse
import json
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime

import tweetmoji
from tweetmoji.emotions import NONE

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
"""Folder of the golden set: ``answers.jsonl`` and ``engine.json``."""

TOLERANCE: Final = 1e-3
"""Largest difference in probability that is no change. The engine that recorded the set gives the same bits again."""

ENGINE_TOLERANCE: Final = 0.05
"""The same for another engine or processor. Its sums differ in the last bits, and quantization can round such a sum to
the next step. Twice the largest difference measured from onnxruntime 1.32.0 on a Xeon with AVX-512: 0.026 with 1.24.1
(9 of 300 texts beyond `TOLERANCE`), 0.0025 on a Haswell without AVX-512, emulated by QEMU 7.2 (1 of 300)."""

DIGITS: Final = 4
"""Decimals of a recorded probability: a tenth of the tolerance."""

TEXT_CHARS: Final = 100
"""Characters of a text that a report shows."""

LISTED: Final = 10
"""Texts with the same label and another probability that a report shows, largest difference first."""


@dataclass(frozen=True)
class Text:
    """An input of the golden set.

    Attributes:
        capability: What the text tests, such as ``negation``.
        text: The tweet.
    """

    capability: str
    text: str


@dataclass(frozen=True)
class Answer(Text):
    """What a model predicts for a text.

    Attributes:
        label: The most probable label.
        probabilities: Label to its score, in the model's label order, and then none to its probability if the model
            knows it.
    """

    label: str
    probabilities: dict[str, float]


@dataclass(frozen=True)
class Comparison:
    """The recorded answer to a text beside the one of the model that is compared."""

    recorded: Answer
    predicted: Answer

    @property
    def relabeled(self) -> bool:
        """Whether the label changed."""
        return self.recorded.label != self.predicted.label

    @property
    def difference(self) -> float:
        """Largest absolute difference in the probability of a label or of none, 0 to 1; a missing one counts as 0."""
        before, after = self.recorded.probabilities, self.predicted.probabilities
        return max(abs(after.get(name, 0.0) - before.get(name, 0.0)) for name in before | after)

    def changed(self, same_engine: bool) -> bool:
        """Whether the answer changed by more than the engine explains."""
        if same_engine:
            return self.relabeled or self.difference > TOLERANCE
        return self.difference > ENGINE_TOLERANCE  # closer than that, two labels may swap


def describe_engine() -> dict[str, str]:
    """What decides the last bits of an answer: the engine's version and the processor's instruction sets."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])  # onnxruntime does not tell
    return {
        "onnxruntime": onnxruntime.__version__,
        "machine": platform.machine(),
        "instruction_sets": " ".join(found),
    }


def is_recorded_engine(folder: Path) -> bool:
    """Whether the engine and processor here are those that recorded a golden set."""
    recorded = json.loads((folder / "engine.json").read_text(encoding="utf-8"))
    return bool(recorded == describe_engine())


def read_texts(folder: Path) -> list[Text]:
    """Read the inputs of a golden set.

    Raises:
        ValueError: A line is not JSON or lacks a field.
    """
    return [Text(row["capability"], row["text"]) for row in _read_rows(folder, ("capability", "text"))]


def read_answers(folder: Path) -> list[Answer]:
    """Read a golden set, answers included.

    Raises:
        ValueError: A line is not JSON or lacks a field.
    """
    fields = ("capability", "text", "label", "probabilities")
    return [Answer(*(row[name] for name in fields)) for row in _read_rows(folder, fields)]


def write_answers(answers: Sequence[Answer], folder: Path) -> None:
    """Write a golden set: one JSON object a line with invisible characters escaped, and the engine."""
    lines = []
    for answer in answers:
        probabilities = {label: round(p, DIGITS) for label, p in answer.probabilities.items()}
        lines.append(_to_json(vars(answer) | {"probabilities": probabilities}) + "\n")
    (folder / "answers.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")
    (folder / "engine.json").write_text(json.dumps(describe_engine(), indent=2) + "\n", encoding="utf-8", newline="\n")


def predict(emojifier: tweetmoji.Emojifier, texts: Sequence[Text]) -> list[Answer]:
    """Run a model over texts, one `Answer` for each, in order."""
    predictions = emojifier.predict([text.text for text in texts])
    return [
        Answer(
            text.capability,
            text.text,
            max(prediction.scores, key=prediction.scores.__getitem__),
            prediction.scores | ({} if prediction.none is None else {NONE: prediction.none}),
        )
        for text, prediction in zip(texts, predictions, strict=True)
    ]


def compare(recorded: Sequence[Answer], emojifier: tweetmoji.Emojifier) -> list[Comparison]:
    """Compare recorded answers with those of a model, in order.

    Raises:
        ValueError: The model has other labels than the recorded answers.
    """
    for before in recorded:
        if set(before.probabilities) - {NONE} != set(emojifier.labels) - {NONE}:
            raise ValueError(
                f"the model's labels are {', '.join(emojifier.labels)}; expected those of the golden set, "
                f"{', '.join(before.probabilities)}: name another model, or record the shipped one with --write"
            )
    return [Comparison(*pair) for pair in zip(recorded, predict(emojifier, recorded), strict=True)]


def make_report(comparisons: Sequence[Comparison], same_engine: bool) -> str:
    """Describe comparisons: a table by capability, the labels that changed, and the largest other differences."""
    relabeled = [item for item in comparisons if item.relabeled]
    shifted = [item for item in comparisons if item.difference > TOLERANCE and not item.relabeled]
    shifted.sort(key=lambda item: item.difference, reverse=True)
    parts = [_make_table(comparisons)]
    if relabeled:
        parts.append(f"\nLabels changed: {len(relabeled)}")
        parts += map(_describe, relabeled)
    if shifted:
        shown = f" (the {LISTED} largest)" if len(shifted) > LISTED else ""
        parts.append(f"\nSame label, a probability differs by more than {TOLERANCE}: {len(shifted)}{shown}")
        parts += map(_describe, shifted[:LISTED])
    if not same_engine:
        engine = ", ".join(describe_engine().values())
        parts.append(f"\nThe set was recorded with another engine or processor than this one ({engine}):")
        parts.append(f"a difference of up to {ENGINE_TOLERANCE} is no change.")
    changed = sum(item.changed(same_engine) for item in comparisons)
    parts.append(f"\n{changed} of {len(comparisons)} answers changed.")
    return "\n".join(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare or write, as the arguments say.

    Returns:
        The exit status: 1 if an answer changed, else 0.
    """
    parser = argparse.ArgumentParser(description="Compare a model's answers with the golden set.")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--model", metavar="DIR", help="compare this model folder instead of the shipped model")
    action.add_argument("--write", action="store_true", help="record the answers of the shipped model")
    options = parser.parse_args(arguments)
    try:
        emojifier = tweetmoji.load(options.model)
        if options.write:
            write_answers(predict(emojifier, read_texts(GOLDEN)), GOLDEN)
            print(f"Recorded the answers of {emojifier.name} {emojifier.version}.")
            return 0
        comparisons = compare(read_answers(GOLDEN), emojifier)
    except (tweetmoji.TweetmojiError, ValueError) as error:
        parser.error(str(error))
    same_engine = is_recorded_engine(GOLDEN)
    print(make_report(comparisons, same_engine))
    return int(any(item.changed(same_engine) for item in comparisons))


def _read_rows(folder: Path, fields: Sequence[str]) -> list[dict[str, Any]]:
    path = folder / "answers.jsonl"
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            row = None
        if not isinstance(row, dict):
            raise ValueError(f"{path}, line {number}: expected a JSON object, not {line[:40]!r}")
        missing = [name for name in fields if name not in row]
        if missing:
            raise ValueError(
                f"{path}, line {number} has no {', '.join(missing)}: a new line needs capability and text, "
                "and --write adds the answer"
            )
        rows.append(row)
    return rows


def _to_json(value: object) -> str:
    """JSON that can be read in a diff: letters and emoji as they are, everything invisible as an escape."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(r"\W", lambda match: match[0] if match[0].isprintable() else json.dumps(match[0])[1:-1], text)


def _make_table(comparisons: Sequence[Comparison]) -> str:
    capabilities = list(dict.fromkeys(item.recorded.capability for item in comparisons))
    groups = {name: [item for item in comparisons if item.recorded.capability == name] for name in capabilities}
    lines = [f"{'capability':<12}{'texts':>7}{'labels changed':>16}{'beyond ' + str(TOLERANCE):>14}{'largest':>10}"]
    for name, group in (groups | {"total": list(comparisons)}).items():
        labels = sum(item.relabeled for item in group)
        beyond = sum(item.difference > TOLERANCE for item in group)
        largest = max(item.difference for item in group)
        lines.append(f"{name:<12}{len(group):>7}{labels:>16}{beyond:>14}{largest:>10.4f}")
    return "\n".join(lines)


def _describe(item: Comparison) -> str:
    recorded, predicted = item.recorded, item.predicted
    labels = dict.fromkeys((recorded.label, predicted.label))
    shifts = ", ".join(
        f"{label} {recorded.probabilities[label]:.3f} -> {predicted.probabilities[label]:.3f}" for label in labels
    )
    change = f"{recorded.label} -> {predicted.label}" if item.relabeled else recorded.label
    text = recorded.text if len(recorded.text) <= TEXT_CHARS else recorded.text[:TEXT_CHARS] + "…"
    return f"  [{recorded.capability}] {_to_json(text)}: {change} ({shifts}; largest {item.difference:.4f})"


if __name__ == "__main__":
    raise SystemExit(main())
