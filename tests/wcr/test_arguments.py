"""Receivers, variables and arguments of frames."""

import pytest

from crash_knowledge.wcr.model import Value


@pytest.fixture
def read_arguments(sections, read):
    def read_text(text):
        dump = read({**sections, "arguments": "Initial Context Stack Arguments:\n" + text})
        return dump.frame_arguments, dump.notes

    return read_text


def test_both_numberings(dump):
    first, second = dump.frame_arguments
    assert (first.number, first.frame_text) == (1, "UndefinedObject(Object)>>doesNotUnderstand:")
    assert first.receiver == Value(1, "nil")
    assert first.arguments[0].value == Value(77, "a Message with selector: #title and arguments: #()")
    assert second.receiver == Value(5, "a PSIBlockFJORD (oid = 42)")
    assert [(v.number, v.name, v.persistent, v.value) for v in second.variables] == [
        (1, "dependents", False, Value(1, "nil")),
        (2, "session", False, Value(9, "a MediaGeniX.T3Session(9)")),
        (1, "oid", True, Value(10, "42")),
        (2, "dateCreated", True, Value(11, "Tue 2 April 2024 14:02:32.676")),
    ]


@pytest.mark.parametrize(
    ("line", "label", "temporary"),
    [
        ("\tArg1: (id=1) 1", "Arg1", False),
        ("\tArg12: (id=1) 1", "Arg12", False),
        ("\tArg[t1]: (id=1) 1", "Arg[t1]", False),
        ("\tTemp[t4]: (id=1) 1", "Temp[t4]", True),
    ],
)
def test_labels_of_both_versions(read_arguments, line, label, temporary):
    (entry,), notes = read_arguments(f"[1] A>>b\n\tReceiver: (id=2) false\n{line}\n")
    (argument,) = entry.arguments
    assert (argument.label, argument.temporary, argument.value) == (label, temporary, Value(1, "1"))
    assert notes == ()


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("\t[1] dependents                      (id=1) nil", "dependents", Value(1, "nil")),
        ("\t[1] unlinkedBroadcastRightDescriptio(id=1) nil", "unlinkedBroadcastRightDescriptio", Value(1, "nil")),
        ("\t[1] a                               (id=-5) -5", "a", Value(-5, "-5")),
        ("\t[1] a                               (id=7) 'x (id=8) y'", "a", Value(7, "'x (id=8) y'")),
        ("\t[1] a                               (id=7) ", "a", Value(7, "")),
        ("\t[1] a                               (id=7)  indented", "a", Value(7, " indented")),
        ("\t[1] a                               (id=x) 1", "a", Value(None, "(id=x) 1")),
        ("\t[1] whereCondition                  ", "whereCondition", Value(None, "")),
        ("\t[1] whereCondition                  \n--Error: no", "whereCondition", Value(None, "--Error: no")),
        ("\t[1] a (id=7) SELECT *\n\nFROM x\n\tWHERE 1", "a", Value(7, "SELECT *\n\nFROM x\n\tWHERE 1")),
        (
            "\t[1] a (id=7) pages\n1. a Page\n[2] no frame\n\tclient: x",
            "a",
            Value(7, "pages\n1. a Page\n[2] no frame\n\tclient: x"),
        ),
    ],
)
def test_variables(read_arguments, line, name, value):
    text = f"[1] A>>b\n\tReceiver: (id=2) false\n{line}\n\t[2] last                            (id=3) true\n"
    (entry,), notes = read_arguments(text)
    first, last = entry.variables
    assert (first.name, first.value) == (name, value)
    assert (last.number, last.name, last.value, last.persistent) == (2, "last", Value(3, "true"), False)
    assert notes == ()


def test_several_lines_everywhere(read_arguments):
    text = (
        "[2] A>>b\n\tReceiver: (id=5) 'one\ntwo'\n\tArg1: (id=6) 'three\n\nfour'\n\n\n"
        "[7] [] in C>>d\n\tReceiver: (id=5) 'one\ntwo'\n\n"
    )
    (first, second), notes = read_arguments(text)
    assert first.receiver == second.receiver == Value(5, "'one\ntwo'")
    assert first.arguments[0].value == Value(6, "'three\n\nfour'")
    assert (second.number, second.frame_text) == (7, "[] in C>>d")
    assert notes == ()


def test_an_entry_that_follows_without_an_empty_line(read_arguments):
    entries, _ = read_arguments("[1] A>>b\n\tReceiver: (id=1) nil\n[2] C>>d\n\tReceiver: (id=1) nil\n")
    assert [entry.number for entry in entries] == [1, 2]


def test_an_entry_without_a_receiver(read_arguments):
    entries, notes = read_arguments("[1] A>>b\n\n[2] C>>d\n\tArg1: (id=1) nil\n")
    assert [(entry.receiver, len(entry.arguments)) for entry in entries] == [(None, 0), (None, 1)]
    assert notes == ()


def test_lines_before_the_first_entry_are_noted(read_arguments):
    entries, notes = read_arguments("\tReceiver: (id=1) nil\nlost\n\n[1] A>>b\n\tReceiver: (id=1) nil\n")
    assert len(entries) == 1
    assert [note.what for note in notes] == [
        "2 lines, this is the first, in section 'Initial Context Stack Arguments:' could not be read"
    ]
