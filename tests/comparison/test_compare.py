"""Two dumps side by side: as objects, in the terminal, as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crash_knowledge import services
from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.cli import commands
from crash_knowledge.comparison.as_text import comparison_json, comparison_sentences, comparison_text
from crash_knowledge.comparison.compare import (
    ComparableDump,
    DumpComparison,
    NilVariable,
    analysed_dump,
    comparable_dumps,
    compare,
    stored_dump,
)
from crash_knowledge.errors import UnknownRecord
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.settings import SAMPLES_DIR
from crash_knowledge.wcr.generator import catalogue
from crash_knowledge.wcr.generator.compose import compose
from crash_knowledge.wcr.generator.incident import Circumstances, Extent, Incident
from crash_knowledge.wcr.writer import render
from tests.knowledge.dumps import DATABASE, FIRST_DAY, RUN_WINDOW, file_of

WITH_CENSUS = Extent(scale=0.1, argument_frames=6, bystanders=False, census=True)


def dump_text(incident: Incident = RUN_WINDOW, days: int = 0, version: str = "2024r2.000.012") -> str:
    """One dump with a census, of a crash that happened some days after the first."""
    circumstances = Circumstances(
        customer=catalogue.FJORD,
        local_time=FIRST_DAY + timedelta(days=days),
        version=version,
        user="i.solberg",
        windows_user="i.solberg",
        computer="FJV-TS-04",
    )
    return render(compose(incident, circumstances, 1, WITH_CENSUS))


def dump_bytes(incident: Incident = RUN_WINDOW, days: int = 0, **changes: str) -> bytes:
    return file_of(dump_text(incident, days, **changes))


def comparable(content: bytes, name: str = "WCR.txt") -> ComparableDump:
    (dump,) = comparable_dumps(content, name, services.open_store(), services.redactor())
    return dump


def compared(one: bytes, other: bytes) -> DumpComparison:
    return compare(comparable(one), comparable(other))


def changed(*replacements: tuple[str, str], **how) -> bytes:
    text = dump_text(**how)
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return file_of(text)


def test_a_dump_compared_with_itself_differs_in_nothing() -> None:
    result = compared(dump_bytes(), dump_bytes())
    assert result.same_exact
    assert all(pair.first == pair.second for pair in result.frames)
    assert all(fact.same for fact in result.facts)
    assert all(one.nil_in_first == one.nil_in_second for one in result.nil_variables)
    assert {change.change_kb for change in result.memory} == {0}
    assert result.census == ()
    assert "Every class has as many objects in both." in comparison_sentences(result)


def test_the_earlier_dump_is_the_first_however_they_are_given() -> None:
    early, late = dump_bytes(days=0), dump_bytes(days=2)
    for one, other in ((early, late), (late, early)):
        result = compared(one, other)
        assert (result.first.local_time, result.second.local_time) == (FIRST_DAY, FIRST_DAY + timedelta(days=2))
        assert result.in_order


def test_without_a_time_the_given_order_stays() -> None:
    later, timeless = comparable(dump_bytes(days=2)), comparable(changed(("==2025/1/14==", "==2025/13/14=="), days=0))
    result = compare(later, timeless)
    assert (result.first.local_time, result.second.local_time) == (later.dump.header.local_time, None)
    assert not result.in_order
    assert comparison_sentences(result)[-1] == "A dump does not tell its time: which came first is not known."


def test_frames_are_aligned_and_those_of_one_dump_stand_where_they_were() -> None:
    result = compared(dump_bytes(), changed(("CM2RunCounter>>", "CM2OtherCounter>>"), days=1))
    assert not result.same_exact
    alone = [pair for pair in result.frames if not pair.in_both]
    assert {("CM2RunCounter" in (pair.first or ""), "CM2OtherCounter" in (pair.second or "")) for pair in alone} == {
        (True, False),
        (False, True),
    }
    assert [pair.second for pair in result.frames if pair.second] == [
        frame.text for frame in comparable(changed(("CM2RunCounter>>", "CM2OtherCounter>>"))).fingerprint.frames
    ]
    assert result.frames.index(alone[-1]) < len(result.frames) - 1


def test_other_crashes_share_little() -> None:
    result = compared(dump_bytes(RUN_WINDOW), dump_bytes(DATABASE, days=1))
    assert not result.same_structure
    assert "Cause or stack differ." in comparison_sentences(result)


def test_facts_that_differ_come_first() -> None:
    result = compared(dump_bytes(), dump_bytes(days=1, version="2024r2.001.003"))
    versions = next(fact for fact in result.facts if fact.name == "version")
    assert (versions.first, versions.second) == (("2024r2.000.012",), ("2024r2.001.003",))
    same = [fact.same for fact in result.facts]
    assert same == sorted(same)
    assert "version" in next(one for one in comparison_sentences(result) if one.startswith("Differing facts"))


def test_nil_variables_that_differ_come_first() -> None:
    side = comparable(dump_bytes())
    known = {(one.method, one.variable): one for one in compare(side, side).nil_variables}
    assert known
    (method, variable), _ = next(iter(known.items()))
    line = next(
        one
        for frame in side.dump.frame_arguments
        for one in frame.variables
        if one.name == variable and one.value.text == "nil"
    )
    rows = side.dump.text.split("\n")
    row = next(place for place in range(len(rows)) if side.dump.line_of(place) == line.line)
    rows[row] = rows[row].removesuffix("nil") + "'something'"
    other = comparable(file_of("\n".join(rows)))
    assert compare(side, other).nil_variables[0] == NilVariable(method, variable, True, False)


def test_the_census_shows_the_biggest_changes_first() -> None:
    side = comparable(dump_bytes())
    rows = side.dump.census[:3]
    text = side.dump.text
    for row, added in zip(rows, (5, -700, 60), strict=True):
        old = f"\n{row.class_name}\t{row.count}\t"
        assert old in text
        text = text.replace(old, f"\n{row.class_name}\t{row.count + added}\t")
    census = compare(side, comparable(file_of(text))).census
    assert census is not None
    assert [(one.class_name, one.change) for one in census] == [
        (rows[1].class_name, -700),
        (rows[2].class_name, 60),
        (rows[0].class_name, 5),
    ]


def test_without_a_census_objects_are_not_compared() -> None:
    side = comparable(dump_bytes())
    cut = comparable(side.dump.text[: side.dump.text.index("All objects")].encode("cp1252", "replace"))
    assert compare(side, cut).census is None
    assert "Objects cannot be compared: a dump has no census." in comparison_sentences(compare(side, cut))


@pytest.fixture
def stored() -> list[int]:
    """Two stored crashes of one pattern."""
    analyzer = CrashAnalyzer(services.open_store(), services.redactor(), HashedEmbedder("For speed."), 10_000_000)
    found = [analyzer.analyze(dump_bytes(days=days), f"WCR_{days}.txt")[0] for days in (1, 0)]
    return [analyzer.save(analysis, None).crash.id for analysis in found]


def test_stored_crashes_compare_like_their_files(stored: list[int]) -> None:
    store = services.open_store()
    from_store = compare(*(stored_dump(store, crash_id) for crash_id in stored))
    from_files = compared(dump_bytes(days=0), dump_bytes(days=1))
    assert (from_store.first.crash_id, from_store.second.crash_id) == (stored[1], stored[0])
    for name in ("frames", "facts", "nil_variables", "memory", "census"):
        assert getattr(from_store, name) == getattr(from_files, name)
    with pytest.raises(UnknownRecord):
        stored_dump(store, 4711)


def test_an_analysed_dump_is_the_stored_one(stored: list[int]) -> None:
    analyzer = CrashAnalyzer(services.open_store(), services.redactor(), HashedEmbedder("For speed."), 10_000_000)
    (analysis,) = analyzer.analyze(dump_bytes(days=1), "WCR_1.txt")
    side = analysed_dump(analysis)
    assert side.crash_id == stored[0]
    result = compare(side, stored_dump(services.open_store(), stored[0]))
    assert result.same_exact
    assert all(fact.same for fact in result.facts)


def test_no_control_character_of_a_dump_reaches_the_terminal() -> None:
    side = replace(comparable(changed(("2024r2.000.012", "2024\x1b[31m\u202e"))), file_name="a\x1b[2J.txt")
    text = comparison_text(compare(side, comparable(dump_bytes())))
    assert "\x1b[31m" not in text
    assert "\x1b[2J" not in text
    assert "\u202e" not in text


class TestCommand:
    FILES = tuple(str(SAMPLES_DIR / name) for name in ("WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt"))

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(commands, ["compare", *arguments])

    def test_two_files(self) -> None:
        result = self.run(*self.FILES)
        assert result.exit_code == 0
        assert result.output.startswith("First:  WCR_14-1_9-5-12.txt, dump 1, 2025-01-14")
        assert "Frames, innermost first" in result.output

    def test_two_stored_crashes_as_json(self, stored: list[int]) -> None:
        result = self.run("--crash", str(stored[0]), "--crash", str(stored[1]), "--json")
        told = json.loads(result.stdout)
        assert [told["first"]["crash_id"], told["second"]["crash_id"]] == stored[::-1]
        assert told["same_exact"] is True
        assert told["sentences"][0] == "Cause and stack are the same."

    def test_one_file_with_one_stored_crash(self, stored: list[int]) -> None:
        assert f"(crash {stored[0]})" in self.run(self.FILES[0], "--crash", str(stored[0])).output

    def test_a_dump_of_a_file_with_several(self, tmp_path: Path) -> None:
        both = tmp_path / "both.txt"
        both.write_bytes(file_of(dump_text(days=0), dump_text(days=1)))
        result = self.run(f"{both}#2", str(both))
        assert "both.txt, dump 1, 2025-01-14" in result.stdout
        assert "both.txt, dump 2, 2025-01-15" in result.stdout
        assert "holds 2 dumps: the first is compared" in result.stderr
        missing = self.run(f"{both}#3", str(both))
        assert (missing.exit_code, "there is no dump 3" in missing.output) == (1, True)

    @pytest.mark.parametrize(
        ("arguments", "exit_code", "told"),
        [
            ((), 2, "needs two dumps"),
            (("a.txt",), 2, "needs two dumps"),
            (("a.txt", "b.txt", "--crash", "1"), 2, "needs two dumps"),
            (("no-such-file.txt", "other.txt"), 1, "no-such-file.txt cannot be read"),
        ],
    )
    def test_wrong_usage(self, arguments, exit_code, told) -> None:
        result = self.run(*arguments)
        assert (result.exit_code, told in result.output) == (exit_code, True)


def test_the_json_form_is_plain() -> None:
    told = comparison_json(compared(dump_bytes(), dump_bytes(days=1)))
    assert json.loads(json.dumps(told, default=str))["frames"][0]["first"] == told["frames"][0]["first"]
