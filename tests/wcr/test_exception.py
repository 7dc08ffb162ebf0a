"""The exception's values can run over several lines and look like anything."""

import pytest


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "\tclass: InvalidTableName\n\tcreator: InvalidTableName\n\terrorString:  \nORA-00942: table\n\n"
            "\tparameter: #(942 - 'ORA-00942: table\n'\n)\n",
            ("InvalidTableName", "InvalidTableName", "ORA-00942: table", "#(942 - 'ORA-00942: table\n'\n)"),
        ),
        ("\tclass: A\n", ("A", "", "", "")),
        ("\tclass: A\n\tparameter: an X\n\tclass: inner\n", ("A", "", "", "an X\n\tclass: inner")),
        ("\tparameter: nil\n\tclass: A\n", ("A", "", "", "nil")),
        ("\tclass:\n\tcreator:\n\terrorString:\n\tparameter:\n", ("", "", "", "")),
    ],
)
def test_values(sections, read, lines, expected):
    sections["exception"] = "Unhandled Exception:\n" + lines
    exception = read(sections).exception
    values = (exception.class_name, exception.creator, exception.error_string, exception.parameter)
    assert values == expected


def test_what_stands_before_the_first_key_is_noted(sections, read):
    sections["exception"] = "Unhandled Exception:\nodd\n\tclass: A\n"
    dump = read(sections)
    assert dump.exception.class_name == "A"
    assert [note.level for note in dump.notes] == ["warning"]
