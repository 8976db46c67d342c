"""Requests and responses, field by field: validation, limits and OpenAPI descriptions have their one source here."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tweetmoji.serve.settings import MAX_SUGGESTIONS, MAX_TEXTS
from tweetmoji.text import MAX_CHARS, replace_surrogates

EXAMPLE: Final = "Today is a good day!"

EXPECTED: Final = {
    "text": f"a string of at most {MAX_CHARS} code points",
    "texts": f"an array of 1 to {MAX_TEXTS} strings",
    "min_confidence": "a number from 0 to 1",
    "k": f"a whole number from 1 to {MAX_SUGGESTIONS}",
}
"""What error messages say of each field that a request can have."""


def _replace_surrogates(value: Any) -> Any:  # noqa: ANN401
    # JSON can escape half a surrogate pair, which UTF-8 cannot encode
    return replace_surrogates(value) if isinstance(value, str) else value


def _accept_whole(value: Any) -> Any:  # noqa: ANN401
    # to JSON Schema, and so to clients, 3.0 is an integer (JSON Schema Validation 2020-12, section 6.1.1)
    return int(value) if isinstance(value, float) and value.is_integer() else value


Text = Annotated[
    str,
    Field(max_length=MAX_CHARS, description="A tweet, or any other text."),
    BeforeValidator(_replace_surrogates),
]


class _Request(BaseModel):
    """Accepts no other fields and no other types than declared."""

    model_config = ConfigDict(extra="forbid", strict=True)


class TweetRequest(_Request):
    """One text to predict the emoji of."""

    text: Text = Field(examples=[EXAMPLE])


Texts = Annotated[
    list[Text],
    Field(min_length=1, max_length=MAX_TEXTS, description="1 to 1,024 texts.", examples=[[EXAMPLE, "I miss you"]]),
]


class PredictionsRequest(_Request):
    """Many texts to predict the emoji of."""

    texts: Texts
    min_confidence: float = Field(
        0.0, ge=0, le=1, description="Below this confidence, emoji and label are null.", examples=[0.5]
    )


class SuggestionsRequest(_Request):
    """Many texts to suggest emoji for."""

    texts: Texts
    k: Annotated[int, BeforeValidator(_accept_whole)] = Field(
        3, ge=1, le=MAX_SUGGESTIONS, description="Most suggestions for each text; a model may have fewer.", examples=[3]
    )


class ExplanationRequest(_Request):
    """One text of at most 64 words to explain the emoji of."""

    text: Text = Field(examples=[EXAMPLE])


class TweetResponse(BaseModel):
    """The emoji that fits best, and its confidence."""

    confidence: str = Field(
        description="Probability that the text has the emotion of the emoji, as a decimal string of 7 places.",
        examples=["0.9963295"],
    )
    emoji: str = Field(examples=["😂"])


class PredictionResponse(BaseModel):
    """The prediction for one text: the fields of `tweetmoji.Prediction`."""

    emoji: str | None = Field(description="null below min_confidence.", examples=["😂"])
    label: str | None = Field(description="null below min_confidence.", examples=["joy"])
    confidence: float = Field(
        description="Calibrated probability that the text has the most probable label: its score times 1 - none.",
        examples=[0.931],
    )
    none: float | None = Field(
        description="Calibrated probability that the text has none of the labels; null if the model cannot tell, and "
        "the confidence is then the score.",
        examples=[0.05],
    )
    scores: dict[str, float] = Field(
        description="Probability of every label, given that the text has one of them; they sum to 1.",
        examples=[{"joy": 0.98, "sadness": 0.02}],
    )
    truncated: bool = Field(description="Whether the text is longer than the model reads.", examples=[False])


class PredictionsResponse(BaseModel):
    """The predictions, in the order of the texts."""

    predictions: list[PredictionResponse]


class SuggestionResponse(BaseModel):
    """An emoji that fits a text: the fields of `tweetmoji.Suggestion`."""

    emoji: str = Field(examples=["🎉"])
    probability: float = Field(
        description="Calibrated probability that it is this one of the emoji that the model suggests.", examples=[0.4]
    )


class SuggestionsResponse(BaseModel):
    """The suggestions for each text, in the order of the texts."""

    suggestions: list[list[SuggestionResponse]] = Field(description="For each text, the most probable emoji first.")


class WordWeightResponse(BaseModel):
    """A word of a text, and how much it supports the prediction: the fields of `tweetmoji.WordWeight`."""

    start: int = Field(description="Where the word begins in the text, in Unicode code points.", examples=[11])
    end: int = Field(description="Where it ends, exclusive.", examples=[15])
    weight: float = Field(
        description="Score of the predicted label minus its score without the word, -1 to 1: above 0 the word supports "
        "the prediction, below 0 it speaks against it.",
        examples=[0.61],
    )


class ExplanationResponse(BaseModel):
    """The prediction for one text, and its words: the fields of `tweetmoji.Explanation`."""

    prediction: PredictionResponse
    words: list[WordWeightResponse] = Field(
        description="In the order of the text, without overlaps; empty if it has no words."
    )


class LabelResponse(BaseModel):
    """A label and its emoji."""

    label: str = Field(examples=["joy"])
    emoji: str = Field(examples=["😂"])


class LabelsResponse(BaseModel):
    """All labels, in the order of the model's columns."""

    labels: list[LabelResponse]


class SelectivePoint(BaseModel):
    """Accuracy of the answers whose confidence is at least ``min_confidence``."""

    coverage: float = Field(description="Share of the texts that are then answered.", examples=[0.8])
    n: int = Field(description="Number of these texts.", examples=[1600])
    min_confidence: float = Field(examples=[0.75])
    accuracy: float = Field(description="Share of the answers that are right.", examples=[0.97])


class SplitMetrics(BaseModel):
    """Metrics of the model on one split of a dataset."""

    weights: str = Field(
        description="int8: the weights that predict here; float32: those before quantization.", examples=["int8"]
    )
    source: str = Field(description="The dataset.", examples=["emotion"])
    split: str = Field(examples=["test"])
    n: int = Field(description="Number of texts.", examples=[2000])
    accuracy: float = Field(examples=[0.93])
    balanced_accuracy: float = Field(examples=[0.9])
    macro_f1: float = Field(examples=[0.88])
    log_loss: float = Field(description="In nats.", examples=[0.15])
    ece: float = Field(description="Expected calibration error, 15 bins.", examples=[0.02])
    selective: list[SelectivePoint] = Field(
        description="What a minimum confidence costs and gains, from few answers to all; empty if it was not measured "
        "with the confidence that is given here. Where none lowers that, texts of none count too, and any emoji for "
        "them is wrong."
    )


class ModelResponse(BaseModel):
    """The model that predicts."""

    name: str = Field(examples=["tweetmoji-minilm"])
    version: str = Field(description="First 12 hex digits of the SHA-256 of the weights.", examples=["788185cbc3ed"])
    labels: list[str] = Field(examples=[["joy", "sadness"]])
    prior: dict[str, float] = Field(
        description="Share of each label that the probabilities assume; they sum to 1.",
        examples=[{"joy": 0.6, "sadness": 0.4}],
    )
    suggestions: list[str] = Field(
        description="The emoji that /v1/suggestions chooses from; empty if the model has none.", examples=[["😂", "🎉"]]
    )
    metrics: list[SplitMetrics]


class StatusResponse(BaseModel):
    """Whether the process is alive, or ready to predict."""

    status: str = Field(examples=["ok"])
