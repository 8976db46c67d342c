"""``tweetmoji label``: the emoji of every row of a table, in files of any size."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tweetmoji.cli import EXIT_INTERRUPTED
from tweetmoji.cli.options import emoji_option, model_option, prior_option, threads_option
from tweetmoji.cli.terminal import format_json, format_table, read_argument
from tweetmoji.label.formats import INPUT_KINDS, OUTPUT_KINDS
from tweetmoji.label.options import AUTO, ENGINES, JSON, KEEP, LOCAL, PROGRESS, RAY, SKIP, LabelOptions, MaxErrors

if TYPE_CHECKING:
    from tweetmoji.label.run import Outcome, Run

EXIT_BAD_ROWS: Final = 3
"""All rows are done, and some were bad."""


@click.command("label")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…", type=click.Path())
@click.option(
    "-o", "--output", required=True, type=click.Path(), metavar="OUTPUT", help="File or folder to write, URL, or -."
)
@click.option("--text-column", metavar="NAME", help="Column with the texts.  [default: found where it is obvious]")
@click.option("--scores", is_flag=True, help="Add the score of each label, and none where the model knows it.")
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="P",
    help="Below this confidence, emoji and label are null.",
)
@click.option("--prefix", default="", metavar="TEXT", help="Stands before the name of each added column.")
@click.option(
    "--on-error",
    type=click.Choice((KEEP, SKIP)),
    default=KEEP,
    show_default=True,
    help="Keep a bad row, with a message in the column error, or leave it out.",
)
@click.option("--max-errors", metavar="N|P%", help="Stop if more rows than this are bad.")
@click.option("--input-format", type=click.Choice(INPUT_KINDS), help="Format of the inputs.  [default: by their names]")
@click.option(
    "--output-format", type=click.Choice(OUTPUT_KINDS), help="Format of the outputs.  [default: by their names]"
)
@click.option("--restart", is_flag=True, help="Begin again instead of continuing a stopped run.")
@click.option("--overwrite", is_flag=True, help="Replace an output that is there.")
@click.option(
    "--progress",
    type=click.Choice(PROGRESS),
    default=AUTO,
    show_default=True,
    help="What stderr gets: a bar or a line a minute, JSON lines, or nothing but errors.",
)
@click.option(
    "--summary",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a page with plots: labels, confidence, and labels over time with --date-column.",
)
@click.option("--date-column", metavar="NAME", help="Column with dates, for --summary.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=LOCAL,
    show_default=True,
    help="What computes: this process, or a Ray cluster with a worker a core; --threads is the number of workers.",
)
@click.option(
    "--address",
    metavar="HOST:PORT",
    help="Address of the Ray cluster.  [default: RAY_ADDRESS, a cluster on this machine, or a new one]",
)
@emoji_option
@prior_option
@model_option
@threads_option
def command(  # one parameter for each option, as click has it
    inputs: tuple[str, ...],
    output: str,
    text_column: str | None,
    scores: bool,
    min_confidence: float,
    prefix: str,
    on_error: str,
    max_errors: str | None,
    input_format: str | None,
    output_format: str | None,
    restart: bool,
    overwrite: bool,
    progress: str,
    summary: Path | None,
    date_column: str | None,
    engine: str,
    address: str | None,
    emoji: tuple[tuple[str, str], ...],
    prior: str | Mapping[str, float] | None,
    model: Path | None,
    threads: int | None,
) -> None:
    """Give each row of a table its emoji: CSV, TSV, JSONL, plain lines and Parquet, also compressed.

    INPUT is a file, a glob, a folder, a URL of fsspec or -. Of one input OUTPUT is a file, else a folder like the
    input's. The columns emoji, label, confidence and error are added, all others stay as they are.

    A run that was stopped, even killed, continues when the same command is given again. Bad rows stop nothing: they
    get a message in error and a line in OUTPUT.errors.jsonl, and the exit code is 3.

    Parquet, zstd, URLs and --summary need the extra label, --engine ray the extra ray.

    \b
      tweetmoji label tweets.csv -o labeled.csv
      tweetmoji label tweets.txt -o tweets.parquet --scores --summary tweets.html
      tweetmoji label 'year=*/**/*.parquet' -o labeled --text-column body --min-confidence 0.5
      zcat tweets.jsonl.gz | tweetmoji label - --input-format jsonl -o - > labeled.jsonl
      tweetmoji label tweets/ -o labeled --engine ray --address 10.0.0.1:6379
    """
    from tweetmoji.label.inputs import plan_files
    from tweetmoji.label.progress import Reporter, summarize, write_stderr
    from tweetmoji.label.run import Run
    from tweetmoji.runtime.emojifier import load

    if summary is not None:  # a missing package is an error before the work begins
        from tweetmoji.label.report import write_report
    if engine == RAY:
        from tweetmoji.label.cluster import RayEngine
    elif address is not None:
        raise click.UsageError("--address is that of a Ray cluster; expected --engine ray with it")
    options = LabelOptions(
        text_column=None if text_column is None else read_argument(text_column),
        scores=scores,
        min_confidence=min_confidence,
        prefix=read_argument(prefix),
        on_error=on_error,
        date_column=None if date_column is None else read_argument(date_column),
        input_format=input_format,
        output_format=output_format,
    )
    plan = plan_files(inputs, output, options)
    allowed = None if max_errors is None else MaxErrors.parse(max_errors)
    emojifier = load(model, threads=threads, emoji=dict(emoji), prior=prior)
    reporter = Reporter(progress, write_stderr, terminal=sys.stderr is not None and sys.stderr.isatty())
    run = Run(plan, emojifier, options, max_errors=allowed, restart=restart, overwrite=overwrite, watch=reporter.show)
    if engine == RAY:
        load_model = partial(load, model and model.absolute(), threads=1, emoji=dict(emoji), prior=prior)
        run.engine = RayEngine(load_model, emojifier, options, address=address, workers=threads)
    outcome = _execute(run, reporter.close)
    if summary is not None:
        write_report(outcome.tally, output, emojifier, summary)
    if progress == JSON:
        click.echo(format_json(summarize(outcome)), err=True)
    elif progress == AUTO:
        _print_summary(outcome)
    if outcome.tally.bad_rows:
        raise click.exceptions.Exit(EXIT_BAD_ROWS)


def _execute(run: "Run", close: Callable[[], None]) -> "Outcome":
    """Run, and say after Ctrl-C how to continue."""
    try:
        return run.execute()
    except KeyboardInterrupt:
        close()
        rows = run.outcome.tally.rows
        if run.plan.resumable:
            click.echo(f"tweetmoji: interrupted after {rows:,} rows; the same command continues", err=True)
        else:
            click.echo(f"tweetmoji: interrupted after {rows:,} rows; a stream cannot be continued", err=True)
        raise click.exceptions.Exit(EXIT_INTERRUPTED) from None
    finally:
        close()


def _print_summary(outcome: "Outcome") -> None:
    from tweetmoji.label.progress import format_summary

    for line in format_summary(outcome, format_table):
        click.echo(line, err=True)
