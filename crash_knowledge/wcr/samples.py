"""Writes the bundled sample files and their manifest: ``python -m crash_knowledge.wcr.samples [folder]``.

The files are made up, and always the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from crash_knowledge.settings import SAMPLES_DIR
from crash_knowledge.wcr.description import ExceptionText, PlainDescription, ProcessText
from crash_knowledge.wcr.generator import catalogue
from crash_knowledge.wcr.generator.compose import compose
from crash_knowledge.wcr.generator.incident import Circumstances, Extent, Incident
from crash_knowledge.wcr.writer import cut_off, encode, file_name, join_dumps, render, render_plain

MANIFEST = "samples.toml"
FULL = Extent(scale=1.0, census=True)
WITHOUT_CENSUS = Extent(scale=1.0)
SMALL = Extent(scale=0.3)


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample file; title and sentence are what the dashboard shows."""

    file_name: str
    title: str
    sentence: str
    content: bytes


AT_FJORD = Circumstances(
    customer=catalogue.FJORD,
    local_time=datetime(2025, 1, 14, 9, 5, 12),  # noqa: DTZ001 (a dump's time is local)
    version="2024r2.000.012",
    user="i.solberg",
    windows_user="i.solberg",
    computer="FJV-TS-04",
    build_number=3,
)
AT_MAREA = Circumstances(
    customer=catalogue.MAREA,
    local_time=datetime(2025, 2, 3, 11, 20, 45),  # noqa: DTZ001
    version="2024r5.000.009a",
    user="lucia.ferrer",
    windows_user="lferrer",
    computer="MAREA-WS-17",
    argument_style="9.3",
    smalltalk_version="'VisualWorks®, 9.3 of 3 février 2023'",
)
AT_QUAY = Circumstances(
    customer=catalogue.QUAY,
    local_time=datetime(2025, 2, 22, 4, 12, 9),  # noqa: DTZ001
    version="2023r10.000.044c",
    user="WONSERVICE",
    windows_user="svc_whatson",
    computer="QUAY-APP-2",
    smalltalk_version="'VisualWorks®, 9.1.1 of Don 16 September 2021'",
)
AT_KESTREL = Circumstances(
    customer=catalogue.KESTREL,
    local_time=datetime(2025, 3, 19, 18, 2, 27),  # noqa: DTZ001
    version="2024r5.000.009a",
    user="R.OKAFOR@KESTREL.EXAMPLE",
    windows_user="rokafor",
    computer="KSTRL-CTX-11",
    build_number=2,
    argument_style="9.3",
    smalltalk_version="'VisualWorks®, 9.3 of 3 February 2023'",
)
AT_TAMARIN = Circumstances(
    customer=catalogue.TAMARIN_OFFLINE,
    local_time=datetime(2025, 4, 2, 8, 55, 17),  # noqa: DTZ001
    version="2024r2.000.006",
    user="",
    windows_user="b.lindner",
    computer="TMRN-LT-09",
)


def samples() -> Iterator[Sample]:
    """All sample files, in the order the dashboard shows them."""
    yield _whatson(
        "A crash nobody has seen yet",
        "Validating a day at Fjord stops because the period of a run window was never calculated.",
        catalogue.RUN_WINDOW,
        AT_FJORD,
        seed=1,
        extent=FULL,
    )
    yield _whatson(
        "The same crash two days later",
        "Upload it after reviewing the first: another user came from the menu, and the fix is known.",
        replace(catalogue.RUN_WINDOW, situation="menu"),
        replace(AT_FJORD, local_time=datetime(2025, 1, 16, 16, 47, 3), user="p.lunde", windows_user="p.lunde"),  # noqa: DTZ001
        seed=2,
    )
    yield _whatson(
        "A variant at another site",
        "The same fault at Marea, reached through its own code: PostgreSQL, VisualWorks 9.3, blocks nested deeper.",
        _with_own_caller(catalogue.RUN_WINDOW, "PLSlotValidator", "checkRunsOf:", "checkRunsAndRegionsOf:"),
        replace(AT_MAREA, flavour=1),
        seed=3,
    )
    yield _whatson(
        "A service that stops every night",
        "A background service at Quay meets a record that points to a deleted one.",
        catalogue.DANGLING_REFERENCE,
        AT_QUAY,
        seed=4,
    )
    yield _whatson(
        "Memory used up",
        "The active process is a bystander; the report that ate the memory is in another process.",
        catalogue.LOW_SPACE,
        replace(
            AT_QUAY,
            local_time=datetime(2025, 3, 7, 15, 33, 58),  # noqa: DTZ001
            user="h.vandamme",
            windows_user="h.vandamme",
            computer="QUAY-WS-31",
        ),
        seed=5,
        extent=FULL,
    )
    yield _whatson(
        "A database error",
        "Oracle does not know a column (ORA-00904): program and database are not of the same version.",
        catalogue.INVALID_IDENTIFIER,
        AT_KESTREL,
        seed=6,
    )
    yield _many_dumps()
    yield _doubled_lines()
    yield _cut_off()
    yield _customer_code()


def _whatson(
    title: str,
    sentence: str,
    incident: Incident,
    circumstances: Circumstances,
    seed: int,
    extent: Extent = WITHOUT_CENSUS,
) -> Sample:
    text = join_dumps([render(compose(incident, circumstances, seed, extent))])
    return Sample(file_name(circumstances.local_time), title, sentence, encode(text))


