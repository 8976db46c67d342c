"""Options that several commands share, and options made from a settings dataclass."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import click

from tweetmoji.cli.terminal import read_argument
from tweetmoji.data.names import EMOTION, TRAINING_SOURCES
from tweetmoji.runtime.prior import UNIFORM

Function = TypeVar("Function", bound=Callable[..., Any])

FOLDER = click.Path(file_okay=False, path_type=Path)
"""A folder. The room that uses it checks it, because its message says more than click's."""

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="TWEETMOJI_DATA_DIR",
    show_envvar=True,
    help="Root of the datasets, or the folder of the one that --source names (for table also a file).",
)
sources_option = click.option(
    "--source",
    "sources",
    multiple=True,
    default=[EMOTION],
    show_default=True,
    metavar="NAME[:ROWS]",
    help="What to train on, and how many of its texts an epoch takes: each epoch draws others. May be given several "
    f"times. One of {', '.join(TRAINING_SOURCES)}.",
)
own_data_option = click.option(
    "--own-data",
    type=FOLDER,
    metavar="DIR",
    help="Folder with written/ and annotated/, the project's own texts and labels: data/ of its repository. Nothing is "
    "trained on their val and test splits.",
)
drop_denials_option = click.option(
    "--drop-denials",
    is_flag=True,
    help="Leave out the training texts of emotion that deny a feeling, such as “i do not feel happy”: their labels are "
    "wrong.",
)
base_option = click.option("--base", required=True, metavar="DIR_OR_HUB_ID", help="Pretrained encoder to start from.")
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Model folder to write; with --folds, a file whose name ends in .npz.",
)
folds_option = click.option(
    "--folds",
    type=click.IntRange(2, 100),
    metavar="K",
    help="Cross-validate instead of making a model: train K models, each without one fold of the first source, and "
    "write their probabilities for the fold that they have not seen.",
)
test_option = click.option(
    "--test/--no-test", "score_test", default=True, show_default=True, help="Score the test splits too."
)
resume_option = click.option("--resume", is_flag=True, help="Continue a stopped run with the same settings.")
text_column_option = click.option(
    "--text-column", default="text", show_default=True, metavar="NAME", help="Column of a table that holds the texts."
)
label_column_option = click.option(
    "--label-column", default="label", show_default=True, metavar="NAME", help="Column of a table with the labels."
)
model_option = click.option(
    "--model",
    type=FOLDER,
    envvar="TWEETMOJI_MODEL",
    show_envvar=True,
    help="Model folder.  [default: the model inside tweetmoji]",
)
threads_option = click.option(
    "--threads", type=click.IntRange(min=1), help="Cores to use for many tweets.  [default: all]"
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


class EmojiPair(click.ParamType[tuple[str, str]]):
    """``LABEL=EMOJI``, for replacing the emoji of a label."""

    name = "label=emoji"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Split at the first equals sign."""
        label, equals, emoji = read_argument(str(value)).partition("=")
        if not equals:
            self.fail(f"{value!r} has no '='; expected for example joy=😊", param, ctx)
        return label, emoji


emoji_option = click.option(
    "--emoji",
    "emoji",
    type=EmojiPair(),
    multiple=True,
    metavar="LABEL=EMOJI",
    help="Use EMOJI for LABEL; may be given several times.",
)


class Prior(click.ParamType["str | dict[str, float]"]):
    """``uniform``, or ``LABEL=SHARE`` for each label, separated by commas."""

    name = "prior"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | dict[str, float]:
        """Split into labels and shares; the model checks them."""
        text = read_argument(str(value))
        if text == UNIFORM:
            return text
        prior: dict[str, float] = {}
        for pair in text.split(","):
            label, equals, share = pair.rpartition("=")
            try:
                number = float(share)
            except ValueError:
                equals = ""
            if not equals:
                self.fail(
                    f"{pair!r} is no LABEL=SHARE; expected {UNIFORM}, or for example joy=0.6,sadness=0.4", param, ctx
                )
            if label.strip() in prior:
                self.fail(f"{label.strip()!r} is given twice; expected each label once", param, ctx)
            prior[label.strip()] = number
        return prior


prior_option = click.option(
    "--prior",
    type=Prior(),
    envvar="TWEETMOJI_PRIOR",
    show_envvar=True,
    metavar="PRIOR",
    help="How often each label comes: uniform, or LABEL=SHARE,… for all labels, in sum 1.  "
    "[default: as the model assumes]",
)


class GroupedOption(click.Option):
    """An option that `GroupedCommand` lists under a heading."""

    def __init__(self, *arguments: Any, group: str, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **options)
        self.group = group


class GroupedCommand(click.Command):
    """A command whose help lists its options under headings; those without one come first."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, group by group."""
        groups: dict[str, list[tuple[str, str]]] = {"Options": []}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                groups.setdefault(getattr(param, "group", "Options"), []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)


def settings_options(settings: type, *, environment: bool) -> Callable[[Function], Function]:
    """One option for each field of a settings dataclass, with its help, default and range; a tuple's may be repeated.

    Args:
        settings: A dataclass of `tweetmoji.settings.setting` fields.
        environment: Whether the variable ``TWEETMOJI_<FIELD>`` sets the option too.
    """

    def decorate(function: Function) -> Function:
        for spec in reversed(fields(settings)):
            repeated = get_origin(spec.type) is tuple
            kind = get_args(spec.type)[0] if repeated else spec.type
            flag = spec.name.replace("_", "-")
            function = click.option(
                f"--{flag}/--no-{flag}" if spec.type is bool else f"--{flag}",
                spec.name,
                cls=GroupedOption,
                group=spec.metadata["group"],
                type=_option_type(kind, spec.metadata),
                default=spec.default,
                show_default=not repeated,
                multiple=repeated,
                envvar=f"TWEETMOJI_{spec.name.upper()}" if environment else None,
                show_envvar=environment,
                help=spec.metadata["help"],
            )(function)
        return function

    return decorate


def _option_type(kind: Any, metadata: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """The click type of a setting of a type."""
    minimum, maximum, choices = (metadata[name] for name in ("minimum", "maximum", "choices"))
    if choices:
        return click.Choice(choices)
    if minimum is None or maximum is None:
        return str if kind == str | None else kind
    if kind in (int, int | None):
        return _name(click.IntRange(int(minimum), int(maximum)), "integer")
    return _name(click.FloatRange(minimum, maximum), "number")


def _name(kind: click.ParamType[Any], name: str) -> click.ParamType[Any]:
    """Name a range by its type: click says of ``abc`` that it is not a valid NAME, and prints the range too."""
    kind.name = name
    return kind
