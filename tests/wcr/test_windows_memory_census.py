"""Windows, the memory report in every locale, and the census."""

import pytest

from crash_knowledge.wcr.memory import parse_percent, parse_size_kb
from crash_knowledge.wcr.model import CensusRow, Window


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("\ta A.W 26 'x' label: 'y'\n\t\tmodel class:  M", ("A.W", 26, "x", "y", "M")),
        ("\tan A.W 26 'it''s' label: 'it''s'\n\t\tmodel class:  nil", ("A.W", 26, "it's", "it's", "nil")),
        ("\ta A.W 26 'x' label: 'y'", ("A.W", 26, "x", "y", None)),
        ("\ta A.W 'x' label: 'y'\n\t\tmodel class:  M", ("A.W", None, "x", "y", "M")),
        ("\ta A.W 26 '' label: ''\n\t\tmodel class:  M", ("A.W", 26, "", "", "M")),
        ("\ta A.W 26\n\t\tmodel class:  M", ("A.W", 26, "", "", "M")),
        (
            "\ta A.W 26 'two\nlines' label: 'two\nlines'\n\t\tmodel class:  M",
            ("A.W", 26, "two\nlines", "two\nlines", "M"),
        ),
        ("\ta A.W 26 'a label: b' label: 'c'", ("A.W", 26, "a label: b", "c", None)),
    ],
)
def test_windows(sections, read, lines, expected):
    sections["windows"] = f"Scheduled Windows:\n\n{lines}\n\n\ta Last 1 'l' label: 'l'\n\t\tmodel class:  L\n\n"
    dump = read(sections)
    first, last = dump.windows
    assert first == Window(*expected, line=first.line)
    assert last == Window("Last", 1, "l", "l", "L", last.line)
    assert dump.notes == ()


@pytest.mark.parametrize(
    ("text", "size_kb"),
    [
        ("345,642 KB\t\t80.72%", 345642),
        ("304.849 KB\t\t92,30%", 304849),
        ("488 762 KB\t\t6,81%", 488762),
        ("488\u00a0762 KB", 488762),
        ("488\u202f762 KB", 488762),
        ("488'762 KB", 488762),
        ("1,228,800 KB", 1228800),
        ("3.072.000 KB", 3072000),
        ("36 KB", 36),
        ("1228800 KB", 1228800),
        ("0 KB", 0),
        ("\t\t 36 KB", 36),
        ("NA", None),
        ("", None),
        ("36", None),
        ("36 KB" + " " * 50, 36),
        ("12,34 KB", None),
        ("9" * 39 + " KB", None),
    ],
)
def test_sizes_of_all_locales(text, size_kb):
    assert parse_size_kb(text) == size_kb


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("36 KB\t\t2.44%", 2.44),
        ("92,30%", 92.3),
        ("100,00%", 100.0),
        ("7%", 7.0),
        ("6,81 %", 6.81),
        ("", None),
        ("NA", None),
    ],
)
def test_percentages(text, percent):
    assert parse_percent(text) == percent


def test_memory_report(dump):
    memory = dump.memory
    assert memory.collector_state == "resting"
    assert [(space.name, space.size_kb, space.percent) for space in memory.spaces] == [
        ("Eden", 36, 2.44),
        ("Survivor", 59, 19.95),
        ("Large", 553, 55.39),
        ("Old", 422161, 91.62),
        ("Perm", 22118, 100.0),
    ]
    assert memory.total_kb == 444930
    limits = (memory.config_limit_kb, memory.limit_upper_bound_kb, memory.growth_limit_kb, memory.free_upper_bound_kb)
    assert limits == (None, 3072000, 1843200, 614400)


def test_a_memory_report_with_an_unknown_line(sections, read):
    sections["windows"] = sections["windows"].replace("Eden:", "Gen7:")
    dump = read(sections)
    assert [space.name for space in dump.memory.spaces] == ["Survivor", "Large", "Old", "Perm"]
    assert [note.level for note in dump.notes] == ["warning"]


@pytest.mark.parametrize("line", ["Array\t1", "Array\t1\tx", "Array\t1\t2\t3", "Array 1 2"])
def test_a_census_row_in_another_form_is_noted(sections, read, line):
    sections["windows"] = sections["windows"].replace("Array\t986453\t35510296", line)
    dump = read(sections)
    assert dump.census == (CensusRow("ByteSymbol", 332932, 0),)
    assert [note.what for note in dump.notes] == ["1 line in section 'All objects' could not be read"]
