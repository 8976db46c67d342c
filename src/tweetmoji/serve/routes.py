"""The routes: each reads a request, calls the predictor, and writes a response."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse

from tweetmoji.errors import TooManyWordsError
from tweetmoji.runtime.emojifier import Emojifier
from tweetmoji.runtime.metrics import summarize, summarize_curves
from tweetmoji.serve.parsing import read_fields
from tweetmoji.serve.predictor import Predictor
from tweetmoji.serve.problems import EXAMPLES, Problem, document, make_unavailable
from tweetmoji.serve.schemas import (
    EXAMPLE,
    ExplanationRequest,
    ExplanationResponse,
    LabelsResponse,
    ModelResponse,
    PredictionsRequest,
    PredictionsResponse,
    StatusResponse,
    SuggestionsRequest,
    SuggestionsResponse,
    TweetRequest,
    TweetResponse,
)


class _PlainRoute(APIRoute):
    """Hands the request to its endpoint, which reads it itself: FastAPI looks for parameters only to describe them."""

    def get_route_handler(self) -> Callable[..., Any]:
        return self.endpoint


router = APIRouter(route_class=_PlainRoute)

PREDICTION: dict[str, Any] = {
    "tags": ["predictions"],
    "responses": document(400, 408, 413, 415, 422, 429, 500, 503, 504),
}
"""What the routes that read texts have in common."""

NO_SUGGESTIONS: Final = "this model has no suggestions; serve one that was trained with them"

SUGGESTION = PREDICTION | {
    "responses": document(
        400, 404, 408, 413, 415, 422, 429, 500, 503, 504, examples=EXAMPLES | {HTTPStatus.NOT_FOUND: NO_SUGGESTIONS}
    )
}
"""As `PREDICTION`, for suggestions, which a model may not have."""

TWEET = PREDICTION | {
    "summary": "The emoji for a tweet",
    "response_model": TweetResponse,
    "response_description": "The emoji and its confidence",
}
"""What the routes at ``/tweets`` have in common."""


def _describe_query() -> dict[str, Any]:
    return {
        "name": "text",
        "in": "query",
        "required": True,  # to all clients that this document is for: OpenAPI has no body of GET
        "description": "The tweet. POST a text of thousands of emoji.",
        "schema": TweetRequest.model_json_schema()["properties"]["text"],
        "example": EXAMPLE,
    }


def _describe_body(
    model: type[TweetRequest | PredictionsRequest | SuggestionsRequest | ExplanationRequest],
) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": model.model_json_schema()}}}


# FastAPI documents no body of a route that reads it itself, hence openapi_extra. Of GET it documents none at all:
# browsers, and with them Swagger UI, cannot send one.
@router.get("/tweets", openapi_extra={"parameters": [_describe_query()]}, **TWEET)
async def get_tweet(request: Request) -> JSONResponse:
    """Predict `?text=…` or, as the first version of this service did, the JSON body `{"text": …}`; not both."""
    return await _predict_tweet(request)


@router.post("/tweets", openapi_extra={"requestBody": _describe_body(TweetRequest)}, **TWEET)
async def post_tweet(request: Request) -> JSONResponse:
    """Predict the JSON body `{"text": …}`."""
    return await _predict_tweet(request)


async def _predict_tweet(request: Request) -> JSONResponse:
    fields = await read_fields(request, TweetRequest, query=True)
    [prediction] = await _get_predictor(request).predict([fields.text], receive=request.receive)
    return JSONResponse({"confidence": f"{prediction.confidence:.7f}", "emoji": prediction.emoji})


@router.post(
    "/v1/predictions",
    summary="Everything about many tweets",
    response_model=PredictionsResponse,
    response_description="The predictions, in the order of the texts",
    openapi_extra={"requestBody": _describe_body(PredictionsRequest)},
    **PREDICTION,
)
async def post_predictions(request: Request) -> JSONResponse:
    """Predict 1 to 1,024 texts, in their order, with the scores of every label."""
    fields = await read_fields(request, PredictionsRequest)
    predictions = await _get_predictor(request).predict(
        fields.texts, min_confidence=fields.min_confidence, receive=request.receive
    )
    # dataclasses.asdict copies every row deeply, which takes longer than all else here but the network
    return JSONResponse({"predictions": [vars(row) for row in predictions]})


@router.post(
    "/v1/suggestions",
    summary="Emoji that people would add to many tweets",
    response_model=SuggestionsResponse,
    response_description="The suggestions for each text, in the order of the texts",
    openapi_extra={"requestBody": _describe_body(SuggestionsRequest)},
    **SUGGESTION,
)
async def post_suggestions(request: Request) -> JSONResponse:
    """Suggest `k` emoji for each of 1 to 1,024 texts, the most probable first; 404 if the model has no suggestions."""
    predictor = _get_predictor(request)
    fields = await read_fields(request, SuggestionsRequest)
    if not predictor.emojifier.suggestions:
        raise Problem(HTTPStatus.NOT_FOUND, NO_SUGGESTIONS)
    found = await predictor.suggest(fields.texts, fields.k, receive=request.receive)
    return JSONResponse({"suggestions": [[vars(suggestion) for suggestion in row] for row in found]})


@router.post(
    "/v1/explanations",
    summary="Why a tweet gets its emoji",
    response_model=ExplanationResponse,
    response_description="The prediction, and the weights of the words in the order of the text",
    openapi_extra={"requestBody": _describe_body(ExplanationRequest)},
    **PREDICTION,
)
async def post_explanation(request: Request) -> JSONResponse:
    """Predict one text of at most 64 words, and weigh each word: as much work as predicting words + 1 texts."""
    fields = await read_fields(request, ExplanationRequest)
    try:
        found = await _get_predictor(request).explain(fields.text, receive=request.receive)
    except TooManyWordsError as error:
        errors = [{"field": "text", "message": str(error)}]
        raise Problem(422, f"text: {error}", errors=errors) from None
    return JSONResponse({"prediction": vars(found.prediction), "words": [vars(word) for word in found.words]})


@router.get(
    "/v1/labels",
    summary="The labels and their emoji",
    tags=["model"],
    response_model=LabelsResponse,
    response_description="All labels",
    responses=document(500),
)
async def get_labels(request: Request) -> JSONResponse:
    """All labels that can be predicted, in the order of the model's columns."""
    emoji = _get_predictor(request).emojifier.emoji
    return JSONResponse({"labels": [{"label": label, "emoji": emoji[label]} for label in emoji]})


