"""From the bytes of a file to its dumps."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

from crash_knowledge.errors import NotADump
from crash_knowledge.wcr.content import describe
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.encoding import Decoded, decode, to_ascii_compatible
from crash_knowledge.wcr.envelope import MARKER, Block, find_blocks
from crash_knowledge.wcr.line_ends import count_lines, normalise_lines
from crash_knowledge.wcr.model import Note


@dataclass(frozen=True)
class DumpFile:
    """A file and its dumps, in order. ``sha256`` is of the file's bytes; ``encoding`` is that of most dumps."""

    file_name: str
    sha256: str
    encoding: str
    dumps: tuple[Dump, ...]
    notes: tuple[Note, ...]


def read_dumps(content: bytes, file_name: str = "") -> DumpFile:
    """Read every dump of a file.

    Args:
        content: the file's bytes: UTF-8, UTF-16 or a Windows code page, any line ends, any text around the dumps.
        file_name: for messages only; dumps are renamed by people, so nothing is read from it.

    Raises:
        NotADump: there is no dump in it; the message says what was seen instead.
    """
    readable, encoding = to_ascii_compatible(content, MARKER)
    blocks = find_blocks(readable)
    if not blocks:
        raise NotADump(f"{file_name or 'The content'} holds no WCR dump: {describe(content, readable)}.")
    encodings: Counter[str] = Counter()
    dumps: list[Dump] = []
    line, offset = 1, 0
    for index, block in enumerate(blocks):
        line += count_lines(readable, offset, block.start)
        offset = block.start
        decoded = decode(memoryview(readable)[block.start : block.end])
        encodings[decoded.encoding] += 1
        dumps.append(_dump(index, block, decoded, line))
    return DumpFile(
        file_name=file_name,
        sha256=hashlib.sha256(content).hexdigest(),
        encoding=encoding or encodings.most_common(1)[0][0],
        dumps=tuple(dumps),
        notes=_file_notes(content, encoding),
    )


def _dump(index: int, block: Block, decoded: Decoded, first_line: int) -> Dump:
    lines = normalise_lines(decoded.text, first_line)
    notes: list[Note] = []
    if decoded.replaced:
        what = f"{decoded.replaced} bytes are not UTF-8 and were read as Windows code page 1252"
        notes.append(Note(first_line, what, "info"))
    if lines.doubled:
        notes.append(Note(first_line, "Every line end is doubled: the empty lines in between were left out", "info"))
    text = lines.text
    if not block.complete:
        text = text.rstrip("\n")
        what = "The dump has no END line: it was cut off, what follows is missing"
        notes.append(Note(lines.numbers[text.count("\n")], what, "warning"))
    return Dump(index, text, block.complete, lines.numbers, tuple(notes))


def _file_notes(content: bytes, encoding: str) -> tuple[Note, ...]:
    if encoding.startswith("utf-16") and len(content) % 2:
        return (Note(1, "The file ends in the middle of a character", "warning"),)
    return ()
