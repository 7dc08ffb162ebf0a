"""The verdict on one dump as plain JSON, for ``analyze --json`` and the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from crash_knowledge.analyzer import Analysis
from crash_knowledge.diagnosis import user_action
from crash_knowledge.fingerprint.naming import pattern_name
from crash_knowledge.knowledge.learner import Learned
from crash_knowledge.store.records import Solution
from crash_knowledge.verdict.card import VerdictCard


def verdict_json(
    analysis: Analysis, card: VerdictCard, learned: Learned | None = None, explain: bool = False
) -> dict[str, Any]:
    """One object; ``pattern_id`` is null when the crash is new and was not saved. ``card`` is what the page shows."""
    match, header, history = analysis.match, analysis.dump.header, analysis.judged.history
    first = next(iter(analysis.fingerprint.in_app), None)
    facts: dict[str, Any] = {
        "file": analysis.given_name,
        "index": analysis.dump.index,
        "is_new": match.is_new,
        "pattern_id": learned.pattern.id if learned else match.pattern_id,
        "pattern_name": learned.pattern.pattern_name
        if learned
        else match.pattern_name or pattern_name(analysis.fingerprint),
        "level": match.level,
        "confidence": round(match.confidence, 4),
        "cause": analysis.dump.cause,
        "first_application_frame": first.text if first else None,
        "user_action": user_action(analysis.diagnosis),
        "customer": header.site.customer if header.site else None,
        "version": header.version.text if header.version else None,
        "occurred_at": analysis.occurred_at.isoformat(),
        "complete": analysis.dump.complete,
        "status": analysis.judged.pattern.status if analysis.judged.pattern else None,
        "fixes": list(analysis.judged.release.fixes) if analysis.judged.release else [],
        "release": asdict(analysis.judged.release) if analysis.judged.release else None,
        "solutions": [_solution(solution) for solution in match.verified_solutions],
        "seen": history.occurrence_count if history else 0,
        "customers": list(history.customers) if history else [],
        "findings": [asdict(finding) for finding in analysis.diagnosis.findings],
        "secrets": [asdict(secret) for secret in analysis.secrets],
        "card": asdict(card),
        "stored_before": analysis.judged.stored_before.id if analysis.judged.stored_before else None,
        "fingerprint": {
            "version": analysis.fingerprint.version,
            "exact": analysis.fingerprint.exact,
            "structural": analysis.fingerprint.structural,
            "seed_exact": analysis.fingerprint.seed_exact,
            "seed_structural": analysis.fingerprint.seed_structural,
        },
    }
    if learned is not None:
        facts["saved"] = {
            "crash_id": learned.crash.id,
            "new_pattern": learned.is_new_pattern,
            "learnt": learned.sentences,
        }
    if explain:
        facts["explanation"] = asdict(match.explanation)
    return facts


def _solution(solution: Solution) -> dict[str, Any]:
    return {
        "id": solution.id,
        "description": solution.description,
        "success_count": solution.success_count,
        "failure_count": solution.failure_count,
        "added_by": solution.added_by,
    }
