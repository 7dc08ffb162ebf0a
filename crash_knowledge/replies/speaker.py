"""Says one fact in one sentence, in one language; sentences whose fact is not certain are not verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from crash_knowledge.diagnosis import Confidence, FactName
from crash_knowledge.replies.contract import Table
from crash_knowledge.replies.corrected import place_of_correction
from crash_knowledge.replies.facts import Known, ReplyFacts
from crash_knowledge.replies.forms import Forms
from crash_knowledge.replies.model import Paragraph, Sentence
from crash_knowledge.replies.phrases import Phrases
from crash_knowledge.replies.shapes import ANY_PSEUDONYM
from crash_knowledge.store.records import Solution
from crash_knowledge.wording import clipped, visible

Circumstance = tuple[str, Known]
"""What was going on (``command``, ``service``, ``login``, ``upgrade``), with the fact that says so."""

_CIRCUMSTANCES: tuple[tuple[str, tuple[FactName, ...]], ...] = (
    ("upgrade", ("upgrade_script",)),
    ("service", ("service",)),
    ("login", ("login",)),
    ("command", ("command", "executor")),
)
_LONGEST_SOLUTION = 600
_CAUSES = (
    "base_code",
    "customer_code",
    "data",
    "configuration",
    "permission",
    "upgrade_script",
    "database_schema",
    "client_installation",
    "capacity",
    "infrastructure",
)


class Speaker:
    """Speaks of the facts of one crash with the phrases of one table: to the customer or inside the house."""

    def __init__(self, facts: ReplyFacts, phrases: Phrases, table: Table) -> None:
        self.facts = facts
        self.forms = Forms(phrases)
        self._phrases = phrases
        self._table = table

    def text(self, key: str, /, **slots: object) -> str:
        return self._phrases.fill(self._table, key, **slots)

    def say(self, key: str, confidence: Confidence = "certain", /, **slots: object) -> Sentence:
        return Sentence(self.text(key, **slots), confidence == "certain")

    def paragraph(self, *groups: Iterable[Sentence], heading: str = "") -> Paragraph:
        """The sentences of all groups, as a list when they have a heading."""
        sentences = tuple(sentence for group in groups for sentence in group)
        return Paragraph(sentences, self.text(heading) if heading else "", bullets=bool(heading))

    def circumstance(self) -> Circumstance | None:
        for kind, names in _CIRCUMSTANCES:
            for name in names:
                known = self.facts.known(name)
                if known is not None:
                    return kind, known
        return None

    def cause(self) -> Iterator[Sentence]:
        """The kind of cause; nothing when no rule could tell."""
        known = self.facts.known("kind_of_cause")
        kind = known.first.replace(" ", "_").replace("-", "_") if known else ""
        if known and kind in _CAUSES:
            yield self.say(f"cause_{kind}", known.confidence)

    def unsaved(self) -> Iterator[Sentence]:
        known = self.facts.known("unsaved")
        if known:
            yield self.say("unsaved", known.confidence)

    def corrected(self) -> Iterator[Sentence]:
        """In which version it is corrected, and what that means for the version that crashed."""
        facts = self.facts
        if facts.is_new or facts.resolved_in is None:
            return
        where = place_of_correction(facts.resolved_in, facts.version)
        yield self.say(
            f"fixed_{where}",
            facts.match_sureness,
            fixed=facts.resolved_in,
            **({"line": facts.line} if where == "other_line" else {}),
        )

    def needs(self) -> Iterator[Sentence]:
        """What is missing to go on: the rest of a cut-off dump, the time, the version, the steps."""
        facts = self.facts
        if not facts.complete:
            yield self.say("need_whole_dump")
        if facts.local_time is None:
            yield self.say("need_time")
        if facts.version is None:
            yield self.say("need_version")
        circumstance = self.circumstance()
        nobody_at_work = circumstance is not None and circumstance[0] in ("service", "upgrade")
        if not self.proven() and not nobody_at_work:
            yield self.say("need_steps")

    def password(self) -> Iterator[Sentence]:
        if self.facts.password_in_clear:
            yield self.say("password")

    def marked(self, paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
        """What the mark means, when a sentence has it."""
        if any(not sentence.verified for paragraph in paragraphs for sentence in paragraph.sentences):
            yield Paragraph((self.say("marked", mark=self.forms.text("mark")),))

    def proven(self) -> tuple[Solution, ...]:
        """Solutions that worked at least once, best first."""
        return tuple(solution for solution in self.facts.solutions if solution.success_count)

    def described(self, solution: Solution) -> str:
        """The text of a solution without its full stop and without pseudonyms."""
        text = ANY_PSEUDONYM.sub(self.forms.text("withheld"), clipped(visible(solution.description), _LONGEST_SOLUTION))
        return text.removesuffix(".")

    def quoted(self, solution: Solution) -> str:
        """The text of a solution in quotation marks: it may be written in another language than the reply."""
        text = self.described(solution)
        return self.forms.quoted(text if text.endswith(("!", "?", "…")) else f"{text}.")

    def day(self, fact: Known) -> str | None:
        """A fact that is a date, as the language writes it; None when the calendar has no such day."""
        try:
            return self.forms.date(date.fromisoformat(fact.first))
        except ValueError:
            return None
