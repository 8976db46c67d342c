"""The behavioral cases: one YAML file for each capability, checked when read (see ``cases/README.md``)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError, needs_extra

KINDS: Final = ("label", "invariance", "unsure")
"""How the cases of a file are passed; ``cases/README.md`` explains each."""


@dataclass(frozen=True)
class Case:
    """One case.

    Attributes:
        id: ``<capability>-<number>``, unique among all cases.
        texts: What to predict: one text, or the variants of an invariance.
        accept: Every label that a reasonable reader would agree to; empty where the right prediction is unsure.
    """

    id: str
    texts: tuple[str, ...]
    accept: tuple[str, ...]


@dataclass(frozen=True)
class Suite:
    """The cases of one capability.

    Attributes:
        capability: Its name.
        description: What it is and why it matters, one sentence.
        kind: One of `KINDS`.
        max_confidence: Highest confidence that passes an unsure case, [0, 1]; 1 for the other kinds.
        cases: At least one.
    """

    capability: str
    description: str
    kind: str
    max_confidence: float
    cases: tuple[Case, ...]


def load_suites() -> list[Suite]:
    """Load the cases of the package, by capability in alphabetical order.

    Raises:
        MissingExtraError: PyYAML is not installed.
    """
    with needs_extra("evaluate"):
        import yaml
    folder = resources.files(__package__).joinpath("cases")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    suites = [parse_suite(yaml.safe_load(file.read_text(encoding="utf-8")), file.name) for file in files]
    check_unique(suites)
    return suites


def parse_suite(content: dict[str, Any], where: str) -> Suite:
    """Parse the content of one file; ``where`` names it in messages.

    Raises:
        DataError: A field is missing, an emotion is unknown, or a case does not fit the file's kind.
    """
    try:
        kind, rows = content["kind"], content["cases"]
        suite = Suite(
            capability=content["capability"],
            description=content["description"].strip(),
            kind=kind,
            max_confidence=float(content["max_confidence"]) if kind == "unsure" else 1.0,
            cases=tuple(_parse_case(row) for row in rows),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{where}: lacks or misuses {error}; see cases/README.md for the format") from None
    if kind not in KINDS or not suite.cases:
        raise DataError(f"{where}: kind is {kind!r} with {len(rows)} cases; expected one of {', '.join(KINDS)}")
    if not 0 <= suite.max_confidence <= 1:
        raise DataError(f"{where}: max_confidence is {suite.max_confidence}; expected 0 to 1")
    for case in suite.cases:
        _check_case(case, suite, where)
    return suite


def _parse_case(row: dict[str, Any]) -> Case:
    texts = row["texts"] if "texts" in row else [row["text"]]
    if not isinstance(texts, list):
        raise TypeError(f"texts: {texts!r} is not a list")
    return Case(id=row["id"], texts=tuple(texts), accept=tuple(row.get("accept", ())))


def _check_case(case: Case, suite: Suite, where: str) -> None:
    if not re.fullmatch(rf"{re.escape(suite.capability)}-\d+", case.id):
        raise DataError(f"{where}: a case is called {case.id!r}; expected {suite.capability}-<number>")
    if not all(isinstance(text, str) and text.strip() for text in case.texts):
        raise DataError(f"{where}: {case.id} has the texts {list(case.texts)}; expected strings that are not blank")
    if unknown := set(case.accept) - set(EMOTIONS):
        raise DataError(f"{where}: {case.id} accepts {sorted(unknown)}; expected some of {', '.join(EMOTIONS)}")
    if bool(case.accept) == (suite.kind == "unsure"):
        raise DataError(f"{where}: {case.id} accepts {list(case.accept)}; an unsure case accepts none, others some")
    if (len(case.texts) > 1) != (suite.kind == "invariance"):
        raise DataError(f"{where}: {case.id} has {len(case.texts)} texts; an invariance has several, others one")


def check_unique(suites: Iterable[Suite]) -> None:
    """Refuse two cases with the same id.

    Raises:
        DataError: Two cases have the same id.
    """
    seen = set()
    for case in (case for suite in suites for case in suite.cases):
        if case.id in seen:
            raise DataError(f"two cases have the id {case.id}; expected each id once")
        seen.add(case.id)
