"""Stable pseudonyms: the same value has the same one in every dump of an installation."""

from __future__ import annotations

import hashlib
import hmac
import re

from crash_knowledge.redaction.spans import Kind

MASK = "********"
_NAME_DIGITS = 8
_CHECK_DIGITS = 2
_SHAPE = re.compile(rf"(?:user|host|mail|ip)-([0-9a-f]{{{_NAME_DIGITS}}})([0-9a-f]{{{_CHECK_DIGITS}}})")


class Pseudonyms:
    """``user-3f9a1c2b7e``: eight hexadecimal digits of HMAC-SHA256 (RFC 2104) over the lower-cased value, then two
    that check the eight, so that a name that only looks like a pseudonym is told from one we made.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of(self, kind: Kind, value: str) -> str:
        """The pseudonym of a value; a password has none, it becomes ``********``."""
        if kind == "password":
            return MASK
        digits = self._digits("value", value.strip().lower(), _NAME_DIGITS)
        return f"{kind}-{digits}{self._check(digits)}"

    def is_one(self, value: str) -> bool:
        """True when this installation made the value."""
        match = _SHAPE.fullmatch(value)
        return match is not None and self._check(match[1]) == match[2]

    def _check(self, digits: str) -> str:
        return self._digits("check", digits, _CHECK_DIGITS)

    def _digits(self, purpose: str, text: str, count: int) -> str:
        message = f"{purpose}:{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()[:count]
