"""What is known to help: solutions with their record, for colleagues."""

from __future__ import annotations

from collections.abc import Iterator

from crash_knowledge.replies.model import Reader, Sentence
from crash_knowledge.replies.shapes import VERSION, shaped
from crash_knowledge.replies.speaker import Speaker
from crash_knowledge.store.records import Solution

_MOST = 3


def remedies(speaker: Speaker, reader: Reader) -> Iterator[Sentence]:
    """Solutions, the best proven first; a manager gets only the best one that worked."""
    if speaker.facts.is_new:
        return
    known = speaker.proven()[:1] if reader == "manager" else speaker.facts.solutions[:_MOST]
    for solution in known:
        yield _remedy(speaker, solution)
        if solution is speaker.facts.solutions[0] and solution.success_count:
            yield from _last_worked(speaker)
    if not known and speaker.facts.resolved_in is None:
        yield speaker.say("no_solution")


def no_remedy(speaker: Speaker) -> bool:
    """True when neither a solution that worked nor a corrected version is known."""
    return not speaker.proven() and speaker.facts.resolved_in is None


def _last_worked(speaker: Speaker) -> Iterator[Sentence]:
    last, sure = speaker.facts.last_worked, speaker.facts.match_sureness
    if last is None:
        return
    date, version = speaker.forms.date(last.at), shaped(last.service_version, VERSION)
    if version:
        yield speaker.say("last_worked_in", sure, date=date, version=version)
    else:
        yield speaker.say("last_worked", sure, date=date)


def _remedy(speaker: Speaker, solution: Solution) -> Sentence:
    text, sure = speaker.described(solution), speaker.facts.match_sureness
    worked, failed = speaker.forms.times(solution.success_count), speaker.forms.times(solution.failure_count)
    if solution.success_count and solution.failure_count:
        return speaker.say("solution_mixed", sure, solution=text, worked=worked, failed=failed)
    if solution.success_count:
        return speaker.say("solution_worked", sure, solution=text, worked=worked)
    if solution.failure_count:
        return speaker.say("solution_failed", sure, solution=text, failed=failed)
    return speaker.say("solution_proposed", "possible", solution=text)
