"""Behavioral tests of a model: small hand-written cases, sorted by capability."""

from tweetmoji.evaluate.behavior.cases import Case, Suite, load_suites
from tweetmoji.evaluate.behavior.run import BehaviorResult, CapabilityResult, run_suites

__all__ = ["BehaviorResult", "CapabilityResult", "Case", "Suite", "load_suites", "run_suites"]
