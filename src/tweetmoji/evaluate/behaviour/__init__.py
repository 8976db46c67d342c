"""What a model of tweets can and cannot read: the behavioural cases, and running a model on them."""

from tweetmoji.evaluate.behaviour.cases import Case, Suite, load_suites
from tweetmoji.evaluate.behaviour.run import BehaviourResult, CapabilityResult, run_suites

__all__ = ["BehaviourResult", "CapabilityResult", "Case", "Suite", "load_suites", "run_suites"]
