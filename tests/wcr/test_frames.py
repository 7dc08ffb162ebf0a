"""Frames in all their forms, and the processes they stand in."""

import pytest

from crash_knowledge.wcr.frames import parse_frame
from crash_knowledge.wcr.model import Frame


@pytest.mark.parametrize(
    ("text", "receiver", "implementor", "selector", "blocks", "class_side", "optimized"),
    [
        ("Semaphore>>wait", "Semaphore", "Semaphore", "wait", 0, False, False),
        (
            "UndefinedObject(Object)>>doesNotUnderstand:",
            "UndefinedObject",
            "Object",
            "doesNotUnderstand:",
            0,
            False,
            False,
        ),
        (
            "MediaGeniX.PSIBlockFJORD(MediaGeniX.PSIBlock)>>hasX",
            "MediaGeniX.PSIBlockFJORD",
            "MediaGeniX.PSIBlock",
            "hasX",
            0,
            False,
            False,
        ),
        ("optimized [] in [] in X>>y", "X", "X", "y", 2, False, True),
        (
            "[] in IdentitySet(Collection)>>detect:ifNone:",
            "IdentitySet",
            "Collection",
            "detect:ifNone:",
            1,
            False,
            False,
        ),
        ("[] in [] in [] in A.B class>>c:d:", "A.B", "A.B", "c:d:", 3, True, False),
        ("Process class>>forBlock:priority:", "Process", "Process", "forBlock:priority:", 0, True, False),
        ("A.Day class(Object)>>doesNotUnderstand:", "A.Day", "Object", "doesNotUnderstand:", 0, False, False),
        ("A.Day class(A.Base class)>>new", "A.Day", "A.Base", "new", 0, True, False),
        ("A.Channel(A.Leaf)>><", "A.Channel", "A.Leaf", "<", 0, False, False),
        ("Number>>->", "Number", "Number", "->", 0, False, False),
        ("X_1>>unboundMethodwith:with:", "X_1", "X_1", "unboundMethodwith:with:", 0, False, False),
        ("  Semaphore>>wait ", "Semaphore", "Semaphore", "wait", 0, False, False),
        ("no frame at all", "", "", "", 0, False, False),
        ("optimized [] in", "", "", "", 0, False, False),
        ("A>>", "", "", "", 0, False, False),
        ("A(B>>c", "", "", "", 0, False, False),
        ("", "", "", "", 0, False, False),
    ],
)
def test_frames(text, receiver, implementor, selector, blocks, class_side, optimized):
    frame = Frame(3, text, receiver, implementor, selector, blocks, class_side, optimized, 12)
    assert parse_frame(text, 3, 12) == frame


def test_a_stack_with_missing_and_damaged_lines(sections, read):
    sections["active"] = (
        "Active Process\nProcess named: nil\nProcess priority: high\nContext stack\n"
        "[1] \tA>>b\n[2x] \tA>>c\n[4] \tgarbage\nstray\n"
    )
    dump = read(sections)
    process = dump.active_process
    assert (process.name, process.priority, process.identity_hash) == ("nil", None, None)
    assert [(frame.number, frame.text, frame.selector) for frame in process.frames] == [
        (1, "A>>b", "b"),
        (4, "garbage", ""),
    ]
    assert [note.what for note in dump.notes] == [
        "2 lines, this is the first, in section 'Active Process' could not be read",
        "The stack goes from frame 1 to frame 4",
    ]


def test_a_stack_without_its_first_lines(sections, read):
    sections["active"] = "Active Process\n[1] \tA>>b\n[2] \tA>>c\n"
    process = read(sections).active_process
    assert (process.name, len(process.frames)) == ("", 2)


def test_a_section_of_which_nothing_is_read_is_lost(sections, read):
    sections["suspended"] = "Suspended Processes\n"
    sections["windows"] = "Scheduled Windows:\n???\n"
    assert [(note.what, note.level) for note in read(sections).notes] == [
        ("1 line in section 'Scheduled Windows:' could not be read", "error")
    ]
