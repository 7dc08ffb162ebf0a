"""Places of a dump where a user or a host must stand: header, paths, connections, window labels, variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from crash_knowledge.redaction.spans import Kind, Span
from crash_knowledge.wcr.model import Window

_HEADER: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("user", re.compile(r"^whats'on user:[ \t]*(?P<name>[^\n]*)", re.MULTILINE)),
    ("user", re.compile(r"^username=[ \t]*(?P<name>[^\n]*)", re.MULTILINE)),
    ("host", re.compile(r"^computername=[ \t]*(?P<name>[^\n]*)", re.MULTILINE)),
)
_SITE_HOST = re.compile(r"^whats'on site:[^\n(]*\((?:\w+:(?!\d+[/_)]))?(?P<name>[^\n:/()]+):\d+", re.MULTILINE)
_VARIABLE = r"(?::|[ \t]*\(id=\d+\))[ \t]*"
_QUOTED = r"'\"?(?P<name>[^'\"\n]+)\"?'"
_SWITCH = r"(?<!\S)(?:--?|/)(?:{names})(?:[ \t]*[:=][ \t]*|[ \t]+)[\"']?(?P<name>[^\s'\":-][^\s'\":]*)"
_COMMAND: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("user", re.compile(_SWITCH.format(names="u|user|username|login"))),
    ("host", re.compile(_SWITCH.format(names="h|host|server"))),
    (
        "user",
        re.compile(r"-serviceidentifier(?:[ \t]+[^\s-]\S*){2}[ \t]+(?P<name>[^\s-]\S*)(?=[ \t]+[^\s-]\S*[ \t]+[^\s-])"),
    ),
)
_HOMES = ("\\users", "/users", "/home", "\\documents and settings", "\\profiles")
_HOST_VARIABLES = ("host", "hostname", "server", "servername", "computer", "computername", "machine", "machinename")
_USER_SETTINGS = ("user id", "userid", "username", "uid", "user")
_HOST_SETTINGS = ("host", "hostname", "server", "data source", "computername")
_ANYWHERE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    *(
        ("user", re.compile(re.escape(home) + r"[\\/]+(?P<name>[^\\/'\"<>|:*?\n\t]+?)(?=[\\/'\"\n\t]|$)"))
        for home in _HOMES
    ),
    ("user", re.compile(rf"user(?:name|code|login)?\w{{0,12}}{_VARIABLE}(?:an? [\w.]+ on: )?{_QUOTED}")),
    ("user", re.compile(rf"log[io]n(?:name)?{_VARIABLE}{_QUOTED}")),
    ("user", re.compile(r"user\w* ?\(oid = \d+\) ?\((?P<name>[^()\n]+)\)")),
    ("user", re.compile(r"name:[ \t]*'(?P<name>[^'\n]+)'[ \t]+password:")),
    ("user", re.compile(r"service' '[^'\n]*' '(?P<name>[^'\n]*)' '[^'\n]*'")),
    ("user", re.compile(r"://(?P<name>[^\s/:@'\"]+)(?::[^\s/'\"]*)?@")),
    *(
        ("user", re.compile(rf"{word}(?<![\w.]{word})=[ \t]*['\"]?(?P<name>[^\s;,'\"&)?:=$][^\s;,'\"&)]*)"))
        for word in _USER_SETTINGS
    ),
    *(("host", re.compile(rf"{word}[ \t]*\(id=\d+\)[ \t]*'(?P<name>[\w.-]+)'")) for word in _HOST_VARIABLES),
    *(("host", re.compile(rf"{word}(?<![\w.]{word})=[ \t]*['\"]?(?P<name>[a-z][\w.-]*)")) for word in _HOST_SETTINGS),
)
_CREDENTIALS = re.compile(r"(?<![\w/\\.$#-])(?P<name>[a-z][\w$#.]*)/[^\s/'\"()]+$")

_LOGIN_IN_PARENTHESES = re.compile(r"\((?P<login>[^()\s]+)(?:\s[^()]*)?\)[\s*]*$")
_LOGIN_AFTER_DATABASE = re.compile(r"(?:\[[^\]]*\] )?\S+ - (?P<login>\S+)[\s*]*")
"""What a launcher's window is called: ``[P1] (login DB)``, ``WHATS'ON Launcher - TV (login)``, ``DB - LOGIN``."""


def find_places(low: str, header: tuple[int, int], command: tuple[int, int]) -> Iterator[Span]:
    """Values of users and hosts in a dump's text, lowered; ``header`` and ``command`` bound these parts of it."""
    for kind, pattern in _HEADER:
        yield from _named(pattern.finditer(low, *header), kind)
    yield from _named(_SITE_HOST.finditer(low, *header), "host")
    for kind, pattern in _COMMAND:
        yield from _named(pattern.finditer(low, *command), kind)
    yield from find_text_places(low)


def find_text_places(low: str) -> Iterator[Span]:
    """Values of users and hosts by the words around them, in any text, lowered."""
    for kind, pattern in _ANYWHERE:
        yield from _named(pattern.finditer(low), kind)
    yield from _before_masked_passwords(low)


def launcher_logins(windows: Iterable[Window]) -> frozenset[str]:
    """Login names in the labels of the launcher's windows."""
    logins = set()
    for window in windows:
        if "launcher" not in (window.model_class or "").lower():
            continue
        for label in (window.title, window.label):
            match = _LOGIN_IN_PARENTHESES.search(label) or _LOGIN_AFTER_DATABASE.fullmatch(label)
            if match:
                logins.add(match["login"])
    return frozenset(logins)


def find_logins(low: str, logins: Iterable[str]) -> Iterator[Span]:
    """Where a launcher's label stands in the text: ``(login)``, ``(login DB)``, ``DB - login``."""
    for login in logins:
        name = re.escape(login.lower())
        for pattern in (rf"\((?P<name>{name})(?=[ )])", rf" - (?P<name>{name})(?=[ '*])"):
            yield from _named(re.finditer(pattern, low), "user")


def _before_masked_passwords(low: str) -> Iterator[Span]:
    """The user of ``user/password@service``."""
    at = low.find("@")
    done = 0
    while at >= 0:
        start = max(done, at - 200)
        match = _CREDENTIALS.search(low[start:at])
        if match:
            yield Span(start + match.start("name"), start + match.end("name"), "user")
        done = at + 1
        at = low.find("@", done)


def _named(matches: Iterator[re.Match[str]], kind: Kind) -> Iterator[Span]:
    for match in matches:
        start, end = match.span("name")
        value = match["name"]
        start += len(value) - len(value.lstrip())
        end -= len(value) - len(value.rstrip())
        if start < end:
            yield Span(start, end, kind)
