"""The nil detective: which variables may have been nil, and what the sentence says of them."""

from __future__ import annotations

import pytest

from crash_knowledge.diagnosis import diagnose
from tests.diagnosis.dumps import NOT_UNDERSTOOD, dump, said, silent, text_at

SENDER = "MediaGeniX.Window>>reliesOnOtherRight"


def sender(*variables: tuple[str, str], arguments: tuple[str, ...] = (), frame: str = SENDER, number: int = 2) -> str:
    lines = [f"[{number}] {frame}", "\tReceiver: (id=3) a Window"]
    lines += [f"\t[{i}] {name:<32}(id=1) {value}" for i, (name, value) in enumerate(variables, start=1)]
    lines += [f"\tArg{i}: (id=1) {value}" for i, value in enumerate(arguments, start=1)]
    return "\n".join([*lines, ""])


@pytest.mark.parametrize(
    ("variables", "candidates", "confidence"),
    [
        ([("dependents", "nil"), ("startDate", "nil"), ("x_cache", "nil")], ["startDate"], "possible"),
        ([("startDate", "nil"), ("otherRight", "nil")], ["otherRight", "startDate"], "likely"),
        ([("calculatedEnd", "nil"), ("startDate", "nil")], ["startDate"], "possible"),
        ([("calculatedEnd", "nil"), ("calculatedStart", "nil")], ["calculatedEnd", "calculatedStart"], "possible"),
        ([("number", "1"), ("startDate", "nil")], ["startDate"], "possible"),
        ([(name, "nil") for name in "abcdef"], ["a", "b", "c", "d"], "possible"),
    ],
)
def test_candidates_in_their_order(variables: list[tuple[str, str]], candidates: list[str], confidence: str) -> None:
    raw = dump([NOT_UNDERSTOOD, SENDER], arguments=sender(*variables))
    finding = said(raw, "nil_candidates")
    assert list(diagnose(raw).values("nil_candidate")) == candidates
    assert finding.confidence == confidence
    assert [text_at(raw, line).split()[1] for line in finding.lines] == candidates


def test_the_sentence_says_that_they_are_candidates() -> None:
    variables = [("calculatedEnd", "nil"), ("startDate", "nil"), ("endDate", "nil")]
    raw = dump([NOT_UNDERSTOOD, SENDER], arguments=sender(*variables))
    assert said(raw, "nil_candidates").sentence == (
        "Candidates for what was nil: startDate and endDate of the Window (1 less likely)"
    )


def test_an_argument_that_is_nil_is_a_candidate_too() -> None:
    raw = dump([NOT_UNDERSTOOD, SENDER], arguments=sender(("name", "'x'"), arguments=("3", "nil")))
    assert said(raw, "nil_candidates").sentence == "Candidate for what was nil: its argument 2 of the Window"


def test_the_method_around_an_inlined_block_is_looked_at() -> None:
    frames = [NOT_UNDERSTOOD, f"optimized [] in {SENDER}", "OrderedCollection>>do:", SENDER]
    raw = dump(frames, arguments=sender(("startDate", "nil"), number=4))
    assert diagnose(raw).values("nil_candidate") == ("startDate",)


@pytest.mark.parametrize(
    ("frames", "arguments"),
    [
        ([NOT_UNDERSTOOD, SENDER], ""),
        ([NOT_UNDERSTOOD, SENDER], sender(("dependents", "nil"), ("startDate", "3"))),
        ([NOT_UNDERSTOOD, SENDER], sender(("group", "nil"), ("groupOID", "200145"))),
        (["MediaGeniX.Plan(Object)>>doesNotUnderstand:", SENDER], sender(("startDate", "nil"))),
        (["OrderedCollection>>first", SENDER], sender(("startDate", "nil"))),
    ],
)
def test_nothing_is_said(frames: list[str], arguments: str) -> None:
    assert silent(dump(frames, arguments=arguments), "nil_candidates")


def test_a_dangling_reference_is_a_fact() -> None:
    raw = dump([NOT_UNDERSTOOD, SENDER], arguments=sender(("group", "nil"), ("groupOID", "200145")))
    assert diagnose(raw).value("dangling_reference") == "Window.group"
    assert diagnose(raw).values("nil_candidate") == ("group",)
