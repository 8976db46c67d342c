"""Behavioral tests of a model: small hand-written cases, sorted by capability."""

from tweetmoji.evaluate.behavior.cases import Case, Suite, load_suites
from tweetmoji.evaluate.behavior.run import BehaviorResult, CapabilityResult, Mistake, run_suites

__all__ = ["BehaviorResult", "CapabilityResult", "Case", "Mistake", "Suite", "load_suites", "run_suites"]
