"""What was described is what is read: every section, every variant, every way a file gets mangled."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from crash_knowledge.settings import SAMPLES_DIR
from crash_knowledge.wcr.description import DumpDescription, NumberFormat, ProcessText
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.generator import catalogue
from crash_knowledge.wcr.generator.compose import compose
from crash_knowledge.wcr.generator.incident import Circumstances, Customer, Extent, Incident
from crash_knowledge.wcr.model import Process
from crash_knowledge.wcr.reading import read_dumps
from crash_knowledge.wcr.samples import AT_FJORD, MANIFEST, manifest, samples
from crash_knowledge.wcr.writer import (
    NAME_WIDTH,
    cut_off,
    encode,
    file_name,
    grouped,
    join_dumps,
    quoted,
    render,
)

INCIDENTS = {name.lower(): incident for name, incident in vars(catalogue).items() if isinstance(incident, Incident)}
CUSTOMERS = {name.lower(): customer for name, customer in vars(catalogue).items() if isinstance(customer, Customer)}
FULL = Extent(scale=0.4, census=True)


def at(customer: Customer, **changes: object) -> Circumstances:
    return replace(AT_FJORD, customer=customer, **changes)


def read_one(content: bytes) -> Dump:
    dumps = read_dumps(content).dumps
    assert len(dumps) == 1
    return dumps[0]


def written(description: DumpDescription, pack: Callable[[str], bytes] = encode) -> Dump:
    return read_one(pack(join_dumps([render(description)])))


def assert_same_process(read: Process | None, described: ProcessText) -> None:
    assert read is not None
    assert (read.name, read.priority, read.identity_hash) == (
        described.name,
        described.priority,
        described.identity_hash,
    )
    assert [frame.text for frame in read.frames] == list(described.frames)
    assert [frame.number for frame in read.frames] == list(range(1, len(described.frames) + 1))


def assert_same(read: Dump, described: DumpDescription) -> None:
    assert read.complete
    assert [note for note in read.notes if note.level == "error"] == []
    assert_same_header(read, described)
    assert_same_process(read.active_process, described.active_process)
    assert_same_arguments(read, described)
    for processes, texts in (
        (read.quiescent_processes, described.quiescent),
        (read.suspended_processes, described.suspended),
    ):
        assert len(processes) == len(texts)
        for process, text in zip(processes, texts, strict=True):
            assert_same_process(process, text)
    assert read.transcript.strip() == described.transcript.strip()
    assert_same_database(read, described)
    assert_same_machine(read, described)


def assert_same_header(read: Dump, described: DumpDescription) -> None:
    header, text = read.header, described.header
    assert header.local_time == described.local_time
    assert header.cause.strip() == described.cause.strip()
    assert (header.user, header.computer, header.windows_user) == (text.user, text.computer, text.windows_user)
    assert header.site is not None
    assert header.site.text == text.site
    assert header.version is not None
    assert header.version.text == text.version
    assert header.build is not None
    assert header.build.text == text.build
    assert header.version_on_database == text.version_on_database
    assert header.tz_offset_seconds == text.tz_offset_seconds
    assert header.frame_rate == text.frame_rate
    assert header.command_line == text.command_line
    assert (header.database_encoding, header.session_encoding) == (text.database_encoding, text.session_encoding)
    connected = text.database_label is not None
    assert header.database_server_version == (text.database_server if connected else None)
    assert header.database_client_version == (text.database_client if connected else None)
    assert read.exception is not None
    assert read.exception.class_name == described.exception.class_name
    assert read.exception.error_string.strip() == described.exception.error_string.strip()
    assert read.exception.parameter.strip() == described.exception.parameter.strip()


def assert_same_arguments(read: Dump, described: DumpDescription) -> None:
    assert [block.number for block in read.frame_arguments] == [block.number for block in described.frame_blocks]
    for block, text in zip(read.frame_arguments, described.frame_blocks, strict=True):
        assert block.receiver is not None
        assert (block.receiver.object_id, block.receiver.text) == (
            text.receiver.value.object_id,
            text.receiver.value.text,
        )
        numbered = (*text.receiver.variables, *text.receiver.attributes)
        persistent = [False] * len(text.receiver.variables) + [True] * len(text.receiver.attributes)
        assert [(v.name, v.value.object_id, v.value.text.rstrip()) for v in block.variables] == [
            (name[:NAME_WIDTH], value.object_id, value.text.rstrip()) for name, value in numbered
        ]
        assert [variable.persistent for variable in block.variables] == persistent
        values = (*text.arguments, *text.temporaries)
        assert [argument.value.text for argument in block.arguments] == [value.text for value in values]
        assert [argument.temporary for argument in block.arguments] == [False] * len(text.arguments) + [True] * len(
            text.temporaries
        )


def assert_same_database(read: Dump, described: DumpDescription) -> None:
    assert [(c.class_name, c.handle, c.twin, c.hash, c.state, c.username) for c in read.connections] == [
        (c.class_name, c.handle, c.twin, c.hash, f"#{c.state}", c.username) for c in described.connections
    ]
    assert [(s.class_name, s.handle, s.twin, s.state, s.connection_hash, s.query) for s in read.sessions] == [
        (s.class_name, s.handle, s.twin, f"#{s.state}", s.connection_hash, s.query) for s in described.sessions
    ]
    assert read.distinct_sessions == len(described.sessions) // 2


def assert_same_machine(read: Dump, described: DumpDescription) -> None:
    assert [(w.number, w.title, w.label, w.model_class) for w in read.windows] == [
        (w.number, w.title, w.title, w.model_class) for w in described.windows
    ]
    assert described.memory is not None
    assert read.memory is not None
    assert [(space.name, space.size_kb, space.percent) for space in read.memory.spaces] == list(described.memory.spaces)
    assert read.memory.total_kb == described.memory.total_kb
    assert read.memory.config_limit_kb == described.memory.config_limit_kb
    assert read.memory.limit_upper_bound_kb == described.memory.limit_upper_bound_kb
    assert [(row.class_name, row.count, row.size_bytes) for row in read.census] == list(described.census)


@pytest.mark.parametrize("style", ["9.1", "9.3"])
@pytest.mark.parametrize("customer", CUSTOMERS.values(), ids=CUSTOMERS)
@pytest.mark.parametrize("incident", INCIDENTS.values(), ids=INCIDENTS)
def test_every_incident_at_every_customer(incident: Incident, customer: Customer, style: str) -> None:
    described = compose(incident, at(customer, argument_style=style), seed=1, extent=FULL)
    assert_same(written(described), described)


@pytest.mark.parametrize("number_format", ["comma", "dot", "space", "no-break space"])
def test_memory_in_every_locale(number_format: NumberFormat) -> None:
    customer = replace(catalogue.QUAY, number_format=number_format)
    described = compose(catalogue.LOW_SPACE, at(customer), seed=2, extent=FULL)
    assert_same(written(described), described)


@pytest.mark.parametrize("doubled", [False, True], ids=["single", "doubled"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_encoding_and_line_end(encoding: str, newline: str, doubled: bool) -> None:
    described = compose(catalogue.RUN_WINDOW, at(catalogue.QUAY), seed=3, extent=FULL)
    assert_same(written(described, lambda text: encode(text, encoding, newline, doubled)), described)


def test_many_dumps_with_text_around_them() -> None:
    described = [
        compose(incident, at(customer), seed, Extent(scale=0.1))
        for seed, (incident, customer) in enumerate(zip(INCIDENTS.values(), 2 * [*CUSTOMERS.values()], strict=False))
    ]
    text = join_dumps([render(one) for one in described], "Hello\n--\n", "\nand then:\n\n", "\nregards\n")
    read = read_dumps(encode(text)).dumps
    assert [dump.index for dump in read] == list(range(len(described)))
    for dump, one in zip(read, described, strict=True):
        assert_same(dump, one)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_cut_dump_is_read_as_far_as_it_goes(share: float) -> None:
    described = compose(catalogue.DANGLING_REFERENCE, at(catalogue.FJORD), seed=4, extent=FULL)
    read = read_one(encode(cut_off(join_dumps([render(described)]), share)))
    assert not read.complete
    assert read.header.user == described.header.user
    assert len(read.sessions) <= len(described.sessions)


def test_the_same_seed_gives_the_same_text_and_another_seed_another() -> None:
    texts = [render(compose(catalogue.RUN_WINDOW, AT_FJORD, seed, FULL)) for seed in (5, 5, 6)]
    assert texts[0] == texts[1] != texts[2]


@pytest.mark.parametrize(("scale", "least", "most"), [(6, 500_000, 900_000), (12, 1_000_000, 1_800_000)])
def test_scale_gives_dumps_of_a_real_size(scale: float, least: int, most: int) -> None:
    described = compose(catalogue.RUN_WINDOW, AT_FJORD, 7, Extent(scale=scale, census=True))
    content = encode(join_dumps([render(described)]))
    assert least < len(content) < most
    assert_same(read_one(content), described)


def test_a_long_print_string_is_cut_like_the_product_does() -> None:
    described = compose(catalogue.RUN_WINDOW, AT_FJORD, 8, Extent(scale=20))
    prints = [block.receiver.value.text for block in described.frame_blocks]
    assert any(text.endswith("...etc...)") for text in prints)
    assert max(map(len, prints)) <= 5_000


def test_low_space_has_its_culprit_in_another_process() -> None:
    described = compose(catalogue.LOW_SPACE, at(catalogue.QUAY), 9)
    read = written(described)
    assert read.active_process is not None
    assert len(read.active_process.frames) == 2
    frames = [frame.selector for process in read.quiescent_processes for frame in process.frames]
    assert frames.index("interruptWith:errorString:") < frames.index("ratingsPerMinuteFor:")


def test_a_password_in_clear_is_in_the_command_line_only_when_asked_for() -> None:
    secret = "Sample-Secret-1"
    for password, expected in ((secret, True), (None, False)):
        text = render(compose(catalogue.RUN_WINDOW, replace(AT_FJORD, clear_password=password), 10))
        assert (secret in text) == expected


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        (datetime(2024, 4, 2, 16, 2, 37), "WCR_2-4_16-2-37.txt"),  # noqa: DTZ001
        (datetime(2024, 11, 25, 9, 42, 7), "WCR_25-11_9-42-7.txt"),  # noqa: DTZ001
    ],
)
def test_file_name(moment: datetime, name: str) -> None:
    assert file_name(moment) == name


def test_small_pieces() -> None:
    assert quoted("WHATS'ON") == "'WHATS''ON'"
    assert [grouped(1234567, style) for style in ("comma", "dot", "space")] == ["1,234,567", "1.234.567", "1 234 567"]
    assert grouped(999, "comma") == "999"


def test_the_bundled_samples_are_what_the_generator_writes() -> None:
    made = list(samples())
    assert (SAMPLES_DIR / MANIFEST).read_text(encoding="utf-8") == manifest(made)
    for sample in made:
        assert (SAMPLES_DIR / sample.file_name).read_bytes() == sample.content
    on_disk = {path.name for path in SAMPLES_DIR.glob("*.txt")}
    assert on_disk == {sample.file_name for sample in made}
    assert sum(len(sample.content) for sample in made) < 2_000_000


@pytest.mark.parametrize("path", sorted(SAMPLES_DIR.glob("WCR_*.txt")), ids=lambda path: path.name)
def test_the_bundled_samples_are_read_without_error(path: Path) -> None:
    dumps = read_dumps(path.read_bytes(), path.name).dumps
    assert dumps
    assert [note for dump in dumps for note in dump.notes if note.level == "error"] == []


def test_random_incidents_and_circumstances() -> None:
    rng = random.Random(11)
    for seed in range(30):
        incident = rng.choice([*INCIDENTS.values()])
        circumstances = at(rng.choice([*CUSTOMERS.values()]), flavour=rng.randrange(3), build_number=rng.randrange(30))
        described = compose(incident, circumstances, seed, Extent(rng.uniform(0.02, 0.5), rng.choice([None, 0, 5])))
        assert_same(written(described), described)