@router.get(
    "/v1/model",
    summary="The model that predicts",
    tags=["model"],
    response_model=ModelResponse,
    response_description="The model",
    responses=document(500),
)
async def get_model(request: Request) -> JSONResponse:
    """Name, version, labels, prior, suggestions and metrics of the model."""
    emojifier = _get_predictor(request).emojifier
    return JSONResponse(
        {
            "name": emojifier.name,
            "version": emojifier.version,
            "labels": list(emojifier.labels),
            "prior": emojifier.prior,
            "suggestions": list(emojifier.suggestions),
            "metrics": _describe_metrics(emojifier),
        }
    )


@router.get(
    "/healthz",
    summary="Is the process alive?",
    tags=["status"],
    response_model=StatusResponse,
    response_description="It is alive",
    responses=document(500),
)
async def get_health(_: Request) -> JSONResponse:
    """200 for as long as the process is alive."""
    return JSONResponse({"status": "ok"})


@router.get(
    "/readyz",
    summary="Is it ready to predict?",
    tags=["status"],
    response_model=StatusResponse,
    response_description="It is ready",
    responses=document(500, 503),
)
async def get_readiness(request: Request) -> JSONResponse:
    """200 while the server predicts, 503 while it is shutting down and when a worker hangs or has died."""
    fault = _get_predictor(request).find_fault()
    if fault is not None:
        raise make_unavailable(fault)
    return JSONResponse({"status": "ready"})


def _describe_metrics(emojifier: Emojifier) -> list[dict[str, Any]]:
    """The metrics of each evaluation, with the curve of the confidence that is given here."""
    rows = summarize(emojifier.metrics)
    curves = summarize_curves(emojifier.metrics, emojifier.labels, knows_none=emojifier.knows_none)
    return [
        row | {"selective": curve if emojifier.has_own_prior else []} for row, curve in zip(rows, curves, strict=True)
    ]


def _get_predictor(request: Request) -> Predictor:
    predictor: Predictor = request.app.state.predictor
    return predictor
