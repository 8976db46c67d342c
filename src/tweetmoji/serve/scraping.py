"""The route ``/metrics``: the application's metrics, as Prometheus or any OpenMetrics scraper reads them."""

import asyncio
from typing import Final

from fastapi import Request
from prometheus_client.exposition import choose_encoder
from starlette.responses import Response

METRICS_PATH: Final = "/metrics"


async def show_metrics(request: Request) -> Response:
    """Every metric, in the format that the scraper asks for."""
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    registry = request.app.state.predictor.metrics.registry
    return Response(await asyncio.to_thread(encode, registry), headers={"Content-Type": content_type})
