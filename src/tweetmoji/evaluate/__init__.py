"""How right the answers are: figures of a model on labeled splits and on behavioral cases."""

from tweetmoji.evaluate.evaluation import Evaluation, evaluate
from tweetmoji.evaluate.metrics import ClassMetrics, Metrics, measure

__all__ = ["ClassMetrics", "Evaluation", "Metrics", "evaluate", "measure"]
