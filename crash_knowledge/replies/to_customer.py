"""The letter to the customer: polite, short, nothing of the inside of the program."""

from __future__ import annotations

from collections.abc import Iterator

from crash_knowledge.replies.model import Paragraph, Sentence
from crash_knowledge.replies.speaker import Speaker


def subject(speaker: Speaker) -> str:
    when = speaker.facts.local_time
    return speaker.text("subject_dated", date=speaker.forms.date(when)) if when else speaker.text("subject")


def letter(speaker: Speaker) -> Iterator[Paragraph]:
    """The paragraphs, in order; empty ones are dropped by the composer."""
    yield Paragraph((speaker.say("greeting"),))
    yield speaker.paragraph(_thanks(speaker))
    yield speaker.paragraph(_circumstance(speaker), speaker.cause(), speaker.unsaved())
    yield speaker.paragraph(_state(speaker))
    yield speaker.paragraph(speaker.needs(), heading="needs")
    yield speaker.paragraph(speaker.password())


def ending(speaker: Speaker) -> Iterator[Paragraph]:
    yield Paragraph((speaker.say("closing"),))
    yield Paragraph((speaker.say("signature"),))


def _thanks(speaker: Speaker) -> Iterator[Sentence]:
    facts = speaker.facts
    if facts.local_time:
        yield speaker.say("thanks_dated", date=speaker.forms.date(facts.local_time))
    else:
        yield speaker.say("thanks")
    if facts.version:
        yield speaker.say("version", version=facts.version)


def _circumstance(speaker: Speaker) -> Iterator[Sentence]:
    circumstance = speaker.circumstance()
    if circumstance:
        kind, known = circumstance
        yield speaker.say(f"while_{kind}", known.confidence)


def _state(speaker: Speaker) -> Iterator[Sentence]:
    facts = speaker.facts
    yield speaker.say("new" if facts.is_new else "known", facts.match_sureness)
    if facts.is_new:
        return
    yield from speaker.corrected()
    proven = speaker.proven()
    if proven:
        yield speaker.say("solution", facts.match_sureness, solution=speaker.quoted(proven[0]))
    elif facts.resolved_in is None:
        yield speaker.say("no_solution")
