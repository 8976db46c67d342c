"""``tweetmoji explore``: audit a dataset, and write it without its misleading rows."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tweetmoji.cli.options import FOLDER, data_option, json_option, label_column_option, text_column_option
from tweetmoji.cli.terminal import format_json, format_table, print_lines
from tweetmoji.data.names import EMOTION, OWN_DATA_SOURCES, SOURCES
from tweetmoji.files import check_vacant

if TYPE_CHECKING:
    from tweetmoji.data import LabeledTexts
    from tweetmoji.explore import Audit


AUDITABLE: Final = [name for name in SOURCES if name not in OWN_DATA_SOURCES]
"""The sources that an audit is for: tools of the repository check the project's own data."""


@click.command("explore")
@data_option
@click.option(
    "--source", type=click.Choice(AUDITABLE), default=EMOTION, show_default=True, help="Which dataset to audit."
)
@text_column_option
@label_column_option
@click.option(
    "--report", type=FOLDER, help="Write audit.json, report.html and plots/ to this folder. Needs the extra explore."
)
@click.option("--clean", type=FOLDER, help="Write the dataset to this new folder, without training rows that mislead.")
@click.option(
    "--out-of-fold",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Find label errors with these probabilities of tweetmoji train --folds. Needs the extra explore.",
)
@json_option
def command(  # click passes one argument for each option
    data: Path | None,
    source: str,
    text_column: str,
    label_column: str,
    report: Path | None,
    clean: Path | None,
    out_of_fold: Path | None,
    as_json: bool,
) -> None:
    """Audit a dataset: classes, lengths, words, duplicates, leakage between splits, likely label errors.

    No text of the dataset is shown, only counts, row numbers (in JSON and in the report) and words that many texts
    share. --clean removes a row of the training split if its text is in another split, has conflicting labels, is a
    duplicate or, with --out-of-fold, likely has a wrong label. It lists the removed rows in removed.csv.

    \b
      tweetmoji explore --data emotion
      tweetmoji explore --data datasets --source tweeteval --json
      tweetmoji explore --data emotion --out-of-fold out-of-fold.npz --report audit --clean emotion-clean
    """
    from tweetmoji.data import open_source
    from tweetmoji.explore import audit_splits, find_label_errors, read_out_of_fold, read_splits

    if report is not None:  # a missing package is an error before the work begins
        from tweetmoji.explore import write_report
    if clean is not None:
        check_vacant(clean)
    splits = read_splits(open_source(source, data, text_column=text_column, label_column=label_column))
    first = next(iter(splits.values()))
    errors = None if out_of_fold is None else find_label_errors(first, read_out_of_fold(out_of_fold, first))
    audit = audit_splits(splits, errors)
    if report is not None:
        write_report(audit, report)
        click.echo(f"{report}: report.html, audit.json and plots/", err=True)
    if clean is not None:
        _clean(audit, splits, clean)
    print_lines([format_json(audit.as_dict(), indent=2)] if as_json else _format(audit))


def _clean(audit: "Audit", splits: Mapping[str, "LabeledTexts"], out: Path) -> None:
    """Write the cleaned files, and report the removed rows on stderr, by reason."""
    from tweetmoji.explore import plan_removals, write_clean

    removals = plan_removals(audit)
    write_clean(out, splits, removals)
    reasons = Counter(removal.reason for removal in removals)
    counts = ", ".join(f"{n} {reason}" for reason, n in reasons.most_common())
    click.echo(
        f"{out}: {len(removals)} rows of {audit.first_split} removed{f' ({counts})' if counts else ''}", err=True
    )


def _format(audit: "Audit") -> list[str]:
    lines = [f"{audit.source}: {', '.join(f'{split} {summary.n:,}' for split, summary in audit.splits.items())}", ""]
    lines += [*format_table(_tabulate(audit)), ""]
    lines += [*_list_words(audit), ""]
    for leakage in audit.leakage:
        relabeled = sum(text.relabeled for text in leakage.texts)
        lines.append(
            f"texts in {leakage.first} and {leakage.second}: {len(leakage.texts)}, {relabeled} with another label"
        )
    if audit.label_errors is not None:
        errors = audit.label_errors
        lines += ["", f"likely label errors in {errors.split}: {len(errors.suspects):,} of {errors.scored:,} rows"]
        rows = [[f"{one.given}, suggested {one.suggested}", f"{one.n:,}"] for one in errors.confusions]
        lines += format_table(rows) if rows else []
    return lines


def _tabulate(audit: "Audit") -> list[list[str]]:
    """Make a table of the summaries, a column a split."""
    summaries = audit.splits.values()
    first = audit.splits[audit.first_split]
    rows = [["", *audit.splits]]
    rows += [
        [label, *(f"{summary.classes[label].n:,} ({summary.classes[label].share:.1%})" for summary in summaries)]
        for label in audit.labels
    ]
    for unit in ("characters", "words"):
        lengths = [getattr(summary, unit) for summary in summaries]
        rows.append([f"{unit} a text, median", *(f"{points.median:g}" for points in lengths)])
        rows.append(["  quartiles", *(f"{points.first:g} to {points.third:g}" for points in lengths)])
        rows.append(["  maximum", *(f"{points.most:g}" for points in lengths)])
    rows += [
        [f"texts with {feature}", *(f"{summary.features[feature]:.1%}" for summary in summaries)]
        for feature in first.features
    ]
    rows.append(["duplicates, one label", *(str(len(found)) for found in audit.duplicates.values())])
    rows.append(["  different labels", *(str(len(found)) for found in audit.conflicts.values())])
    return rows


def _list_words(audit: "Audit") -> list[str]:
    shares = audit.splits[audit.first_split].common_words
    lines = [f"texts of {audit.first_split} with: {', '.join(f'{word} {share:.0%}' for word, share in shares.items())}"]
    lines += ["", f"characteristic words of {audit.first_split}"]
    for label, words in audit.characteristic_words.items():
        lines.append(f"{label}: {' '.join(word.word for word in words) or 'none'}")
    return lines
