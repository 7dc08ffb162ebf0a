"""Whatever is done to a dump, it is read without an exception and in time linear in its size."""

import contextlib
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crash_knowledge.errors import NotADump
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps

SECONDS_PER_MEGABYTE = 2.0
SECONDS_TO_START = 5.0
PIECES = (
    b"==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP\n",
    b"==2024/4/2==16:10:30==END RUNTIME DIAGNOSTIC DUMP\n",
    b"\n" + b"-" * 60 + b"\n",
    b"Active Process\n",
    b"Initial Context Stack Arguments:\n",
    b"Transcript:\n<<<BEGIN TRANSCRIPT>>>\n",
    b"External Database Sessions (all instances):\n",
    b"Memory Report\n",
    b"All objects\n",
    b"[7] \t",
    b"\t[1] name (id=",
    b"\tan OracleSession( hstmt = ",
    b"\t\tquery: '",
    b"''",
    b"'",
    b"Cause of Dump: ",
    b"\r",
    b"\r\n",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xe2\x82",
    b"\x85",
    "٣".encode(),
    "²".encode(),
)
LAZY = tuple(name for name in dir(Dump) if not name.startswith("__"))


@st.composite
def mutations(draw: st.DrawFn) -> list[tuple[str, float, float, bytes]]:
    """What to do to a dump: the kind of change, two places in it (as shares of its length), and bytes."""
    share = st.floats(0, 1, allow_nan=False)
    kind = st.sampled_from(["cut", "head", "insert", "move", "repeat", "flip", "double", "drop lines", "swap sections"])
    piece = st.one_of(st.sampled_from(PIECES), st.binary(min_size=1, max_size=12))
    return draw(st.lists(st.tuples(kind, share, share, piece), min_size=1, max_size=6))


def mutate(content: bytes, changes: list[tuple[str, float, float, bytes]]) -> bytes:
    """Return the dump after the changes."""
    for kind, first, second, piece in changes:
        low, high = sorted((int(first * len(content)), int(second * len(content))))
        content = CHANGES[kind](content, low, high, piece)[:400_000]
    return content


def flip(content: bytes, low: int, high: int, piece: bytes) -> bytes:
    """Replace every so many bytes between two places."""
    changed = bytearray(content)
    step = max(1, piece[0])
    for at in range(low, high, step):
        changed[at] ^= piece[-1] or 1
    return bytes(changed)


def swap_sections(content: bytes, low: int, high: int, piece: bytes) -> bytes:
    """Turn the sections between two places around."""
    dashes = b"\n" + b"-" * 60 + b"\n"
    return content[:low] + dashes.join(reversed(content[low:high].split(dashes))) + content[high:]


CHANGES = {
    "cut": lambda content, low, high, piece: content[:high],
    "head": lambda content, low, high, piece: content[low:],
    "insert": lambda content, low, high, piece: content[:low] + piece * (1 + high % 50) + content[low:],
    "move": lambda content, low, high, piece: content[high:] + content[low:high] + content[:low],
    "repeat": lambda content, low, high, piece: content[:high] + content[low:],
    "flip": flip,
    "double": lambda content, low, high, piece: (
        content[:low] + content[low:high].replace(b"\n", b"\n\n") + content[high:]
    ),
    "drop lines": lambda content, low, high, piece: (
        content[:low] + content[low:high].replace(b"\n", b"") + content[high:]
    ),
    "swap sections": swap_sections,
}


def read_everything(content: bytes) -> None:
    """Read every dump and every section; look up every line number."""
    for dump in read_dumps(content).dumps:
        for name in LAZY:
            getattr(dump, name)
        lines = dump.text.count("\n")
        assert dump.line_of(lines) >= dump.line_of(0) >= 1
        assert dump.with_text(dump.text).sha256 == dump.sha256
        assert all(note.line >= 1 for note in dump.notes)


@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(changes=mutations())
def test_mutated_dumps_are_read(big_dump, changes):
    content = mutate(big_dump.encode(), changes)
    start = time.process_time()
    with contextlib.suppress(NotADump):
        read_everything(content)
    assert time.process_time() - start < SECONDS_TO_START + SECONDS_PER_MEGABYTE * len(content) / 1e6


def test_the_dump_to_mutate_is_whole(big_dump):
    (dump,) = read_dumps(big_dump.encode()).dumps
    assert 20_000 < len(big_dump) < 60_000
    assert dump.notes == ()
    counts = (len(dump.active_process.frames), len(dump.frame_arguments), len(dump.sessions), len(dump.census))
    assert counts == (59, 12, 82, 202)
