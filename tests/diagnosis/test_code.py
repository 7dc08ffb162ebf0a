"""Whose code, and whose process: facts, and when nothing is said."""

from __future__ import annotations

import pytest

from crash_knowledge.diagnosis import diagnose
from tests.diagnosis.dumps import dump, said, silent, text_at

LOW_SPACE = "Emergency: No Space Left."
CHAIN = "[1] \tLowSpaceInterrupt class>>interruptWith:errorString:\n[2] \tProcess>>interruptWith:\n"
HEAD = "Process named: 'Launcher'\nProcess priority: 50\nProcess identity hash: 7\nContext stack\n"


@pytest.mark.parametrize(
    ("frame", "code", "method"),
    [
        ("MediaGeniX.PlanACME(MediaGeniX.Plan)>>next", "base code", "Plan>>next"),
        ("MediaGeniX.PlanACME>>next", "customer code", "PlanACME>>next"),
        ("[] in MediaGeniX.Plan class>>next", "base code", "Plan class>>next"),
    ],
)
def test_facts_of_the_code(frame: str, code: str, method: str) -> None:
    diagnosis = diagnose(dump(["OrderedCollection>>do:", "MediaGeniX.T3Transaction>>do:", frame]))
    assert diagnosis.value("code") == code
    assert diagnosis.value("method") == method


def test_no_application_method_no_code() -> None:
    assert silent(dump(["OrderedCollection>>do:", "MediaGeniX.T3Transaction>>do:"]), "whose_code")


def test_culprit() -> None:
    others = f"{HEAD}{CHAIN}[3] \tMediaGeniX.Plan>>searchAll\n"
    raw = dump(["BlockClosure>>on:do:"], LOW_SPACE, ("LowSpaceInterrupt", "x"), quiescent=others)
    finding = said(raw, "culprit")
    assert finding.sentence == "The process 'Launcher' was at work when memory ran out (in Plan>>searchAll)"
    assert text_at(raw, finding.lines[1]).endswith("Plan>>searchAll")
    assert diagnose(raw).value("culprit_process") == "Launcher"
    assert diagnose(raw).value("method") == "Plan>>searchAll"


def test_the_innocent_process_is_named_when_its_name_is_another() -> None:
    others = f"{HEAD.replace('Launcher', 'Report')}{CHAIN}[3] \tMediaGeniX.Plan>>searchAll\n"
    raw = dump(["BlockClosure>>on:do:"], LOW_SPACE, ("LowSpaceInterrupt", "x"), quiescent=others)
    assert said(raw, "culprit").sentence.endswith(", not the active process 'Launcher'")


@pytest.mark.parametrize(
    ("cause", "others"),
    [
        (LOW_SPACE, f"{HEAD}[1] \tMediaGeniX.Plan>>searchAll\n"),
        ("Message not understood: #a", f"{HEAD}{CHAIN}[3] \tMediaGeniX.Plan>>searchAll\n"),
    ],
)
def test_no_culprit(cause: str, others: str) -> None:
    assert silent(dump(["BlockClosure>>on:do:"], cause, ("X", "x"), quiescent=others), "culprit")
