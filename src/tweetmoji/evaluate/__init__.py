"""Evaluation: metrics of a model on labeled splits and on behavioral cases. Needs the extra ``evaluate``."""

from tweetmoji.errors import needs_extra

with needs_extra("evaluate"):
    from tweetmoji.evaluate.evaluation import Evaluation, evaluate
    from tweetmoji.evaluate.metrics import ClassMetrics, Metrics, measure

__all__ = ["ClassMetrics", "Evaluation", "Metrics", "evaluate", "measure"]
