"""``crash-knowledge reply`` and ``crash-knowledge report``: what they write, where, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from email import message_from_string
from email.policy import default
from pathlib import Path

import pytest

from crash_knowledge import services
from crash_knowledge.settings import ROOT, SAMPLES_DIR
from tests.knowledge.dumps import PERMISSION, dump_text, file_of
from tests.test_cli import CONTROLS, HEAVY, run

FIRST, SECOND = (str(SAMPLES_DIR / name) for name in ("WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt"))
PASSWORD = str(SAMPLES_DIR / "WCR_28-4_10-41-6.txt")
DUMP = Path(FIRST).read_bytes()


class TestReply:
    def test_the_customer_is_answered_in_english_by_default(self) -> None:
        result = run("reply", PASSWORD)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.startswith("Your WHATS'ON crash report of 28 April 2025\n\nDear Sir or Madam,\n")
        assert "readable password" in result.stdout
        assert "Please send us the whole file" in result.stdout

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            (("--lang", "nl"), "Geachte heer, mevrouw,"),
            (("--lang", "fr", "--for", "manager"), "Plantage WHATS'ON"),
            (("--lang", "de", "--for", "developer"), "WOnUserProfile versteht #departmentLinks nicht."),
            (("--for", "support"), "Ask the customer for the whole file"),
            (("--format", "markdown"), "# Your WHATS'ON crash report of 28 April 2025"),
            (("--format", "ticket"), "h2. Your WHATS'ON crash report of 28 April 2025"),
        ],
    )
    def test_reader_language_and_format_are_chosen(self, options: tuple[str, ...], says: str) -> None:
        result = run("reply", PASSWORD, *options)
        assert (result.exit_code, result.stderr) == (0, "")
        assert says in result.stdout

    def test_an_email_is_a_whole_message(self) -> None:
        message = message_from_string(run("reply", PASSWORD, "--format", "eml", "--lang", "de").stdout, policy=default)
        assert message["Subject"] == "Ihr WHATS'ON-Absturzbericht vom 28. April 2025"
        assert "Mit freundlichen Grüßen" in message.get_content()

    def test_a_known_crash_tells_what_helped(self) -> None:
        solved = ("--save", "--validator", "Ann", "--verdict", "new", "--solution", "Calculate the period first.")
        assert run("analyze", FIRST, *solved).exit_code == 0
        assert "This has helped before: “Calculate the period first.”" in run("reply", SECOND).stdout

    def test_a_stored_crash_is_answered_from_the_store(self) -> None:
        assert run("analyze", FIRST, "--save").exit_code == 0
        result = run("reply", "--crash", "1")
        assert (result.exit_code, result.stderr) == (0, "")
        assert "We know this problem." in result.stdout
        assert "14 January 2025" in result.stdout

    def test_a_crash_that_was_moved_is_answered_as_what_it_is_now(self) -> None:
        for path in (FIRST, SECOND):
            assert run("analyze", path, "--save").exit_code == 0
        assert run("pattern", "move", "2", "--by", "Ann").exit_code == 0
        with services.open_store().reading() as unit:
            moved_to = unit.crashes.get(2).pattern_id
        assert f"pattern {moved_to}" in run("reply", "--crash", "2", "--for", "support").stdout

    def test_standard_input(self) -> None:
        result = run("reply", "-", stdin=DUMP)
        assert "14 January 2025" in result.stdout

    def test_nothing_is_stored(self) -> None:
        run("reply", FIRST)
        run("report", FIRST)
        with services.open_store().reading() as unit:
            assert unit.crashes.count() == 0


class TestWhichDump:
    @pytest.fixture
    def two(self, tmp_path: Path) -> str:
        path = tmp_path / "two.txt"
        path.write_bytes(file_of(dump_text(), dump_text(PERMISSION, days=3)))
        return str(path)

    def test_the_first_of_several_and_a_hint(self, two: str) -> None:
        result = run("reply", two)
        assert "14 January 2025" in result.stdout
        assert result.stderr == f"{two} holds 2 dumps: this is of the first. {two}#2 is the second.\n"

    def test_a_numbered_one(self, two: str) -> None:
        result = run("reply", f"{two}#2")
        assert (result.exit_code, result.stderr) == (0, "")
        assert "17 January 2025" in result.stdout

    def test_one_that_is_not_there(self, two: str) -> None:
        result = run("report", f"{two}#3")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "holds 2 dumps; there is no dump 3" in result.stderr

    @pytest.mark.parametrize("command", ["reply", "report"])
    def test_neither_or_both_is_wrong_usage(self, command: str) -> None:
        assert run(command).exit_code == 2
        assert run(command, FIRST, "--crash", "1").exit_code == 2


class TestReport:
    @pytest.mark.parametrize(
        ("form", "begins"),
        [("markdown", b"# Crash report"), ("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF-"), ("json", b"{")],
    )
    def test_every_format_to_a_file_and_to_standard_output(self, form: str, begins: bytes, tmp_path: Path) -> None:
        target = tmp_path / "crash report"
        result = run("report", FIRST, "--format", form, "--output", str(target))
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == f"Wrote {target}.\n"
        assert target.read_bytes().startswith(begins)
        assert run("report", FIRST, "--format", form).stdout_bytes.startswith(begins)

    def test_a_stored_crash(self) -> None:
        assert run("analyze", FIRST, "--save").exit_code == 0
        report = json.loads(run("report", "--crash", "1", "--format", "json").stdout)
        assert report["pattern_id"] == 1
        assert report["verdict"] == "Known crash"

    def test_a_file_is_replaced_as_a_whole(self, tmp_path: Path) -> None:
        target = tmp_path / "report.md"
        target.write_text("old")
        assert run("report", FIRST, "--output", str(target)).exit_code == 0
        assert target.read_text().startswith("# Crash report")
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["report.md"]

    def test_a_folder_that_is_not_there_is_told_and_nothing_is_left(self, tmp_path: Path) -> None:
        result = run("report", FIRST, "--output", str(tmp_path / "missing" / "report.md"))
        assert (result.exit_code, result.stdout) == (1, "")
        assert "cannot be written: No such file or directory" in result.stderr

    def test_a_folder_in_place_of_a_file_is_told_and_no_draft_stays(self, tmp_path: Path) -> None:
        folder = tmp_path / "folder"
        folder.mkdir()
        result = run("report", FIRST, "--output", str(folder))
        assert result.exit_code == 1
        assert "cannot be written" in result.stderr
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []

    def test_a_pdf_is_not_for_a_terminal(self) -> None:
        result = on_a_terminal("report", FIRST, "--format", "pdf")
        assert result.returncode == 2
        assert b"not for the terminal" in result.stderr
        assert b"%PDF" not in result.stdout


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("missing.txt",), 1, "missing.txt cannot be read: No such file or directory"),
        (("--crash", "99"), 3, "Not found: "),
        ((str(ROOT / "README.md"),), 1, "holds no WCR dump"),
    ],
)
@pytest.mark.parametrize("command", ["reply", "report"])
def test_errors_are_one_line(command: str, options: tuple[str, ...], code: int, says: str) -> None:
    done = subprocess.run([sys.executable, "-m", "crash_knowledge", command, *options], cwd=ROOT, capture_output=True)
    assert (done.returncode, done.stdout) == (code, b"")
    assert says in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("options", [("reply", "--for", "support"), ("reply", "--for", "developer"), ("report",)])
def test_control_characters_of_a_dump_never_reach_the_terminal(options: tuple[str, ...], tmp_path: Path) -> None:
    planted = "".join(sorted(CONTROLS)) + "\x1b]0;gotcha\x07"
    text = dump_text().replace("Message not understood", f"Message {planted}not understood")
    path = tmp_path / f"x\x1b[31m{'y' * 9}.txt"
    path.write_bytes(file_of(text.replace("Slot plan", f"Slot {planted}plan")))
    result = run(*options, str(path))
    assert result.exit_code == 0
    assert not CONTROLS & set(result.stdout)


def test_a_reply_loads_nothing_heavy() -> None:
    code = (
        "import sys; from crash_knowledge.cli import commands; "
        f"commands(['reply', {FIRST!r}], standalone_mode=False); "
        f"print([name for name in {(*HEAVY, 'reportlab')!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True)
    assert done.stdout.startswith(b"Your WHATS'ON")
    assert done.stderr.decode().strip() == "[]"


def on_a_terminal(*args: str) -> subprocess.CompletedProcess[bytes]:
    """The program with a terminal for its output."""
    ours, theirs = os.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "crash_knowledge", *args], cwd=ROOT, stdout=theirs, stderr=subprocess.PIPE
        )
    finally:
        os.close(theirs)
    os.set_blocking(ours, False)
    try:
        shown = os.read(ours, 100_000)
    except OSError:
        shown = b""
    os.close(ours)
    return subprocess.CompletedProcess(args, done.returncode, shown, done.stderr)
