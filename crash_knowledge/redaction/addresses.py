"""What shows by its form alone: mail and IP addresses; hosts in connect strings, shares, URLs and full names."""

from __future__ import annotations

import ipaddress
import re
import string
from collections.abc import Iterator

from crash_knowledge.redaction.spans import Span

_LETTERS = string.ascii_lowercase + "".join(filter(str.isalpha, map(chr, range(0xDF, 0x250))))
_HOST_SIGNS = _LETTERS + string.digits + "_.-"
_LOCAL_PART_SIGNS = _HOST_SIGNS + "+"
_LONGEST_LOCAL_PART = 128
_DUMP_NAME = "wcr_"
_MAIL_DOMAIN = re.compile(r"(?=[\w.-]*[a-z])[a-z0-9][\w-]*(?:\.[\w-]+)*")
_FILE_ENDING = re.compile(r"\.(?:txt|log|zip|gz|7z|rar|msg|eml|wcr|dmp)$")

_IPV4_MIDDLE = re.compile(r"\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9a-z]|\.[0-9])")
_VERSION_BEFORE = re.compile(r"(?:release|versie|version:?|postgresql|build)\s*$")
_KILOBYTES_AFTER = re.compile(r"[ \u00a0\u202f]?(?:kb|mb|bytes)\b")
_IPV6_MIDDLE = re.compile(r":[0-9a-f]{0,4}:")
_IPV6_SIGNS = frozenset("0123456789abcdef:.")
_LONGEST_IPV6 = 45
_FEWEST_IPV6_DIGITS = 4

_SHARE = re.compile(r"\\\\(?P<host>[a-z0-9][\w.-]*)(?=[\\\s'\"]|$)")
_URL_HOST = re.compile(r"://(?:[^\s/@'\"]*@)?(?P<host>[a-z0-9][\w.-]*)")
_PORT = re.compile(r":[0-9]{3,5}(?=[/_:])|:[0-9]{4,5}(?![0-9a-z.])")
_ORACLE_HOST = re.compile(r"\(\s*host\s*=\s*(?P<host>[\w.-]+)\s*\)")
_LONGEST_HOST = 255
_ZONE = re.compile(
    r"\.(?:com|net|org|edu|gov|eu|example|local|localdomain|lan|corp|internal|intra|intranet|home|[a-z]{2})"
    r"(?![\w-]|\.(?!(?:txt|log|zip|gz|7z)\b)\w)"
)
_COUNTRY_ZONES_NEED_LABELS = 3
_NO_COUNTRY = frozenset({".id", ".im", ".py", ".sh", ".so", ".ps", ".cs", ".md", ".st"})


def find_addresses(text: str, low: str) -> Iterator[Span]:
    """Mail, IP and host addresses in a text; ``low`` is the text lowered."""
    yield from _mails(low)
    yield from _ipv4(low)
    yield from _ipv6(low)
    yield from _hosts(text, low)


def is_machine_name(host: str) -> bool:
    """True when a host's name cannot be taken for a plain word: it has a digit or a hyphen."""
    return any(sign.isdigit() or sign == "-" for sign in host)


def _mails(low: str) -> Iterator[Span]:
    """``name@domain``, both with a letter: ``10@20`` is a point and ``2/5@series`` an episode."""
    at = low.find("@")
    done = 0
    while at >= 0:
        domain = _MAIL_DOMAIN.match(low, at + 1)
        local = _run_before(low, max(done, at - _LONGEST_LOCAL_PART), at, _LOCAL_PART_SIGNS) if domain else ""
        if domain and any(sign.isalpha() for sign in local):
            end = domain.end() - (len(ending[0]) if (ending := _FILE_ENDING.search(domain[0])) else 0)
            yield Span(at - len(local.removeprefix(_DUMP_NAME)), end, "mail")
            done = end
        at = low.find("@", max(done, at + 1))


