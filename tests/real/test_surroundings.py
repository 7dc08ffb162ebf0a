"""What a table of facts cannot hold of the ten real dumps: runs, records near the failure, the cost of the rules."""

from __future__ import annotations

import re
import time
from functools import cache
from pathlib import Path

from crash_knowledge.diagnosis import Diagnosis, diagnose
from crash_knowledge.redaction import Redactor
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps

SECRET = bytes(range(32))


@cache
def redacted(path: Path) -> Dump:
    (dump,) = read_dumps(path.read_bytes(), path.name).dumps
    return Redactor(SECRET).redact(dump).dump


@cache
def diagnoses(folder: Path) -> dict[str, Diagnosis]:
    return {path.name: diagnose(redacted(path)) for path in sorted(folder.glob("*.txt"))}


def test_every_run_but_the_failed_login_has_a_mark_and_all_are_different_runs(real_dumps: Path) -> None:
    """The two pairs of the same crash are minutes apart, but between them the program was started again."""
    marks = {name: diagnosis.values("run") for name, diagnosis in diagnoses(real_dumps).items()}
    assert [name for name, mark in marks.items() if not mark] == ["WCR_28-2_14-45-38.txt"]
    assert len({mark for mark in marks.values() if mark}) == 9


def test_the_mark_of_a_run_is_the_same_when_the_dump_is_read_again(real_dumps: Path) -> None:
    path = real_dumps / "WCR_2-4_16-2-37.txt"
    (dump,) = read_dumps(path.read_bytes(), path.name).dumps
    assert diagnose(Redactor(SECRET).redact(dump).dump).values("run") == diagnoses(real_dumps)[path.name].values("run")


def test_plans_are_told_with_their_channel(real_dumps: Path) -> None:
    told = {name for name, diagnosis in diagnoses(real_dumps).items() if diagnosis.value("channel")}
    assert told == {"WCR_14-4_11-18-44.txt", "WCR_24-3_18-29-18.txt"}


def test_records_are_told_by_class_and_key(real_dumps: Path) -> None:
    for diagnosis in diagnoses(real_dumps).values():
        assert all(re.fullmatch(r"[A-Za-z_]\w* \d+", record) for record in diagnosis.values("record"))
    near = diagnoses(real_dumps)["WCR_25-11_9-42-27.txt"].values("record")
    assert [record.split()[0] for record in near] == ["CM2UpdateRunLogRecord", "PSIProgramSTVNL", "PSIScheduleVersion"]


def test_no_sentence_names_a_login_or_is_too_long_to_be_read(real_dumps: Path) -> None:
    for diagnosis in diagnoses(real_dumps).values():
        for finding in diagnosis.findings:
            assert len(finding.sentence) < 400, finding
            assert "@" not in finding.sentence


def test_all_rules_cost_less_than_reading_the_dumps(real_dumps: Path) -> None:
    """Measured at the best of three turns; ``notes`` reads every section."""

    def turn() -> tuple[float, float]:
        start = time.perf_counter()
        dumps = [dump for path in real_dumps.glob("*.txt") for dump in read_dumps(path.read_bytes()).dumps]
        assert all(dump.notes is not None for dump in dumps)
        read = time.perf_counter()
        assert all(not diagnose(dump).notes for dump in dumps)
        return read - start, time.perf_counter() - read

    turns = [turn() for _ in range(3)]
    assert min(rules for _, rules in turns) < min(reading for reading, _ in turns)
