"""Files: encodings, line ends, many dumps, other text, cut-off dumps, and contents without a dump."""

import codecs
import hashlib

import pytest

from crash_knowledge.errors import NotADump
from crash_knowledge.wcr.reading import read_dumps

PLAIN_VISUALWORKS = """some other text

==2024/2/13==8:02:07==BEGIN RUNTIME DIAGNOSTIC DUMP
Note: this file stored in VisualWorks #source (UTF-8) encoding

Cause of Dump: Unhandled exception: No such file or directory
Smalltalk Version: 'VisualWorks®, 8.3.2 of November 16, 2018'
Object Memory versionId: #[172 72 76 240]
Class creating this dump: ErrorDumper
------------------------------------------------------------
Active Process
Process named: 'Unnamed Process'
Process priority: 50
Process identity hash: 896901
Context Stack:
[1] \toptimized [] in OSErrorHolder class>>initializeErrorActions
[2] \tFilename class>>setCurrentDirectory:

------------------------------------------------------------
Unhandled Exception:
\tclass: UnhandledException
\tcreator: UnhandledException
\terrorString: Unhandled exception: No such file or directory
\tparameter: an OsInaccessibleError

==2024/2/13==8:02:07==END RUNTIME DIAGNOSTIC DUMP
"""


@pytest.mark.parametrize(
    ("encode", "encoding"),
    [
        (lambda text: text.encode(), "utf-8"),
        (lambda text: text.encode("utf-8-sig"), "utf-8"),
        (lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"), "utf-16-le"),
        (lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"), "utf-16-be"),
        (lambda text: codecs.BOM_UTF32_LE + text.encode("utf-32-le"), "utf-32-le"),
        (lambda text: text.encode("utf-16-le"), "utf-16-le"),
        (lambda text: text.encode("utf-16-be"), "utf-16-be"),
        (lambda text: text.encode("cp1252"), "cp1252"),
    ],
)
def test_encodings(small_dump, dump, encode, encoding):
    read = read_dumps(encode(small_dump.replace("a.miller", "André Müller")))
    assert read.encoding == encoding
    assert read.dumps[0].header.user == "André Müller"
    assert read.dumps[0].header.smalltalk_version == "'VisualWorks®, 9.1.1 of Thu 16 September 2021'"
    assert read.dumps[0].census == dump.census


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        (b"caf\xe9", "café", "utf-8"),
        (b"\x93quoted\x94", "“quoted”", "utf-8"),
        (b"\x81\x8d\x8f\x90\x9d", "\x81\x8d\x8f\x90\x9d", "utf-8"),
        (b"\xe2\x82", "â‚", "utf-8"),
        (b"\xff\xfe\xff", "ÿþÿ", "utf-8"),
        ("日本語".encode(), "日本語", "utf-8"),
        (b"\xed\xa0\x80", "í\xa0€", "utf-8"),
    ],
)
def test_bytes_that_are_not_utf8_never_lose_a_dump(small_dump, raw, text, encoding):
    read = read_dumps(small_dump.encode().replace(b"a.miller", b"<" + raw + b">"))
    (dump,) = read.dumps
    assert read.encoding == encoding
    assert dump.header.user == f"<{text}>"
    assert "®" in dump.header.smalltalk_version
    is_utf8 = text.encode() == raw
    assert [note.level for note in dump.notes] == ([] if is_utf8 else ["info"])


def test_a_utf16_file_that_ends_in_the_middle_of_a_character(small_dump):
    read = read_dumps(codecs.BOM_UTF16_LE + small_dump.encode("utf-16-le") + b"x")
    assert [note.what for note in read.notes] == ["The file ends in the middle of a character"]
    assert read.dumps[0].complete


def double(text):
    return text.replace("\n", "\n\n")


@pytest.mark.parametrize(
    ("convert", "lines_each"),
    [
        (lambda text: text, 1),
        (lambda text: text.replace("\n", "\r\n"), 1),
        (lambda text: text.replace("\n", "\r"), 1),
        (double, 2),
        (lambda text: double(text).replace("\n", "\r\n"), 2),
        (lambda text: text.replace("\n", "\r\r\n"), 2),
    ],
    ids=["LF", "CRLF", "CR", "LF doubled", "CRLF doubled", "CR CRLF"],
)
def test_line_ends(small_dump, dump, convert, lines_each):
    (read,) = read_dumps(convert("first line\n" + small_dump).encode()).dumps
    assert read.text == dump.text
    assert read.sha256 == dump.sha256
    assert read.census == dump.census
    assert read.frame_arguments[1].variables[3].value == dump.frame_arguments[1].variables[3].value
    assert read.line_of(0) == 1 + lines_each
    assert read.exception.line == 1 + lines_each * dump.exception.line
    assert [note.level for note in read.notes] == (["info"] if lines_each == 2 else [])


def test_a_doubled_block_with_single_line_ends_in_it_keeps_the_line_numbers(small_dump, dump):
    before, after = small_dump.split("Process priority: 50\n", 1)
    text = double(before) + "Process priority: 50\n" + double(after)
    (read,) = read_dumps(text.encode()).dumps
    assert read.active_process.priority == 50
    assert text.split("\n")[read.exception.line - 1] == "Unhandled Exception:"
    assert read.census == dump.census


