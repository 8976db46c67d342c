"""What goes in and comes out, field by field: the one source of validation, limits and OpenAPI descriptions."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tweetmoji.serve.settings import MAX_TEXTS
from tweetmoji.text import MAX_CHARS, replace_surrogates

EXAMPLE: Final = "Today is a good day!"


def _mend(value: Any) -> Any:  # noqa: ANN401
    """JSON can escape half a character, which Python's UTF-8 cannot hold."""
    return replace_surrogates(value) if isinstance(value, str) else value


Text = Annotated[str, Field(max_length=MAX_CHARS, description="A tweet, or any other text."), BeforeValidator(_mend)]


class _Request(BaseModel):
    """Exactly the fields declared, of exactly the types declared."""

    model_config = ConfigDict(extra="forbid", strict=True)


class TweetRequest(_Request):
    """One text to answer."""

    text: Text = Field(examples=[EXAMPLE])


class PredictionsRequest(_Request):
    """Many texts to answer."""

    texts: list[Text] = Field(
        min_length=1, max_length=MAX_TEXTS, description="The texts, in any order.", examples=[[EXAMPLE, "I miss you"]]
    )
    min_confidence: float = Field(
        0.0, ge=0, le=1, description="Below this confidence, emoji and label are null.", examples=[0.5]
    )


class TweetResponse(BaseModel):
    """The emoji that fits best."""

    confidence: str = Field(
        description="Probability of the emoji, as a decimal string of 7 places.", examples=["0.9963295"]
    )
    emoji: str = Field(examples=["😂"])


class PredictionResponse(BaseModel):
    """The answer for one text: the fields of `tweetmoji.Prediction`."""

    emoji: str | None = Field(description="null below min_confidence.", examples=["😂"])
    label: str | None = Field(description="null below min_confidence.", examples=["joy"])
    confidence: float = Field(description="Calibrated probability, 0 to 1.", examples=[0.98])
    scores: dict[str, float] = Field(
        description="Probability of every emotion; they sum to 1.", examples=[{"joy": 0.98, "sadness": 0.02}]
    )
    truncated: bool = Field(description="Whether the text had more than the model reads.", examples=[False])


class PredictionsResponse(BaseModel):
    """The answers, in the order of the texts."""

    predictions: list[PredictionResponse]


class LabelResponse(BaseModel):
    """A label and its emoji."""

    label: str = Field(examples=["joy"])
    emoji: str = Field(examples=["😂"])


class LabelsResponse(BaseModel):
    """All labels, in the order of the model's columns."""

    labels: list[LabelResponse]


class SplitMetrics(BaseModel):
    """What was measured of the model on one split."""

    weights: str = Field(description="int8 is what answers here; float32 is what it was made from.", examples=["int8"])
    source: str = Field(description="The dataset.", examples=["emotion"])
    split: str = Field(examples=["test"])
    n: int = Field(description="Number of texts.", examples=[2000])
    accuracy: float = Field(examples=[0.93])
    balanced_accuracy: float = Field(examples=[0.9])
    macro_f1: float = Field(examples=[0.88])
    log_loss: float = Field(description="In nats.", examples=[0.15])
    ece: float = Field(description="Expected calibration error, 15 bins.", examples=[0.02])


class ModelResponse(BaseModel):
    """Which model answers."""

    name: str = Field(examples=["tweetmoji-minilm"])
    version: str = Field(description="First 12 hex digits of the SHA-256 of the weights.", examples=["788185cbc3ed"])
    labels: list[str] = Field(examples=[["joy", "sadness"]])
    metrics: list[SplitMetrics]


class StatusResponse(BaseModel):
    """Whether the process lives, or can answer."""

    status: str = Field(examples=["ok"])
