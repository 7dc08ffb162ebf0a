"""The redactor: every secret and name of a dump found and replaced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crash_knowledge.redaction.addresses import find_addresses
from crash_knowledge.redaction.names import find_names, telling_names
from crash_knowledge.redaction.passwords import find_again, find_passwords
from crash_knowledge.redaction.places import find_logins, find_places, find_text_places, launcher_logins
from crash_knowledge.redaction.pseudonyms import Pseudonyms
from crash_knowledge.redaction.spans import Line, Span, lowered, replace, with_lines
from crash_knowledge.redaction.words import names_somebody
from crash_knowledge.wcr.dump import Dump

_FRAME = re.compile(r"\[\d+\][ \t]+(?:optimized )?(?:\[\] in )*[\w.]+(?: class)?(?:\([\w. ]+\))?>>\S+")
_CENSUS_ROW = re.compile(r"[^\t]+\t\d+\t\d+")
_KEPT_HEADER_LINES = (
    "Whats'On Site:",
    "Whats'On Version",
    "Whats'On Minor Version:",
    "Whats'On Build:",
    "Whats'On DB Hash:",
    "Whats'On Connector Version:",
    "Smalltalk Version:",
    "TimeZone offset",
    "Frame rate",
    "Oracle Server Version:",
    "Oracle Client Version:",
    "Database Server Version:",
    "Database Client Version:",
)


@dataclass(frozen=True, slots=True)
class SecretFinding:
    """A secret stood in clear in the dump. ``line`` is of the file; the sentence says what to do, never the secret."""

    kind: str
    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class RedactedDump:
    """The dump read again from its redacted text, and the secrets that were in it."""

    dump: Dump
    secrets: tuple[SecretFinding, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """A text, lowered too, and where a dump's header and start command stand in it."""

    text: str
    low: str
    header: tuple[int, int]
    command: tuple[int, int]

    @classmethod
    def of_dump(cls, text: str) -> _Text:
        end = text.find("\n-----")
        end = len(text) if end < 0 else end
        command = text.find("Command Line:", 0, end)
        return cls(text, lowered(text), (0, end), (end if command < 0 else command, end))

    def is_header(self, line: Line) -> bool:
        return line.start < self.header[1]


class Redactor:
    """Replaces passwords by ``********`` and users, hosts, mail and IP addresses by stable pseudonyms.

    ``secret`` is the installation's (see load_secret): with the same secret the same value has the same pseudonym.
    """

    def __init__(self, secret: bytes) -> None:
        self._pseudonyms = Pseudonyms(secret)

    def redact(self, dump: Dump) -> RedactedDump:
        """The dump without secrets and personal data: same lines, same frames, site and versions as printed."""
        source = _Text.of_dump(dump.text)
        given = self._given(dump, source)
        names = telling_names(source.text, given)
        passwords = list(self._hidden(source.text, find_passwords(source.text, source.low, source.command)))
        clear = {source.text[span.start : span.end] for span in passwords}
        spread = [*find_names(source.text, source.low, names), *find_again(source.text, clear, set(names))]
        spans = [*passwords, *given, *self._hidden(source.text, spread)]
        text = self._replaced(source.text, _without_kept(source, spans))
        return RedactedDump(dump.with_text(text), _secret_findings(dump, source, passwords))

    def redact_text(self, text: str) -> str:
        """Any other text (note, file name, traceback) without what shows by its form or by the words around it."""
        low = lowered(text)
        spans = [*find_passwords(text, low, (0, len(text))), *find_text_places(low), *find_addresses(text, low)]
        return self._replaced(text, self._hidden(text, spans))

    def redact_beside(self, dump: Dump, text: str) -> str:
        """A text that belongs to a dump not yet redacted (its file name): also without the names found in the dump."""
        names = telling_names(dump.text, self._given(dump, _Text.of_dump(dump.text)))
        spans = find_names(text, lowered(text), names)
        return self.redact_text(self._replaced(text, self._hidden(text, spans)))

    def _given(self, dump: Dump, source: _Text) -> list[Span]:
        """Users, hosts and addresses that show by their place or form."""
        spans = [
            *find_places(source.low, source.header, source.command),
            *find_logins(source.low, launcher_logins(dump.windows)),
            *find_addresses(source.text, source.low),
        ]
        return list(self._hidden(source.text, spans))

    def _hidden(self, text: str, spans: Iterable[Span]) -> Iterator[Span]:
        """The spans that hide something: not ``<no wonUserName>``, not what is a pseudonym already."""
        for span in spans:
            value = text[span.start : span.end]
            if names_somebody(value) and not self._pseudonyms.is_one(value):
                yield span

    def _replaced(self, text: str, spans: Iterable[Span]) -> str:
        return replace(text, spans, self._pseudonyms.of)


def _without_kept(source: _Text, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans that are not in a frame, a row of the census, or a header line that must stay as printed."""
    seen: Line | None = None
    kept = False
    for span, line in with_lines(source.text, spans):
        if line is not seen:
            seen, kept = line, _is_kept(source, line)
        if not kept or (span.kind == "password" and source.is_header(line)):
            yield span


def _is_kept(source: _Text, line: Line) -> bool:
    text = source.text[line.start : line.end]
    if source.is_header(line):
        return text.startswith(_KEPT_HEADER_LINES)
    return _FRAME.fullmatch(text) is not None or _CENSUS_ROW.fullmatch(text) is not None


def _secret_findings(dump: Dump, source: _Text, passwords: list[Span]) -> tuple[SecretFinding, ...]:
    findings: dict[int, SecretFinding] = {}
    for span, place in with_lines(source.text, passwords):
        line = dump.line_of(place.index)
        in_command = source.command[0] <= span.start < source.command[1]
        where = "The start command shows a database password" if in_command else "The dump shows a password"
        sentence = f"{where} in clear (line {line}): ask the customer to rotate it"
        findings.setdefault(line, SecretFinding("password", line, sentence))
    return tuple(findings.values())