def test_doubling_is_decided_for_each_block(small_dump, dump):
    read = read_dumps((double(small_dump) + small_dump).encode())
    assert [one.text for one in read.dumps] == [dump.text, dump.text]
    assert read.dumps[1].line_of(0) == 1 + 2 * small_dump.count("\n")


def test_empty_lines_that_belong_there_are_kept(small_dump):
    spaced = small_dump.replace("started", "one\n\n\n\ntwo")
    assert read_dumps(spaced.encode()).dumps[0].transcript == "one\n\n\n\ntwo"
    assert read_dumps(double(spaced).encode()).dumps[0].transcript == "one\n\n\n\ntwo"


def test_many_dumps_with_other_text_around(small_dump):
    second = small_dump.replace("a.miller", "b.stone").replace("16:10:30", "9:01:02")
    text = f"Dear support,\n\nsee below\n{small_dump}--\nand another\n{second}bye\n"
    read = read_dumps(text.encode(), "mail.txt")
    assert read.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert [(one.index, one.complete, one.header.user) for one in read.dumps] == [
        (0, True, "a.miller"),
        (1, True, "b.stone"),
    ]
    lines = text.split("\n")
    for one in read.dumps:
        assert "BEGIN" in lines[one.line_of(0) - 1]
        assert lines[one.active_process.line - 1] == "Process named: 'WHATS''ON Launcher'"
    assert read.dumps[0].sha256 != read.dumps[1].sha256


@pytest.mark.parametrize("line_end", ["\n", ""], ids=["on a line of its own", "in the middle of a line"])
def test_a_dump_that_was_cut_off_ends_at_the_next_one(small_dump, line_end):
    cut = small_dump[: small_dump.index("priority: 95")]
    read = read_dumps((cut + line_end + small_dump).encode())
    first, second = read.dumps
    assert (first.complete, second.complete) == (False, True)
    assert [process.name for process in first.suspended_processes] == ["TimerProcess", "LowSpaceProcess"]
    assert [note.what for note in first.notes] == ["The dump has no END line: it was cut off, what follows is missing"]
    assert second.notes == ()
    assert len(second.census) == 2


@pytest.mark.parametrize("cut_at", ["Whats'On Site", "Command Line", "[2] ", "\t[2] session", "Old:", "986453"])
def test_a_dump_cut_at_the_end_of_the_file_keeps_what_is_there(small_dump, cut_at):
    cut = small_dump[: small_dump.index(cut_at)]
    (dump,) = read_dumps(cut.encode()).dumps
    assert not dump.complete
    assert dump.header.user == "a.miller"
    assert "error" not in {note.level for note in dump.notes}


def test_a_plain_visualworks_dump():
    text = PLAIN_VISUALWORKS * 2
    read = read_dumps(text.encode())
    assert len(read.dumps) == 2
    dump = read.dumps[1]
    assert dump.complete
    assert dump.notes == ()
    assert dump.cause == "Unhandled exception: No such file or directory"
    assert dump.header.smalltalk_version == "'VisualWorks®, 8.3.2 of November 16, 2018'"
    assert (dump.header.user, dump.header.command_line, dump.utc_time) == (None, None, None)
    assert [frame.receiver for frame in dump.active_process.frames] == ["OSErrorHolder", "Filename"]
    assert dump.exception.parameter == "an OsInaccessibleError"


@pytest.mark.parametrize(
    "line",
    [
        "==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP",
        "  ==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP",
        "==2024/04/02==6:1:3==BEGIN RUNTIME DIAGNOSTIC DUMP  ",
        "==2024/4/==16?10==BEGIN RUNTIME DIAGNOSTIC DUMP",
        "==9999/99/99==99:99:99==BEGIN RUNTIME DIAGNOSTIC DUMP",
        "BEGIN RUNTIME DIAGNOSTIC DUMP",
    ],
)
def test_forms_of_the_begin_line(small_dump, line):
    text = line + small_dump[small_dump.index("\n") :]
    (dump,) = read_dumps(text.encode()).dumps
    assert len(dump.active_process.frames) == 3
    has_time = dump.header.local_time is not None
    assert [note.what for note in dump.notes] == ([] if has_time else ["The BEGIN line carries no valid date and time"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b" \r\n\t\n", "nothing but blanks"),
        (b"\xef\xbb\xbf", "nothing but blanks"),
        (b"\x00\x01\x02" * 50, "binary file"),
        (b"PK\x03\x04....", "ZIP archive"),
        (b"\x1f\x8b\x08", "gzip archive"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "image"),
        (b"hello\nworld\n", "a text of 2 lines without a line '==...==BEGIN RUNTIME DIAGNOSTIC DUMP'"),
        ("hello".encode("utf-16"), "a text of 1 line without"),
        (b"as the line BEGIN RUNTIME DIAGNOSTIC DUMP says, ...", "a text of 1 line without"),
        (b"Cause of Dump: x\nCommand Line: y\n", "parts of a dump are there"),
        (b"==2024/4/2==16:10:30==END RUNTIME DIAGNOSTIC DUMP\n", "parts of a dump are there"),
    ],
)
def test_not_a_dump(content, words):
    with pytest.raises(NotADump, match="holds no WCR dump") as raised:
        read_dumps(content, "report.txt")
    assert str(raised.value).startswith("report.txt holds no WCR dump: ")
    assert words in str(raised.value)


def test_not_a_dump_does_not_quote_the_content():
    with pytest.raises(NotADump) as raised:
        read_dumps(b"password: hunter2")
    assert "hunter2" not in str(raised.value)
