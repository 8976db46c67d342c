"""How right the answers are: figures of a model on a labelled split."""

from tweetmoji.evaluate.evaluation import Evaluation, evaluate
from tweetmoji.evaluate.metrics import ClassMetrics, Metrics, measure

__all__ = ["ClassMetrics", "Evaluation", "Metrics", "evaluate", "measure"]