def _with_own_caller(incident: Incident, class_name: str, selector: str, own_selector: str) -> Incident:
    """The incident at a customer whose own subclass calls the base method from a method of its own."""
    base = f"MediaGeniX.{class_name}{{suffix}}(MediaGeniX.{class_name})>>{selector}"
    own = f"MediaGeniX.{class_name}{{suffix}}>>{own_selector}"
    below = incident.frames.index(base) + 1
    return replace(incident, frames=(*incident.frames[:below], own, *incident.frames[below:]))


def _many_dumps() -> Sample:
    """Two failed logins, a failed upgrade and a tool's own dump, with a person's notes around them."""
    second = replace(AT_TAMARIN, local_time=AT_TAMARIN.local_time + timedelta(seconds=23))
    upgrade = replace(
        AT_TAMARIN,
        customer=replace(catalogue.TAMARIN_OFFLINE, database="oracle", environment="TMRN_WONT"),
        local_time=AT_TAMARIN.local_time + timedelta(hours=1, minutes=4),
        user="admin",
    )
    texts = [
        render(compose(catalogue.MISSING_LIBRARY, AT_TAMARIN, 7, SMALL)),
        render(compose(catalogue.MISSING_LIBRARY, second, 8, SMALL)),
        render(compose(catalogue.UPGRADE_SCRIPT, upgrade, 9, SMALL)),
        render_plain(_tool_dump(upgrade.local_time + timedelta(minutes=2))),
    ]
    text = join_dumps(
        texts,
        before="Hello, this is what we got this morning on the test machine. First no logon at all:\n\n",
        between="\nand then, after installing the Oracle client:\n\n",
        after="\nKind regards, Bruno (b.lindner@tamarin.example, +49 555 0100)\n",
    )
    return Sample(
        file_name(upgrade.local_time),
        "Four dumps in one mail",
        "Two failed logons, a failed upgrade and another program's dump, with a person's words between them.",
        encode(text),
    )


def _tool_dump(local_time: datetime) -> PlainDescription:
    return PlainDescription(
        local_time=local_time,
        cause="Unhandled exception: No such file or directory",
        smalltalk_version="'VisualWorks®, 8.3.2 of November 16, 2018'",
        active_process=ProcessText(
            "Unnamed Process",
            50,
            614_020,
            (
                "optimized [] in OSErrorHolder class>>initializeErrorActions",
                "SystemError>>handleErrorFor:",
                "NTFilename(Filename)>>contentsOfEntireFile",
                "LogCollector>>readConfiguration",
                "LogCollector class>>startup",
                "BlockClosure>>on:do:",
                "optimized [] in Process class>>forBlock:priority:",
            ),
        ),
        exception=ExceptionText(
            "UnhandledException", "Unhandled exception: No such file or directory", "an OsInaccessibleError"
        ),
    )


def _doubled_lines() -> Sample:
    circumstances = replace(
        AT_FJORD,
        customer=replace(catalogue.FJORD, number_format="dot", language="nl"),
        local_time=datetime(2025, 4, 9, 13, 14, 36),  # noqa: DTZ001
        user="trainee",
        windows_user="trainee",
    )
    text = join_dumps([render(compose(catalogue.PERMISSION, circumstances, 10, SMALL))])
    return Sample(
        file_name(circumstances.local_time),
        "Every line end doubled",
        "A permission is missing; the mail system put an empty line after each line of the dump.",
        encode(text, doubled=True),
    )


def _cut_off() -> Sample:
    circumstances = replace(
        AT_MAREA,
        local_time=datetime(2025, 4, 28, 10, 41, 6),  # noqa: DTZ001
        argument_style="9.1",
        clear_password="Sample-Passw0rd",  # noqa: S106 (the sample shows what a leaked password looks like)
    )
    text = join_dumps([render(compose(catalogue.WRONG_RECEIVER, circumstances, 11, WITHOUT_CENSUS))])
    return Sample(
        file_name(circumstances.local_time),
        "Cut off, and a password in clear",
        "The copy broke in the middle of the database sessions; the start command shows a password.",
        encode(cut_off(text, 0.6), newline="\r\n"),
    )


def _customer_code() -> Sample:
    circumstances = replace(
        AT_KESTREL,
        local_time=datetime(2025, 5, 12, 7, 8, 50),  # noqa: DTZ001
        user="A.HOLLOWAY@KESTREL.EXAMPLE",
        windows_user="aholloway",
        argument_style="9.1",
    )
    text = join_dumps([render(compose(catalogue.CUSTOMER_CODE, circumstances, 12, SMALL))])
    return Sample(
        file_name(circumstances.local_time),
        "A fault in the customer's own code",
        "The programme guide export that Kestrel wrote itself fails; saved by a text editor as UTF-16.",
        encode(text, encoding="utf-16-le"),
    )


def manifest(shown: list[Sample]) -> str:
    """The TOML text that the dashboard's sample picker reads."""
    lines = [
        "# The bundled samples, in the order they are shown. Everything in them is made up.",
        "# Written by: python -m crash_knowledge.wcr.samples",
    ]
    for sample in shown:
        lines += ["", "[[sample]]", f'file = "{sample.file_name}"', f'title = "{sample.title}"']
        lines += [f'sentence = "{sample.sentence}"']
    return "\n".join([*lines, ""])


def write_samples(folder: Path) -> list[Sample]:
    """Write all files and the manifest into ``folder``, replacing older ones."""
    written = list(samples())
    folder.mkdir(parents=True, exist_ok=True)
    for sample in written:
        (folder / sample.file_name).write_bytes(sample.content)
    (folder / MANIFEST).write_text(manifest(written), encoding="utf-8")
    return written


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES_DIR
    for written_sample in write_samples(target):
        print(f"{target / written_sample.file_name}  {len(written_sample.content) / 1000:,.0f} KB")
