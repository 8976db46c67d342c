"""The list of docs/operations.md with every metric of ``/metrics``, from the program itself."""

import tweetmoji
from tweetmoji.serve import ServeSettings, create_app
from tweetmoji.serve.server import make_server

PREFIX = "tweetmoji_"
SUFFIXES = {"counter": "_total", "info": "_info"}
"""Type of a metric to the ending of its samples' name."""


def render_metrics() -> str:
    """List name, type and meaning of every metric of ours."""
    app = create_app(tweetmoji.load(), ServeSettings(threads=1))
    make_server(app, ServeSettings())  # which shows its connections
    predictor = app.state.predictor
    try:
        found = [metric for metric in predictor.metrics.registry.collect() if metric.name.startswith(PREFIX)]
    finally:
        predictor.close()
    lines = [
        f"- `{metric.name}{SUFFIXES.get(metric.type, '')}`, {metric.type}: {metric.documentation}" for metric in found
    ]
    return "\n".join(sorted(lines))
