"""What a model of tweets can and cannot read: the behavioral cases, and running a model on them."""

from tweetmoji.evaluate.behavior.cases import Case, Suite, load_suites
from tweetmoji.evaluate.behavior.run import BehaviorResult, CapabilityResult, run_suites

__all__ = ["BehaviorResult", "CapabilityResult", "Case", "Suite", "load_suites", "run_suites"]