def _ipv4(low: str) -> Iterator[Span]:
    for middle in _IPV4_MIDDLE.finditer(low):
        start = middle.start()
        while start > 0 and low[start - 1] in "0123456789" and middle.start() - start < 3:
            start -= 1
        before = low[start - 1 : start]
        if start == middle.start() or before.isalnum() or before == ".":
            continue
        if _VERSION_BEFORE.search(low, max(0, start - 20), start) or _KILOBYTES_AFTER.match(low, middle.end()):
            continue
        if _is_ip(low[start : middle.end()]):
            yield Span(start, middle.end(), "ip")


def _ipv6(low: str) -> Iterator[Span]:
    done = 0
    for middle in _IPV6_MIDDLE.finditer(low):
        if middle.start() < done:
            continue
        start, end = middle.span()
        while start > done and low[start - 1] in _IPV6_SIGNS and middle.start() - start < _LONGEST_IPV6:
            start -= 1
        while end < len(low) and low[end] in _IPV6_SIGNS and end - start < 2 * _LONGEST_IPV6:
            end += 1
        done = end
        run = low[start:end].rstrip(".")
        if run.endswith(":") and not run.endswith("::"):
            run = run[:-1]
        delimited = not low[start - 1 : start].isalnum() and not low[end : end + 1].isalnum()
        if delimited and sum(sign.isalnum() for sign in run) >= _FEWEST_IPV6_DIGITS and _is_ip(run):
            yield Span(start, start + len(run), "ip")


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _hosts(text: str, low: str) -> Iterator[Span]:
    for share in _SHARE.finditer(low):
        if not low[share.start() - 1 : share.start()].isalnum() and low[share.start() - 1 : share.start()] not in (
            "\\",
            ":",
        ):
            yield from _host(low, *share.span("host"))
    for pattern in (_URL_HOST, _ORACLE_HOST):
        for match in pattern.finditer(low):
            yield from _host(low, *match.span("host"))
    yield from _before_ports(low)
    yield from _full_names(text, low)


def _before_ports(low: str) -> Iterator[Span]:
    """``host:1521/service``, ``host:5432_name``; ``host:1521`` alone when the host's name is a machine's."""
    for port in _PORT.finditer(low):
        host = _host_before(low, port.start())
        if host and (low[port.end() : port.end() + 1] in ("/", "_") or is_machine_name(host)):
            yield from _host(low, port.start() - len(host), port.start())


def _full_names(text: str, low: str) -> Iterator[Span]:
    """Full domain names, by their last label; ``PSI.PRODUCT.ID`` is a column."""
    for zone in _ZONE.finditer(low):
        host = _host_before(low, zone.end())
        start, end = zone.end() - len(host), zone.end()
        if len(host) > len(zone[0]) and not (_is_country(zone[0]) and _is_no_host(text[start:end])):
            yield from _host(low, start, end)


def _is_country(zone: str) -> bool:
    return len(zone) == len(".xx") and zone != ".eu"


def _is_no_host(name: str) -> bool:
    """True for ``a.so``, ``PSI.PRODUCT.ID``, ``image.001.im``: what ends like a country and is none of its hosts."""
    few_labels = name.count(".") + 1 < _COUNTRY_ZONES_NEED_LABELS
    return few_labels or name.isupper() or name[-3:].lower() in _NO_COUNTRY


def _host_before(low: str, end: int) -> str:
    host = _run_before(low, max(0, end - _LONGEST_HOST), end, _HOST_SIGNS).lstrip("_.-")
    return host if host[:1].isalpha() else ""


def _run_before(low: str, start: int, end: int, signs: str) -> str:
    before = low[start:end]
    return before[len(before.rstrip(signs)) :]


def _host(low: str, start: int, end: int) -> Iterator[Span]:
    name = low[start:end].rstrip(".-_")
    if name and not _is_ip(name) and any(sign.isalpha() for sign in name):
        yield Span(start, start + len(name), "host")
