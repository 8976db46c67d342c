"""The usual way to serve a transformer: a pipeline of transformers in a route of FastAPI, run by uvicorn.

``POST /predict`` takes ``{"text": …}`` and answers ``{"label": "joy", "score": 0.99}``. Run it in the environment of
this peer: ``python server.py MODEL_FOLDER PORT``.
"""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from transformers import pipeline


class TextRequest(BaseModel):
    """One text."""

    text: str


def make_app(folder: str) -> FastAPI:
    """Load the pipeline and make the application."""
    app = FastAPI()
    classify = pipeline("text-classification", model=folder)

    @app.post("/predict")
    def predict(request: TextRequest) -> dict[str, Any]:  # FastAPI runs it in a thread
        answer: dict[str, Any] = classify(request.text, truncation=True)[0]
        return answer

    return app


if __name__ == "__main__":
    uvicorn.run(make_app(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
