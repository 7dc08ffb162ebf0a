"""Says in words what a content without a dump seems to be."""

from __future__ import annotations

_SIGNATURES = (
    (b"PK\x03\x04", "it is a ZIP archive (or an Office document); unpack it and give the text file in it"),
    (b"\x1f\x8b", "it is a gzip archive; unpack it and give the text file in it"),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7z archive; unpack it and give the text file in it"),
    (b"%PDF", "it is a PDF document"),
    (b"\x89PNG", "it is an image"),
    (b"\xff\xd8\xff", "it is an image"),
    (b"GIF8", "it is an image"),
    (b"MZ", "it is a Windows program"),
    (b"MDMP", "it is a Windows minidump, not a VisualWorks dump"),
    (b"\xd0\xcf\x11\xe0", "it is an Office document or an Outlook message; save its text"),
)
_BEGIN = "'==...==BEGIN RUNTIME DIAGNOSTIC DUMP'"
_TITLES = (b"Context stack", b"Cause of Dump", b"Active Process", b"END RUNTIME DIAGNOSTIC DUMP")
_SAMPLE_BYTES = 65536
_BINARY_SHARE = 0.1
_TEXT_CONTROLS = b"\t\n\r\f\b\x1b"


def describe(content: bytes, readable: bytes) -> str:
    """Return the end of the sentence "The file holds no dump: ...", without quoting anything of the content.

    Args:
        content: the file as it was given.
        readable: the same in an encoding in which ASCII is ASCII.
    """
    if not content:
        return "it is empty"
    for signature, sentence in _SIGNATURES:
        if content.startswith(signature):
            return sentence
    if not readable.strip():
        return "it holds nothing but blanks"
    if _is_binary(readable[:_SAMPLE_BYTES]):
        return "it is a binary file, not a text"
    lines = len(readable.splitlines())
    counted = "1 line" if lines == 1 else f"{lines} lines"
    if any(title in readable for title in _TITLES):
        return f"parts of a dump are there, but the line {_BEGIN} is missing ({counted} of text); give the whole file"
    return f"it is a text of {counted} without a line {_BEGIN}"


def _is_binary(sample: bytes) -> bool:
    controls = bytes(range(32)).translate(None, _TEXT_CONTROLS)
    return len(sample) - len(sample.translate(None, controls)) > _BINARY_SHARE * len(sample) or b"\0" in sample
