"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crash_knowledge import __version__, services, settings
from crash_knowledge.cli import commands
from crash_knowledge.demo.scenario import load_scenario
from crash_knowledge.settings import ROOT, SAMPLES_DIR
from tests.knowledge.dumps import PERMISSION, dump_bytes, dump_text, file_of

FIRST, SECOND = (str(SAMPLES_DIR / name) for name in ("WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt"))
MANY = str(SAMPLES_DIR / "WCR_2-4_9-59-17.txt")
PASSWORD = str(SAMPLES_DIR / "WCR_28-4_10-41-6.txt")
CONTROLS = set("\x00\x07\x08\x1b\x7f\x9b\u202e\u2066\ufeff")
HEAVY = ("torch", "transformers", "pandas", "streamlit", "sentence_transformers", "sklearn", "scipy")


def run(*args: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(commands, args, input=stdin)


def program(*args: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "crash_knowledge", *args], cwd=ROOT, input=stdin, capture_output=True)


def parsed(result: Result) -> list[dict]:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def dump_file(tmp_path: Path):
    def write(name: str, content: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return write


@pytest.mark.parametrize("command", ["inspect", "analyze"])
class TestFiles:
    """What both commands do with the files they are given."""

    def test_a_bad_file_is_told_and_the_others_go_on(self, command: str, dump_file) -> None:
        bad = dump_file("holiday.txt", b"Dear all, I am away.")
        result = run(command, FIRST, bad, "missing.txt", SECOND, "--json")
        assert result.exit_code == 1
        assert [Path(one["file"]).name for one in json.loads(result.stdout)] == [Path(FIRST).name, Path(SECOND).name]
        about_bad, about_missing = result.stderr.splitlines()
        assert about_bad.startswith(f"{bad} holds no WCR dump: ")
        assert about_bad.count("holiday.txt") == 1
        assert about_missing == "missing.txt: cannot be read: No such file or directory"

    def test_a_directory_is_told(self, command: str, tmp_path: Path) -> None:
        result = run(command, str(tmp_path))
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == f"{tmp_path}: cannot be read: Is a directory\n"

    def test_only_bad_files_are_an_empty_array(self, command: str) -> None:
        result = run(command, "missing.txt", "--json")
        assert (result.exit_code, json.loads(result.stdout)) == (1, [])

    def test_standard_input(self, command: str) -> None:
        content = dump_bytes()
        (facts,) = parsed(run(command, "-", "--json", stdin=content))
        assert facts["file"] == "-"
        assert run(command, "-", stdin=content).stdout.startswith("standard input, dump 1\n")
        refused = run(command, "-", stdin=b"")
        assert (refused.exit_code, refused.stderr) == (1, "standard input holds no WCR dump: it is empty.\n")

    def test_without_a_file_it_is_wrong_usage(self, command: str) -> None:
        assert run(command).exit_code == 2

    @pytest.mark.parametrize("options", [(), ("--json",)])
    def test_control_characters_of_a_dump_never_reach_the_terminal(self, command: str, dump_file, options) -> None:
        planted = "".join(sorted(CONTROLS)) + "\x1b]0;gotcha\x07"
        text = dump_text().replace("Message not understood", f"Message {planted}not understood")
        text = text.replace("Slot plan", f"Slot {planted}plan").replace("2024r2.000.012", f"2024r2{planted}")
        path = dump_file("x.txt", file_of(text, dump_text(PERMISSION)))
        extra = ("--explain",) if command == "analyze" else ()
        result = run(command, path, *options, *extra)
        assert result.exit_code == 0
        assert not CONTROLS & set(result.stdout)
        assert "gotcha" in result.stdout

    def test_control_characters_of_a_file_name_never_reach_the_terminal(self, command: str, dump_file) -> None:
        path = dump_file("a\x1b[31mred.txt", b"no dump")
        result = run(command, path)
        assert result.exit_code == 1
        assert "\x1b" not in result.stderr
        assert "red.txt holds no WCR dump" in result.stderr


class TestAnalyze:
    KEYS = {"file", "index", "is_new", "pattern_id", "pattern_name", "level", "confidence", "cause", "solutions"}  # noqa: RUF012

    def test_a_new_crash(self) -> None:
        (verdict,) = parsed(run("analyze", FIRST, "--json"))
        assert set(verdict) >= self.KEYS
        assert (verdict["is_new"], verdict["pattern_id"], verdict["level"]) == (True, None, "new")
        assert verdict["pattern_name"] == "#coversDate: not understood by nil in CM2RunWindow>>allowsRunOn:"
        assert verdict["cause"] == "Unhandled exception: Message not understood: #coversDate:"
        assert (verdict["solutions"], verdict["seen"]) == ([], 0)

    def test_a_reviewed_crash_is_known_with_the_fix(self) -> None:
        review = ("--save", "--validator", "Ann", "--verdict", "right", "--solution", "Set a start date.")
        (saved,) = parsed(run("analyze", FIRST, *review, "--json"))
        assert saved["saved"]["new_pattern"] is True
        (verdict,) = parsed(run("analyze", SECOND, "--json"))
        assert (verdict["is_new"], verdict["pattern_id"]) == (False, saved["pattern_id"])
        (solution,) = verdict["solutions"]
        assert (solution["description"], solution["success_count"]) == ("Set a start date.", 1)
        assert (verdict["seen"], verdict["customers"]) == (1, ["FJORD"])

    def test_the_text_gives_the_answer_first(self) -> None:
        run("analyze", FIRST, "--save", "--validator", "Ann", "--solution", "Set a start date.")
        lines = run("analyze", SECOND).stdout.splitlines()
        assert lines[0] == "WCR_16-1_16-47-3.txt, dump 1"
        assert lines[1] == "Known crash: #coversDate: not understood by nil in CM2RunWindow>>allowsRunOn:"
        assert lines[3] == "  What helped: Set a start date. (worked once, last today on 2024r2.000.012)"
        assert lines[4] == "  Seen once at 1 site, on 14 Jan 2025."
        assert lines[5] == "  Seen at FJORD on 2024r2.000.012."
        assert lines[6].startswith("  On air           The plan of FJORD 1 for 17 Jan 2025 was being edited: on air")
        assert "  When         2025-01-16 16:47 local time, 15:47 UTC" in lines

    def test_the_card_as_markdown_and_the_long_form_of_json(self) -> None:
        markdown = run("analyze", FIRST, "--format", "markdown").stdout
        assert markdown.startswith("## New crash: \\#coversDate: not understood by nil")
        assert "- **What went wrong:** Something was nil" in markdown
        assert "*(lines 39 and 40)*" in markdown
        assert run("analyze", FIRST, "--format", "json").stdout == run("analyze", FIRST, "--json").stdout
        (verdict,) = parsed(run("analyze", FIRST, "--json"))
        assert (verdict["card"]["answer"], verdict["card"]["confidence"]) == ("new", None)
        assert verdict["card"]["statements"][0]["lines"] == [1403]

    def test_save_without_a_validator_stores_and_confirms_nothing(self) -> None:
        (first,) = parsed(run("analyze", FIRST, "--save", "--json"))
        with services.open_store().reading() as unit:
            pattern = unit.patterns.get(first["pattern_id"])
            assert unit.validations.of_pattern(pattern.id) == ()
        assert (pattern.occurrence_count, pattern.validation_count) == (1, 0)

    def test_save_with_a_validator_notes_who_judged(self) -> None:
        (first,) = parsed(run("analyze", FIRST, "--save", "--validator", " Ann ", "--verdict", "right", "--json"))
        with services.open_store().reading() as unit:
            (validation,) = unit.validations.of_pattern(first["pattern_id"])
        assert (validation.validated_by, validation.verdict) == ("Ann", "confirmed")

    def test_saving_twice_says_so_and_counts_once(self) -> None:
        run("analyze", FIRST, "--save")
        result = run("analyze", FIRST, "--save")
        assert "This very dump was saved on" in result.stdout
        assert "not counted twice" in result.stdout
        with services.open_store().reading() as unit:
            assert unit.crashes.count() == 1

    def test_a_later_file_knows_what_an_earlier_one_taught(self) -> None:
        verdicts = parsed(run("analyze", FIRST, SECOND, "--save", "--json"))
        assert [verdict["is_new"] for verdict in verdicts] == [True, False]
        assert verdicts[0]["pattern_id"] == verdicts[1]["pattern_id"]

    def test_a_later_dump_of_a_file_knows_what_an_earlier_one_taught(self) -> None:
        verdicts = parsed(run("analyze", MANY, "--save", "--json"))
        assert [verdict["is_new"] for verdict in verdicts] == [True, False, True, True]
        assert verdicts[0]["pattern_id"] == verdicts[1]["pattern_id"]

    def test_without_save_nothing_is_stored(self) -> None:
        assert [verdict["is_new"] for verdict in parsed(run("analyze", FIRST, SECOND, "--json"))] == [True, True]
        with services.open_store().reading() as unit:
            assert unit.crashes.count() == 0

    def test_explain_shows_frames_and_candidates(self) -> None:
        run("analyze", FIRST, "--save")
        text = run("analyze", SECOND, "--explain").stdout
        assert "  Why:" in text
        assert "CM2RunWindow>>allowsRunOn:\n" in text
        assert "    For (+) and against (−) “" in text
        assert "where an average candidate starts" in text
        (verdict,) = parsed(run("analyze", SECOND, "--explain", "--json"))
        keys = {"name", "compared", "value", "shown", "words", "log_odds"}
        assert all(set(one) == keys for one in verdict["explanation"]["contributions"])
        assert verdict["explanation"]["left_out"] == []
        assert verdict["explanation"]["candidates"][0]["pattern_id"] == verdict["pattern_id"]
        assert "explanation" not in parsed(run("analyze", SECOND, "--json"))[0]

    def test_a_solution_that_only_failed_did_not_help(self) -> None:
        from crash_knowledge.knowledge.review import Review

        run("analyze", FIRST, "--save", "--validator", "Ann", "--solution", "Restart.")
        (analysis,) = services.analyzer().analyze(Path(SECOND).read_bytes(), SECOND)
        (solution,) = analysis.match.verified_solutions
        services.analyzer().save(analysis, Review("Ann", new_solution="Wait.", new_solution_worked=False))
        with services.open_store().transaction() as unit:
            (proposal,) = [one for one in unit.solutions.of_pattern(analysis.match.pattern_id) if one.id != solution.id]
        assert "  Proposed: Wait. (proposed, not tried yet)" in run("analyze", SECOND).stdout
        with services.open_store().transaction() as unit:
            unit.solutions.record_outcome(proposal.id, worked=False)
        assert "  Did not help: Wait. (failed once)" in run("analyze", SECOND).stdout

    def test_a_password_and_a_cut_are_pointed_out(self) -> None:
        text = run("analyze", PASSWORD).stdout
        assert "! The start command shows a database password in clear (line 31)" in text
        assert "! The dump was cut off" in text
        assert "Passw0rd" not in text

    def test_the_file_keeps_its_folders_in_json_but_loses_names(self, dump_file) -> None:
        path = dump_file("dump of i.solberg.txt", dump_bytes())
        (verdict,) = parsed(run("analyze", path, "--json"))
        assert verdict["file"].startswith(str(Path(path).parent))
        assert "solberg" not in verdict["file"]

    @pytest.mark.parametrize(
        "options",
        [
            ("--validator", "Ann"),
            ("--solution", "Restart."),
            ("--verdict", "right"),
            ("--save", "--solution", "Restart."),
            ("--save", "--verdict", "new"),
            ("--save", "--verdict", "perhaps"),
            ("--save", "--validator", ""),
            ("--save", "--validator", " ", "--solution", "Restart."),
            ("--unredacted",),
        ],
    )
    def test_wrong_usage_is_told_before_anything_is_stored(self, options) -> None:
        result = run("analyze", FIRST, *options)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "Error: " in result.stderr
        with services.open_store().reading() as unit:
            assert unit.crashes.count() == 0

    def test_a_file_over_the_limit_is_told_with_the_setting(self, dump_file, monkeypatch) -> None:
        monkeypatch.setenv("CRASH_KNOWLEDGE_MAX_UPLOAD_MB", "1")
        path = dump_file("big.txt", dump_bytes() + b"x" * 1_000_000)
        result = run("analyze", path)
        assert result.exit_code == 1
        assert "the limit is 1 MB (setting CRASH_KNOWLEDGE_MAX_UPLOAD_MB)" in result.stderr


def test_db_names_another_database(tmp_path: Path) -> None:
    other = tmp_path / "other folder" / "own.db"
    other.parent.mkdir()
    settings.settings.cache_clear()
    assert run("--db", str(other), "analyze", FIRST, "--save").exit_code == 0
    assert other.stat().st_size > 0
    assert not (tmp_path / "home" / "knowledge.db").exists()


def test_demo_is_filled_and_removed_without_touching_real_crashes(monkeypatch) -> None:
    small = replace(load_scenario(), crashes=60)
    monkeypatch.setattr(sys.modules["crash_knowledge.demo.fill"], "load_scenario", lambda: small)
    filled = run("demo", "fill")
    assert (filled.exit_code, filled.stdout) == (0, "")
    assert run("demo", "fill").exit_code == 1
    run("analyze", FIRST, "--save")
    removed = run("demo", "remove")
    assert removed.exit_code == 0
    assert "Removed 60 demo crashes; real ones left: 1." in removed.stderr
    assert services.open_store().verify() == ()


def test_reindex_says_what_it_did() -> None:
    run("analyze", FIRST, "--save")
    assert (
        run("reindex").stderr
        == "Nothing was embedded.\nEvery stored stack has its vector.\nThe search knows 1 stack.\n"
    )
    with services.open_store().transaction() as unit:
        unit.connection.exec_driver_sql("DELETE FROM embeddings")
    assert run("reindex").stderr == "Embedded 1 stack.\nEvery stored stack has its vector.\nThe search knows 1 stack.\n"


def test_model_status_names_who_serves() -> None:
    assert "MiniLM" in run("model", "status").stdout


class TestProgram:
    """The program itself, as a person starts it."""

    def test_version_and_help(self) -> None:
        assert program("--version").stdout.decode() == f"crash-knowledge, version {__version__}\n"
        text = program("-h").stdout.decode()
        assert all(command in text for command in ("analyze", "inspect", "demo", "model", "reindex"))

    def test_inspect_and_analyze(self) -> None:
        done = program("inspect", FIRST, "--json")
        assert (done.returncode, done.stderr) == (0, b"")
        assert json.loads(done.stdout)[0]["site"].startswith("FJORD(")
        done = program("analyze", FIRST, "--save", "--json")
        assert (done.returncode, done.stderr) == (0, b"")
        pattern_id = json.loads(done.stdout)[0]["pattern_id"]
        done = program("analyze", "-", "--json", stdin=Path(SECOND).read_bytes())
        assert json.loads(done.stdout)[0]["pattern_id"] == pattern_id

    @pytest.mark.parametrize(
        ("args", "code"),
        [(("analyze", "missing.txt"), 1), (("analyze",), 2), (("fly",), 2), (("analyze", "--save"), 2)],
    )
    def test_exit_codes(self, args, code: int) -> None:
        done = program(*args)
        assert (done.returncode, done.stdout) == (code, b"")
        assert done.stderr
        assert b"Traceback" not in done.stderr

    def test_a_database_that_cannot_be_opened_is_one_line(self, tmp_path: Path) -> None:
        done = program("--db", str(tmp_path), "analyze", FIRST)
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr
        assert done.stderr.count(b"\n") == 1

    def test_a_reader_that_leaves_early_is_no_error_message(self) -> None:
        files = [MANY] * 40
        process = subprocess.Popen(
            [sys.executable, "-m", "crash_knowledge", "inspect", *files, "--json"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout.read(1) == b"["
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) in (0, 1)
        process.stderr.close()

    def test_names_that_are_no_text_do_not_stop_it(self, tmp_path: Path) -> None:
        path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
        Path(os.fsdecode(path)).write_bytes(dump_bytes())
        command = [os.fsencode(sys.executable), b"-m", b"crash_knowledge"]
        done = subprocess.run([*command, b"analyze", path, b"--json"], cwd=ROOT, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "caf" in json.loads(done.stdout)[0]["file"]
        done = subprocess.run([*command, b"analyze", path, b"--save"], cwd=ROOT, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b"")

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
    def test_a_terminal_of_few_characters_is_served(self, encoding: str) -> None:
        environment = os.environ | {"PYTHONIOENCODING": encoding}
        command = [sys.executable, "-m", "crash_knowledge", "analyze", FIRST, "--save"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b"")

    def test_a_cold_analyze_loads_nothing_heavy(self) -> None:
        code = (
            "import sys; from crash_knowledge.cli import commands; "
            f"commands(['analyze', {FIRST!r}, '--json'], standalone_mode=False); "
            f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True)
        assert json.loads(done.stdout)[0]["is_new"] is True
        assert done.stderr.decode().strip() == "[]"
