"""A static classifier of model2vec behind FastAPI and uvicorn.

``POST /predict`` takes ``{"text": …}`` and answers ``{"label": "joy", "score": 0.99}``. Run it in the environment of
this peer: ``python server.py MODEL_FOLDER PORT``.
"""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from model2vec.inference import StaticModelPipeline
from pydantic import BaseModel


class TextRequest(BaseModel):
    """One text."""

    text: str


def make_app(folder: str) -> FastAPI:
    """Load the classifier and make the application."""
    app = FastAPI()
    pipeline = StaticModelPipeline.from_pretrained(folder)

    @app.post("/predict")
    async def predict(request: TextRequest) -> dict[str, Any]:  # too short a computation to be worth a thread
        probabilities = pipeline.predict_proba([request.text])[0]
        best = int(probabilities.argmax())
        return {"label": str(pipeline.classes_[best]), "score": float(probabilities[best])}

    return app


if __name__ == "__main__":
    uvicorn.run(make_app(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
