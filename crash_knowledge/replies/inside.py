"""The texts for colleagues: support gets everything, a developer the technical facts, a manager the summary."""

from __future__ import annotations

from collections.abc import Iterator

from crash_knowledge.replies.model import Paragraph, Reader, Sentence
from crash_knowledge.replies.remedies import no_remedy, remedies
from crash_knowledge.replies.speaker import Speaker
from crash_knowledge.replies.technical import technical
from crash_knowledge.wording import clipped, visible

_LONGEST_FILE_NAME = 80
_VERSIONS_NAMED = 6


def subject(speaker: Speaker) -> str:
    facts = speaker.facts
    state = speaker.text("state_new") if facts.is_new else speaker.text("state_known", pattern=facts.pattern_id)
    date = speaker.forms.date(facts.local_time) if facts.local_time else None
    return speaker.text("subject", what=", ".join(filter(None, (facts.customer, date, state))))


def message(speaker: Speaker, reader: Reader) -> Iterator[Paragraph]:
    """The paragraphs for a reader, in order; empty ones are dropped by the composer."""
    yield Paragraph((speaker.say("greeting"),))
    yield speaker.paragraph(_verdict(speaker, reader), _history(speaker, reader), heading="summary")
    if reader == "developer":
        yield speaker.paragraph(_version(speaker), technical(speaker, reader), _file(speaker), heading="technical")
    elif reader == "support":
        yield speaker.paragraph(_where(speaker), _circumstance(speaker), _unsaved_and_air(speaker), heading="facts")
        yield speaker.paragraph(speaker.cause(), technical(speaker, reader), heading="technical")
    else:
        facts = (_where(speaker), speaker.cause(), _unsaved_and_air(speaker))
        yield speaker.paragraph(*facts, heading="facts")
    yield speaker.paragraph(speaker.corrected(), remedies(speaker, reader), heading="remedy")
    yield speaker.paragraph(_advice(speaker, reader), heading="advice")


def ending(speaker: Speaker) -> Iterator[Paragraph]:
    yield Paragraph((speaker.say("closing"),))


def _verdict(speaker: Speaker, reader: Reader) -> Iterator[Sentence]:
    facts = speaker.facts
    if facts.is_new:
        yield speaker.say("new_plain" if reader == "manager" else "new")
    elif reader == "manager":
        yield speaker.say("known_plain", facts.match_sureness)
    else:
        yield speaker.say(
            "known",
            facts.match_sureness,
            pattern=facts.pattern_id,
            percent=speaker.forms.percent(facts.match_confidence),
            level=speaker.text(f"level_{facts.level}"),
        )


def _history(speaker: Speaker, reader: Reader) -> Iterator[Sentence]:
    facts, forms = speaker.facts, speaker.forms
    history = facts.history
    if facts.is_new or history is None:
        return
    sure = facts.match_sureness
    first, last = forms.date(history.first_seen), forms.date(history.last_seen)
    if history.occurrence_count == 1:
        yield speaker.say("seen_once", sure, first=first)
    elif first == last:
        yield speaker.say("seen_one_day", sure, times=forms.times(history.occurrence_count), first=first)
    else:
        yield speaker.say("seen", sure, times=forms.times(history.occurrence_count), first=first, last=last)
    if history.customers:
        yield speaker.say("sites", sure, number=forms.number(len(history.customers)))
    if history.versions and reader != "manager":
        yield speaker.say("versions", sure, versions=_versions(history.versions))


def _versions(versions: tuple[str, ...]) -> str:
    named = [visible(version)[:40] for version in versions[-_VERSIONS_NAMED:]]
    return ", ".join(["…", *named] if len(versions) > _VERSIONS_NAMED else named)


def _where(speaker: Speaker) -> Iterator[Sentence]:
    facts = speaker.facts
    if facts.customer:
        yield speaker.say("site", site=facts.customer)
    if facts.local_time:
        yield speaker.say("moment", moment=speaker.forms.moment(facts.local_time))
    yield from _version(speaker)


def _version(speaker: Speaker) -> Iterator[Sentence]:
    if speaker.facts.version:
        yield speaker.say("version", version=speaker.facts.version)


def _file(speaker: Speaker) -> Iterator[Sentence]:
    facts = speaker.facts
    yield speaker.say(
        "file", file=clipped(visible(facts.file_name), _LONGEST_FILE_NAME) or "–", number=facts.dump_number
    )


def _circumstance(speaker: Speaker) -> Iterator[Sentence]:
    """For support: the user's pseudonym, what was being done, and the file."""
    if speaker.facts.user:
        yield speaker.say("user", user=speaker.facts.user)
    circumstance = speaker.circumstance()
    if circumstance:
        kind, known = circumstance
        command = speaker.facts.known("command")
        if kind == "command" and command is None:
            yield speaker.say("while_some_command", known.confidence)
        elif kind == "command":
            yield speaker.say("while_command", known.confidence, command=speaker.forms.quoted(known.first))
        elif kind == "upgrade":
            yield speaker.say("while_upgrade", known.confidence, script=known.first)
        elif kind == "service":
            yield speaker.say("while_service", known.confidence, service=known.first)
        else:
            yield speaker.say("while_login", known.confidence)
    yield from _file(speaker)


def _unsaved_and_air(speaker: Speaker) -> Iterator[Sentence]:
    """Work that may be lost, and how near the schedule at work is to going on air."""
    yield from speaker.unsaved()
    day, days = speaker.facts.known("schedule_date"), speaker.facts.known("days_to_air")
    date = speaker.day(day) if day else None
    if day is None or days is None or date is None:
        return
    left = int(days.first)
    key = "air_past" if left < 0 else {0: "air_today", 1: "air_tomorrow"}.get(left, "air_later")
    slots = {"days": speaker.forms.number(left)} if key == "air_later" else {}
    sure = day.confidence if day.confidence != "certain" else days.confidence
    yield speaker.say(key, sure, date=date, **slots)


def _advice(speaker: Speaker, reader: Reader) -> Iterator[Sentence]:
    if reader == "support":
        yield from speaker.needs()
    if reader in ("support", "manager"):
        yield from speaker.password()
    if no_remedy(speaker):
        yield speaker.say("investigate")
