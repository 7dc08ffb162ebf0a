"""Passwords in clear: where they stand in start commands, connection strings, URLs, variables and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crash_knowledge.redaction.spans import Span
from crash_knowledge.redaction.words import is_masked, is_telling

SHORTEST_SPREAD = 4
"""A shorter password is removed where it is given, not wherever the same characters stand."""

_LONGEST_ADDRESS = 300
_KEYS = ("passw", "pwd", "passphrase", "passcode", "wachtwoord", "kennwort", "mot de passe")
_KEY_END = r"(?:ort|or[dt]|d)?[0-9]*"
_QUOTED = (
    r"(?:''(?!')(?P<doubled>[^'\n]+)''"
    r"|'(?P<single>(?:[^'\n]|'')*)(?:'|$)"
    r'|"(?P<double>[^"\n]*)(?:"|$))'
)
_BARE = r"(?P<bare>[^\s'\",;&)}\]]+)"
_AFTER_KEY = (
    re.compile(rf"\w{{0,40}}[\"']?[ \t]*(?:=>|->|:=|=|:)[ \t]*{_QUOTED}", re.MULTILINE),
    re.compile(rf"\w{{0,40}}[ \t]*\(id=\d+\)[ \t]+(?:an? [\w.]+ on: )?{_QUOTED}", re.MULTILINE),
    re.compile(rf"{_KEY_END}[ \t]*(?:=>|=)[ \t]*{_BARE}"),
)
_AFTER_KEY_IN_COMMAND = (
    re.compile(rf"{_KEY_END}[ \t]*:=?[ \t]*{_BARE}"),
    re.compile(rf"{_KEY_END}[ \t]+(?:is|was)[ \t]+{_BARE}"),
)
_SWITCH = re.compile(
    r"(?<!\S)(?:--?|/)(?:p|pw|pwd|pass|passwd|password)(?:[ \t]*[:=][ \t]*|[ \t]+)"
    r"(?:\"(?P<double>[^\"\n]*)\"?|'(?P<single>[^'\n]*)'?|(?P<bare>[^\s'\"-]\S*))",
    re.IGNORECASE,
)
_SERVICE = re.compile(r"-serviceidentifier(?:[ \t]+[^\s-]\S*){3}[ \t]+(?P<bare>[^\s-]\S*)", re.IGNORECASE)
_SERVICE_ECHO = re.compile(r"\('\w*Service' '[^'\n]*' '[^'\n]*' '(?P<single>[^'\n]*)'")
_IN_URL = re.compile(r"://[^\s/:@'\"]*:(?P<bare>[^\s/'\"]+)@")
_AFTER_SLASH = re.compile(
    r"(?<![\w/\\.$#-])(?:\"[^\"\s]+\"|[A-Za-z][\w$#.]*)/(?:\"(?P<double>[^\"\n]+)\"|(?P<bare>[^\s/'\"()]+))@(?=[/\w(])"
)
_GROUPS = ("doubled", "single", "double", "bare")


def find_passwords(text: str, low: str, command: tuple[int, int]) -> Iterator[Span]:
    """Passwords in clear. ``low`` is ``text`` lowered; ``command`` bounds what may hold switches like ``-p x``.

    In the rest of a dump ``password: word`` without quotes is a sentence or a selector: it counts only in the command.
    """
    yield from _after_keys(text, low, command)
    yield from _in_addresses(text)
    for pattern in (_SWITCH, _SERVICE):
        for match in pattern.finditer(text, *command):
            yield from _clear(text, match)
    for match in _SERVICE_ECHO.finditer(text):
        yield from _clear(text, match)


def find_again(text: str, passwords: set[str], names: set[str]) -> Iterator[Span]:
    """Other places where a password that was found stands as a word, unless it is a name or an ordinary word."""
    for password in passwords:
        if len(password) < SHORTEST_SPREAD or password.lower() in names or not is_telling(password):
            continue
        for start in _positions(text, password):
            end = start + len(password)
            if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
                yield Span(start, end, "password")


def _after_keys(text: str, low: str, command: tuple[int, int]) -> Iterator[Span]:
    for key in _KEYS:
        done = 0
        for start in _positions(low, key):
            if start < done:
                continue
            patterns: tuple[re.Pattern[str], ...] = _AFTER_KEY
            if command[0] <= start < command[1] and not _is_in_selector(text, start):
                patterns += _AFTER_KEY_IN_COMMAND
            matches = (pattern.match(low, start + len(key)) for pattern in patterns)
            match = next((match for match in matches if match), None)
            if match:
                done = match.end()
                yield from _clear(text, match)


def _positions(text: str, word: str) -> Iterator[int]:
    position = text.find(word)
    while position >= 0:
        yield position
        position = text.find(word, position + len(word))


def _is_in_selector(text: str, key: int) -> bool:
    """True for ``#at:password:``, ``>>at:password:`` and ``at:password:``."""
    before = re.search(r"[\w:#>]{0,100}$", text[max(0, key - 100) : key])
    return before is not None and any(sign in before[0] for sign in (":", "#", ">>"))


def _in_addresses(text: str) -> Iterator[Span]:
    """``user/password@service`` and ``scheme://user:password@host``, looked for around each ``@``."""
    done = 0
    at = text.find("@")
    while at >= 0:
        start = max(done, at - _LONGEST_ADDRESS)
        start = max(start, text.rfind("\n", start, at) + 1)
        line_end = text.find("\n", at, at + _LONGEST_ADDRESS)
        done = line_end if line_end >= 0 else at + _LONGEST_ADDRESS
        for pattern in (_IN_URL, _AFTER_SLASH):
            for match in pattern.finditer(text, start, done):
                yield from _clear(text, match)
        at = text.find("@", done)


def _clear(text: str, match: re.Match[str]) -> Iterator[Span]:
    groups = match.groupdict()
    name = next(name for name in _GROUPS if groups.get(name) is not None)
    start, end = match.span(name)
    if not is_masked(text[start:end]):
        yield Span(start, end, "password")
