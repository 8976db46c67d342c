"""The original exercise's stack: Flask's own server and Keras's ``predict`` of a DistilBERT, one text a request.

``GET`` and ``POST /tweets`` take ``{"text": …}`` and answer ``{"confidence": "0.9934105", "emoji": "😂"}``, as
https://github.com/GeraMantecon/emoji_classifier/tree/56c0425615841ec276b5ba587f415c38218f54df does.
Run it in the environment of this peer: ``python server.py MODEL_FOLDER PORT``.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import tensorflow as tf
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from transformers import DistilBertTokenizerFast, TFDistilBertForSequenceClassification

EMOJI = ("😢", "😂", "😍", "😠", "😱", "😲")
MAX_TOKENS = 64
"""Tokens that the original reads of a text."""


def make_app(folder: str) -> Flask:
    """Load the classifier and make the application."""
    app = Flask(__name__)
    tokenizer = DistilBertTokenizerFast(tokenizer_file=f"{folder}/tokenizer.json")
    model = TFDistilBertForSequenceClassification.from_pretrained(folder)

    @app.route("/tweets", methods=["GET", "POST"])
    def classify() -> ResponseReturnValue:
        tokens = tokenizer(request.get_json()["text"], truncation=True, max_length=MAX_TOKENS, return_tensors="tf")
        logits = model.predict({name: tokens[name] for name in ("input_ids", "attention_mask")}).logits
        probabilities = tf.nn.softmax(logits, axis=1).numpy()[0]
        best = int(probabilities.argmax())
        return jsonify(confidence=str(probabilities[best]), emoji=EMOJI[best])

    return app


if __name__ == "__main__":
    make_app(sys.argv[1]).run(host="127.0.0.1", port=int(sys.argv[2]))
