"""The report as a folder: ``evaluation.json``, ``report.html``, ``README.md`` (the model card) and ``plots/``."""

import json
from pathlib import Path
from typing import Any

from tweetmoji.evaluate.report.model_card import render_model_card
from tweetmoji.evaluate.report.page import render_page
from tweetmoji.evaluate.report.plots import write_plots
from tweetmoji.files import write_text
from tweetmoji.runtime.artifact import Artifact


def write_report(scorecard: dict[str, Any], artifact: Artifact, folder: Path) -> None:
    """Write all views of a scorecard into a folder, which is made if missing.

    Each file is written whole; earlier ones of the same names are replaced.

    Args:
        scorecard: As `tweetmoji.evaluate.scorecard.Scorecard.as_dict` gives it.
        artifact: The model that was scored.
        folder: Where to write.

    Raises:
        ValueError: The scorecard is of another model.
        OSError: The folder cannot be made or written to.
    """
    if scorecard["model"]["version"] != artifact.version:
        raise ValueError(
            f"the scorecard is of {scorecard['model']['name']} {scorecard['model']['version']}; expected one of "
            f"{artifact.config.name} {artifact.version}"
        )
    (folder / "plots").mkdir(parents=True, exist_ok=True)
    plots = write_plots(scorecard, folder / "plots")
    write_text(folder / "evaluation.json", json.dumps(scorecard, ensure_ascii=False, indent=2) + "\n")
    write_text(folder / "report.html", render_page(scorecard, plots))
    write_text(folder / "README.md", render_model_card(scorecard, artifact, plots))
