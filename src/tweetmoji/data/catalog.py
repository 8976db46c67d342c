"""The datasets that sources read, public ones and the project's own, as a report describes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from tweetmoji.data import names
from tweetmoji.data.sources.hub import SHA256


@dataclass(frozen=True)
class Dataset:
    """A dataset.

    Attributes:
        title: Its name in tables.
        hub_id: Its id on the Hugging Face Hub; empty if it is not there.
        hub_config: The configuration of it there.
        about: Where its texts and labels come from and what that means for a model, as Markdown.
        terms: The terms of its use, as Markdown.
        reference: How to cite it, as Markdown.
    """

    title: str
    hub_id: str
    hub_config: str
    about: str
    terms: str
    reference: str

    @property
    def name(self) -> str:
        """The title, with a link to the Hub if the dataset is there, as Markdown."""
        link = f" ([{self.hub_id}](https://huggingface.co/datasets/{self.hub_id}))" if self.hub_id else ""
        return f"**{self.title}**{link}"


EMOTION: Final = Dataset(
    title="Emotion (dair-ai)",
    hub_id="dair-ai/emotion",
    hub_config="split",
    about="English tweets of the 2010s in lower case without punctuation, nearly all with the word “feel” in them. "
    "Their labels were made from hashtags, so some are wrong.",
    terms="Its authors meant it for research and education. None of its texts are distributed here. Whoever uses the "
    "model commercially should consider that origin, or train other weights with `tweetmoji train`.",
    reference="Saravia et al. 2018, [CARER: Contextualized Affect Representations for Emotion "
    "Recognition](https://aclanthology.org/D18-1404/)",
)

GOEMOTIONS: Final = Dataset(
    title="GoEmotions",
    hub_id="google-research-datasets/go_emotions",
    hub_config="simplified",
    about="English comments on Reddit, labeled by readers with 27 emotions or none. tweetmoji maps these to its six "
    "emotions and leaves out comments with several of them.",
    terms="CC BY 4.0.",
    reference="Demszky et al. 2020, [GoEmotions: A Dataset of Fine-Grained "
    "Emotions](https://aclanthology.org/2020.acl-main.372/)",
)

TWEETEVAL: Final = Dataset(
    title="TweetEval emotion",
    hub_id="cardiffnlp/tweet_eval",
    hub_config="emotion",
    about="English tweets as people wrote them, labeled by readers with anger, joy, optimism or sadness; tweetmoji "
    "counts optimism as joy.",
    terms="Its tweets are under Twitter's terms.",
    reference="Barbieri et al. 2020, [TweetEval: Unified Benchmark and Comparative Evaluation for Tweet "
    "Classification](https://aclanthology.org/2020.findings-emnlp.148/)",
)

EMOJI_TWEETS: Final = Dataset(
    title="TweetEval emoji",
    hub_id="cardiffnlp/tweet_eval",
    hub_config="emoji",
    about="English tweets of which each had one of twenty emoji; the emoji that its writer used is the label, and is "
    "taken out of the text.",
    terms="Its tweets are under Twitter's terms.",
    reference="Barbieri et al. 2018, [SemEval-2018 Task 2: Multilingual Emoji "
    "Prediction](https://aclanthology.org/S18-1003/), in the form of TweetEval (Barbieri et al. 2020)",
)

WRITTEN: Final = Dataset(
    title="Written texts",
    hub_id="",
    hub_config="",
    about="English texts in the manner of tweets, written and labeled for tweetmoji by a large language model: six "
    "emotions or none, many in pairs that differ in one edit. They are no tweets. A second "
    "model has read the test texts and a sample of the others.",
    terms="CC0 1.0.",
    reference="The written texts of tweetmoji, `data/written` in its repository",
)

ANNOTATED: Final = Dataset(
    title="Annotated tweets",
    hub_id="",
    hub_config="",
    about="Tweets of TweetEval as people wrote them, labeled for tweetmoji by large language models that read them one "
    "by one: six emotions or none. Few of them are sad, afraid or surprised.",
    terms="The labels are part of tweetmoji. Its tweets are under Twitter's terms, and none of them are distributed "
    "here.",
    reference=f"The annotations of tweetmoji, `data/annotated` in its repository. The tweets: {TWEETEVAL.reference}",
)

DATASETS: Final = MappingProxyType(
    {
        names.EMOTION: EMOTION,
        names.HUGGING_FACE: EMOTION,
        names.KAGGLE: EMOTION,
        names.GOEMOTIONS: GOEMOTIONS,
        names.NEUTRAL: GOEMOTIONS,
        names.TWEETEVAL: TWEETEVAL,
        names.EMOJI_TWEETS: EMOJI_TWEETS,
        names.WRITTEN: WRITTEN,
        names.ANNOTATED: ANNOTATED,
    }
)
"""Name of a source to the dataset that it reads."""


def identify(source: str, digests: Iterable[str]) -> Dataset | None:
    """Find the dataset that a source read; None for the user's own texts.

    A folder of ``text;label`` files can hold anyone's texts. It is the public dataset if one of its files is: cleaning
    changes train.txt alone.

    Args:
        source: Name of the source.
        digests: Hex SHA-256 digests of its files.
    """
    if source == names.EMOTION and not set(digests) & set(SHA256.values()):
        return None
    return DATASETS.get(source)


def name_split(scored: dict[str, Any]) -> str:
    """Name the split of an evaluation for readers: ``Emotion (dair-ai) test``, or ``table full``."""
    dataset = identify(scored["source"], [scored["data_sha256"]])
    return f"{dataset.title if dataset else scored['source']} {scored['split']}"
