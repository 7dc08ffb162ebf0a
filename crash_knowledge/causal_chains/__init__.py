"""Causal chains: failures, what was tried, what worked, and how long it took.

``CausalChainTracker`` is for programs in an event loop; ``ChainLedger`` does the same for those that may wait.
"""

from crash_knowledge.causal_chains.ledger import ChainLedger
from crash_knowledge.causal_chains.model import CausalChain, ErrorEvent, FixAttempt, RecordedError, SimilarFailure
from crash_knowledge.causal_chains.tracker import CausalChainTracker, get_causal_tracker, shared_ledger

__all__ = [
    "CausalChain",
    "CausalChainTracker",
    "ChainLedger",
    "ErrorEvent",
    "FixAttempt",
    "RecordedError",
    "SimilarFailure",
    "get_causal_tracker",
    "shared_ledger",
]
