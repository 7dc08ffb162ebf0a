"""Made-up crashes beyond those of the catalogue: whatever a rule of the diagnosis speaks of happens in one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from crash_knowledge.wcr.description import ExceptionText
from crash_knowledge.wcr.generator import catalogue, troubles
from crash_knowledge.wcr.generator.compose import compose
from crash_knowledge.wcr.generator.incident import Circumstances, Customer, Extent, Incident, Subject
from crash_knowledge.wcr.writer import encode, join_dumps, render

SMALL = Extent(scale=0.3)

CLASS_NOT_KNOWN = Incident(
    cause="Unhandled exception: Message not understood: #rootConcept",
    exception=ExceptionText(
        "MessageNotUnderstood",
        "Message not understood: #rootConcept",
        "a Message with selector: #rootConcept and arguments: #()",
    ),
    frames=(
        "MediaGeniX.PLPlaylist{suffix} class(Object)>>doesNotUnderstand:",
        "[] in MediaGeniX.RPReportConcepts>>conceptsFor:",
        "Dictionary>>at:ifAbsent:",
        "MediaGeniX.RPReportConcepts>>conceptsFor:",
        "MediaGeniX.PLSlotPlanner>>doOpenReport",
        "optimized [] in MediaGeniX.PLSlotPlanner>>openReportCommand",
    ),
    situation="menu",
    application="PLSlotPlanner{suffix}",
    window_title="{day} : {channel} [Slot plan]",
    command=("Playlist report", "openReportCommand"),
    subjects=(
        Subject(
            class_name="Dictionary",
            text=(
                "Dictionary (MediaGeniX.PLSlot{suffix} -> BlockClosure [] in MediaGeniX.RPReportConcepts>>fill "
                "MediaGeniX.PLDay{suffix} -> BlockClosure [] in MediaGeniX.RPReportConcepts>>fill )"
            ),
            variables=(("tally", "2"),),
        ),
    ),
    arguments=(
        (
            "at:ifAbsent:",
            ("MediaGeniX.PLPlaylist{suffix}", "BlockClosure [] in MediaGeniX.RPReportConcepts>>conceptsFor:"),
        ),
    ),
)

SECOND_ERROR = Incident(
    cause="Unhandled exception: Message not understood: #describe",
    exception=ExceptionText(
        "MessageNotUnderstood",
        "Message not understood: #describe",
        "a Message with selector: #describe and arguments: #()",
    ),
    frames=(
        "UndefinedObject(Object)>>doesNotUnderstand:",
        "MediaGeniX.PGGuideExport>>reportFailure:",
        "optimized [] in MediaGeniX.PGGuideExport>>export",
        "OracleError(GenericException)>>performHandler:",
        "OracleError(GenericException)>>propagate",
        "OracleError(GenericException)>>raiseSignal",
        "OracleSession>>signalError:",
        "MediaGeniX.PGGuideExport>>readTitles",
        "BlockClosure>>on:do:",
        "MediaGeniX.PGGuideExport>>export",
    ),
    situation="background",
    application="PGGuideExport",
)

POSITION_IN_LOOP = Incident(
    cause="Unhandled exception: Message not understood: #position:",
    exception=ExceptionText(
        "MessageNotUnderstood",
        "Message not understood: #position:",
        "a Message with selector: #position: and arguments: #(3)",
    ),
    frames=(
        "UndefinedObject(Object)>>doesNotUnderstand:",
        "optimized [] in MediaGeniX.PLBreakSorter{suffix}>>renumberClips",
        "OrderedCollection(SequenceableCollection)>>withIndexDo:",
        "MediaGeniX.PLBreakSorter{suffix}>>renumberClips",
        "MediaGeniX.PLBreakPlanner>>doRenumber",
        "optimized [] in MediaGeniX.PLBreakPlanner>>renumberCommand",
    ),
    situation="toolbar",
    application="PLBreakPlanner",
    window_title="{day} : {channel} [Break plan] *",
    command=("Renumber", "renumberCommand"),
)

MISSING_RIGHT = replace(
    catalogue.PERMISSION,
    exception=ExceptionText(
        "MediaGeniX.WOnPermissionViolation", "Permission violation", "a MediaGeniX.WOnPermissionChecker"
    ),
    arguments=(
        (
            "raisePermissionViolationFor:role:on:",
            ("#(#ScheduleManagement)", "#Editor", "a PLDaySchedule{suffix} (oid = {oid})"),
        ),
    ),
)


def _refused(code: str, text: str, exception: str = "OracleError") -> Incident:
    """The statement of ``INVALID_IDENTIFIER``, refused with another error."""
    said = f"{code}: {text}"
    number = int(code[4:])
    return replace(
        catalogue.INVALID_IDENTIFIER,
        cause=f"Unhandled exception:  \n{said}\n",
        exception=ExceptionText(exception, f" \n{said}\n", f"#({number} - '{said}\n'\n)\n"),
    )


LOST_CONNECTION = _refused("ORA-03113", "end-of-file on communication channel")
LOCKED_ACCOUNT = _refused("ORA-28000", "the account is locked")
DOUBLE_RECORD = _refused("ORA-00001", "unique constraint (WON.TXB_UK) violated")
UNEXPLAINED_CODE = _refused("ORA-00600", "internal error code")

MISSING_TABLE_ON_POSTGRESQL = replace(
    catalogue.INVALID_IDENTIFIER,
    cause='Unhandled exception: SQLSTATE: 42P01 relation "won.txblockitem" does not exist',
    exception=ExceptionText(
        "PostgreSQLError", 'SQLSTATE: 42P01 relation "won.txblockitem" does not exist', "a MediaGeniX.PgResult"
    ),
    subjects=(
        replace(
            catalogue.INVALID_IDENTIFIER.subjects[0],
            variables=(
                ("stateHolder", "a ValueHolder on: #executing"),
                ("connection", "a MediaGeniX.MgXPostgresLibpqConnection"),
                ("query", "'UPDATE won.txblockitem SET tbi_remark = :1 WHERE oid = :2'"),
                ("bindInput", "#('late' {near_oid})"),
                ("bindValues", "IdentityDictionary (1 -> 'late' 2 -> {near_oid} )"),
            ),
        ),
    ),
)

TOO_LARGE_OBJECT = Incident(
    cause="Unhandled exception: Failed to allocate an object",
    exception=ExceptionText("AllocationFailure", "Failed to allocate an object", "#basicNew: (158614803)"),
    frames=(
        "ByteArray class(Behavior)>>handleFailedNew:size:",
        "ByteArray class(Behavior)>>basicNew:",
        "MediaGeniX.STSettings{suffix}(MediaGeniX.STSettings)>>packed",
        "MediaGeniX.STSettings{suffix}(MediaGeniX.STSettings)>>save",
        "optimized [] in MediaGeniX.STSettingsBrowser>>saveCommand",
    ),
    situation="toolbar",
    application="STSettingsBrowser",
    window_title="Settings *",
    command=("Save", "saveCommand"),
)


@dataclass(frozen=True, slots=True)
class Variant:
    """A crash somewhere, by a name that tells what it is for; ``content`` is the file with its dump.

    ``trouble``: what else is the matter, around the crash.
    """

    name: str
    incident: Incident
    customer: Customer = catalogue.FJORD
    extent: Extent = SMALL
    trouble: troubles.Change = troubles.as_it_is

    @property
    def content(self) -> bytes:
        return encode(join_dumps([render(self.trouble(compose(self.incident, _at(self.customer), 1, self.extent)))]))


def variants() -> Iterator[Variant]:
    """All variants: those of the catalogue first."""
    yield Variant("nil in a loop", catalogue.RUN_WINDOW)
    yield Variant("dangling reference", catalogue.DANGLING_REFERENCE)
    yield Variant("memory used up", catalogue.LOW_SPACE, extent=Extent(scale=0.3, census=True))
    yield Variant("column missing", catalogue.INVALID_IDENTIFIER)
    yield Variant("permission in the exception", catalogue.PERMISSION)
    yield Variant("object of the wrong class", catalogue.WRONG_RECEIVER)
    yield Variant("customer's code", catalogue.CUSTOMER_CODE)
    yield Variant("upgrade script", catalogue.UPGRADE_SCRIPT)
    yield Variant("library missing", catalogue.MISSING_LIBRARY, catalogue.TAMARIN_OFFLINE)
    yield Variant("class not known", CLASS_NOT_KNOWN)
    yield Variant("error while handling an error", SECOND_ERROR)
    yield Variant("position in a loop", POSITION_IN_LOOP)
    yield Variant("permission in the arguments", MISSING_RIGHT)
    yield Variant("connection lost", LOST_CONNECTION)
    yield Variant("account locked", LOCKED_ACCOUNT)
    yield Variant("record there already", DOUBLE_RECORD)
    yield Variant("error code without an explanation", UNEXPLAINED_CODE)
    yield Variant("table missing on PostgreSQL", MISSING_TABLE_ON_POSTGRESQL, catalogue.MAREA)
    yield Variant("object too large", TOO_LARGE_OBJECT)
    yield from _troubled()


def _troubled() -> Iterator[Variant]:
    """A crash of the catalogue with something else the matter around it."""
    crash = catalogue.RUN_WINDOW
    full = Extent(scale=0.3, census=True)
    yield Variant("runaway transaction", troubles.RUNAWAY_TRANSACTION)
    yield Variant("ticket in a method's name", troubles.NAMES_A_TICKET)
    yield Variant("other memory limit", crash, trouble=troubles.other_memory_limit)
    yield Variant("one class grown", catalogue.LOW_SPACE, extent=full, trouble=troubles.one_class_grown)
    yield Variant("second login failed", crash, trouble=troubles.second_login_failed)
    yield Variant("older database", crash, trouble=troubles.older_database)
    yield Variant("started by a developer", crash, trouble=troubles.started_by_developer)
    yield Variant("no stack", crash, trouble=troubles.without_stack)
    yield Variant("clock set back", crash, trouble=troubles.clock_set_back)
    yield Variant("errors before", crash, trouble=troubles.message_windows)


def _at(customer: Customer) -> Circumstances:
    return Circumstances(
        customer=customer,
        local_time=datetime(2025, 5, 14, 10, 30, 5),  # noqa: DTZ001 (a dump's time is local)
        version="2025r1.000.003",
        user="o.lang",
        windows_user="o.lang",
        computer="WS-1",
    )
