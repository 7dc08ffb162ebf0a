"""Bytes to text, for every encoding dumps come in. Nothing is ever refused for its bytes."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

WINDOWS = "cp1252"
"""Windows code page 1252: Western European, the code page of bytes that are not UTF-8."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_ASCII = re.compile(rb"[\x80-\xff]+")
_FROM_WINDOWS = bytes(range(256)).decode(WINDOWS, "replace")
_WINDOWS_CHARACTERS = {
    byte: chr(byte) if character == "\ufffd" else character for byte, character in enumerate(_FROM_WINDOWS)
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of a block. ``replaced`` counts the bytes that were not UTF-8 and were read as Windows code page 1252."""

    text: str
    encoding: str
    replaced: int


def to_ascii_compatible(content: bytes, marker: bytes) -> tuple[bytes, str]:
    """Return the content in an encoding in which ASCII is ASCII, and the name of the encoding it came in.

    UTF-16 and UTF-32 are known by their byte order mark, or by the marker standing in the content in UTF-16;
    their content is returned as UTF-8. The name is empty when the content has no mark: it is UTF-8 or a code page.

    Args:
        content: the file.
        marker: ASCII text that a dump must contain.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            unmarked = content[len(mark) :]
            return (unmarked if encoding == "utf-8" else _recode(unmarked, encoding)), encoding
    if marker not in content:
        for encoding in ("utf-16-le", "utf-16-be"):
            if content.find(marker.decode("ascii").encode(encoding)) % 2 == 0:
                return _recode(content, encoding), encoding
    return content, ""


def decode(content: bytes | memoryview) -> Decoded:
    """Decode a block as UTF-8; bytes that are not UTF-8 are read as Windows code page 1252, run by run."""
    try:
        return Decoded(str(content, "utf-8"), "utf-8", 0)
    except UnicodeDecodeError:
        text = str(content, "utf-8", _HANDLER)
    replaced, others = _count_not_utf8(bytes(content))
    return Decoded(text, "utf-8" if others else WINDOWS, replaced)


def _recode(content: bytes, encoding: str) -> bytes:
    return content.decode(encoding, "replace").encode("utf-8")


def _count_not_utf8(content: bytes) -> tuple[int, int]:
    """Count the bytes over 127 that stand in runs that are not UTF-8, and those in runs that are."""
    replaced = others = 0
    for run in _NOT_ASCII.findall(content):
        try:
            run.decode("utf-8")
            others += len(run)
        except UnicodeDecodeError:
            replaced += len(run)
    return replaced, others


def _read_as_windows(error: UnicodeError) -> tuple[str, int]:
    """Error handler: read the run of bytes over 127 from the offending byte on as Windows code page 1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    run = _NOT_ASCII.match(error.object, error.start)
    end = run.end() if run else error.end
    return "".join(map(_WINDOWS_CHARACTERS.__getitem__, error.object[error.start : end])), end


_HANDLER = "crash-knowledge-windows"
codecs.register_error(_HANDLER, _read_as_windows)
