"""Redaction of one endless line takes time in proportion to its length, whatever stands in it."""

from __future__ import annotations

import time

import pytest

from crash_knowledge.redaction import Redactor
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps

DASHES = "-" * 60
UNITS = ["a", "@", "a@", "a@b.c ", "x/y@", "password", "password='", "pwd:", "\\", "\\users\\a", "1.2.3.4 ", "::", ":a"]
UNITS += ["h1:1521/", "a.be.", "://a:b", "zorro", "zorro ", "_zorro", "#zorro:", "user (oid = 1) (", "username: '", "'"]
SHORT = 80_000
WHOLE_5_MB = 5_000_000


def dump_of_one_line(unit: str, length: int) -> Dump:
    line = (unit * (length // len(unit) + 1))[:length]
    head = "==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP\nWhats'On User: zorro\nCommand Line: a -p secret1\n"
    text = f"{head}{DASHES}\nTranscript:\n<<<BEGIN TRANSCRIPT>>>\n{line}\n<<<END TRANSCRIPT>>>\n"
    return read_dumps(text.encode()).dumps[0]


def seconds(dump: Dump) -> float:
    start = time.process_time()
    Redactor(b"x" * 32).redact(dump)
    return time.process_time() - start


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_length_and_not_with_its_square(unit: str) -> None:
    short = seconds(dump_of_one_line(unit, SHORT))
    long = seconds(dump_of_one_line(unit, 4 * SHORT))
    assert long < 10 * short + 0.5


def test_a_line_of_5_mb_with_everything_in_it() -> None:
    unit = "zorro at 10.1.2.3 (zorro@x.example) SELECT PSIUSER1.OID c1,PSIUSER1.NAME FROM PSI.PSIUSER; "
    shown = Redactor(b"x" * 32).redact(dump_of_one_line(unit, WHOLE_5_MB)).dump.text
    assert "zorro at" not in shown
    assert "10.1.2.3" not in shown
    assert "x.example" not in shown
    assert "FROM PSI.PSIUSER" in shown
