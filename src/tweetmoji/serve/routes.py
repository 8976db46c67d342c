"""The routes: each reads a request, asks the predictor, and writes an answer."""

from dataclasses import asdict
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse

from tweetmoji.runtime.metrics import summarize
from tweetmoji.serve.parsing import parse_body, parse_query_or_body
from tweetmoji.serve.predictor import Predictor, unavailable
from tweetmoji.serve.problems import document
from tweetmoji.serve.schemas import (
    EXAMPLE,
    LabelsResponse,
    ModelResponse,
    PredictionsRequest,
    PredictionsResponse,
    StatusResponse,
    TweetRequest,
    TweetResponse,
)
from tweetmoji.serve.settings import ServeSettings

TEXT_ROUTE_ERRORS = (400, 408, 413, 415, 422, 500, 503)
"""Statuses of the problems that a route which reads a text can answer with."""


def add_routes(app: FastAPI, predictor: Predictor, settings: ServeSettings) -> None:
    """Add every route of the API."""
    app.include_router(_route_answers(predictor, settings))
    app.include_router(_route_model(predictor))
    app.include_router(_route_status(predictor))


def _route_answers(predictor: Predictor, settings: ServeSettings) -> APIRouter:
    router = APIRouter(tags=["answers"], responses=document(*TEXT_ROUTE_ERRORS))

    async def answer_tweet(request: Request) -> JSONResponse:
        asked = await parse_query_or_body(request, TweetRequest, timeout_s=settings.body_timeout_s)
        [prediction] = await predictor.predict([asked.text])
        return JSONResponse({"confidence": f"{prediction.confidence:.7f}", "emoji": prediction.emoji})

    route_tweets = partial(
        router.api_route,
        "/tweets",
        summary="The emoji for a tweet",
        response_model=TweetResponse,
        response_description="The emoji and its confidence",
    )

    @route_tweets(methods=["GET"], openapi_extra={"parameters": [_describe_query()]})
    async def get_tweet(request: Request) -> JSONResponse:
        """Answer `?text=…` or, as the first version of this service did, the JSON body `{"text": …}`; not both."""
        return await answer_tweet(request)

    @route_tweets(methods=["POST"], openapi_extra=_describe_body(TweetRequest))
    async def post_tweet(request: Request) -> JSONResponse:
        """Answer the JSON body `{"text": …}`."""
        return await answer_tweet(request)

    @router.post(
        "/v1/predictions",
        summary="Everything about many tweets",
        response_model=PredictionsResponse,
        response_description="The answers, in the order of the texts",
        openapi_extra=_describe_body(PredictionsRequest),
    )
    async def post_predictions(request: Request) -> JSONResponse:
        """Answer 1 to 1,024 texts, in their order, with the scores of every emotion."""
        asked = await parse_body(request, PredictionsRequest, timeout_s=settings.body_timeout_s)
        predictions = await predictor.predict(asked.texts, min_confidence=asked.min_confidence)
        return JSONResponse({"predictions": [asdict(row) for row in predictions]})

    return router


def _route_model(predictor: Predictor) -> APIRouter:
    router = APIRouter(tags=["model"], responses=document(500))
    emojifier = predictor.emojifier

    @router.get(
        "/v1/labels",
        summary="The labels and their emoji",
        response_model=LabelsResponse,
        response_description="All labels",
    )
    async def get_labels() -> JSONResponse:
        """All labels that can be predicted, in the order of the model's columns."""
        pairs = [{"label": label, "emoji": emoji} for label, emoji in emojifier.emoji.items()]
        return JSONResponse({"labels": pairs})

    @router.get(
        "/v1/model", summary="Which model answers", response_model=ModelResponse, response_description="The model"
    )
    async def get_model() -> JSONResponse:
        """Name, version, labels and measured figures of the model."""
        return JSONResponse(
            {
                "name": emojifier.name,
                "version": emojifier.version,
                "labels": list(emojifier.labels),
                "metrics": summarize(emojifier.metrics),
            }
        )

    return router


def _route_status(predictor: Predictor) -> APIRouter:
    router = APIRouter(tags=["status"])

    @router.get(
        "/healthz",
        summary="Does the process live?",
        response_model=StatusResponse,
        responses=document(500),
        response_description="It lives",
    )
    async def get_health() -> JSONResponse:
        """Answer as long as the process does."""
        return JSONResponse({"status": "ok"})

    @router.get(
        "/readyz",
        summary="Can it answer?",
        response_model=StatusResponse,
        responses=document(500, 503),
        response_description="It can",
    )
    async def get_readiness() -> JSONResponse:
        """200 once the model is loaded, 503 while the server shuts down."""
        if not predictor.ready:
            raise unavailable("the server shuts down")
        return JSONResponse({"status": "ready"})

    return router


def _describe_query() -> dict[str, Any]:
    schema = TweetRequest.model_json_schema()["properties"]["text"]
    return {
        "name": "text",
        "in": "query",
        "required": False,
        "description": "The tweet. Left out only where a JSON body takes its place; POST a text of thousands of emoji.",
        "schema": schema,
        "example": EXAMPLE,
    }


def _describe_body(model: type[TweetRequest | PredictionsRequest]) -> dict[str, Any]:
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}
