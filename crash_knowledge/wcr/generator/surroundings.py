"""What every dump has around the crash: other processes, transcript, database, windows, memory, class counts."""

from __future__ import annotations

import random
from datetime import timedelta

from crash_knowledge.wcr.description import (
    ConnectionText,
    MemoryText,
    ProcessText,
    SessionText,
    WindowText,
)
from crash_knowledge.wcr.generator.dates import date_text
from crash_knowledge.wcr.generator.incident import Circumstances, Incident
from crash_knowledge.wcr.generator.stacks import CONNECTIONS, FORK

SYSTEM_PROCESSES = (
    ("Cursor Animation", 50, ("Process>>suspend", "optimized [] in DocumentView class>>unboundMethod")),
    (
        "Unnamed Process",
        50,
        (
            "Semaphore>>wait",
            "Delay>>wait",
            "MediaGeniX.T3ChangeLogPoller>>pollingLoop",
            "optimized [] in MediaGeniX.T3ChangeLogPoller>>startPollingProcess",
        ),
    ),
    ("FinalizationProcess", 98, ("Semaphore>>wait", "WeakArray class>>outerFinalizationLoop")),
    ("InputStateIOProcess", 90, ("Semaphore>>wait", "InputState>>run", "optimized [] in InputState class>>install")),
    ("TimerProcess", 100, ("Semaphore>>wait", "ClassicTimerSupport class>>timingLoop")),
    ("LowSpaceProcess", 95, ("Semaphore>>wait", "ObjectMemory class>>lowSpaceLoop")),
)
IDLE_PROCESS = ("IdleLoopProcess", 10, ("Semaphore>>wait", "ObjectMemory class>>idleLoop"))

TABLES = (
    ("RUNDAYSCHEDULE", "RDS", ("CHANNEL", "DATE", "STATUS", "VERSIONNR", "LOCKEDBY", "REMARKS", "CONTINUITYMODE")),
    ("TXBLOCKITEM", "TBI", ("STARTTIME", "DURATION", "BLOCKNR", "ITEMTYPE", "SEQUENCE", "ISFIXED", "MEDIAREF")),
    ("CONTRACTLINE", "CTL", ("CONTRACTNR", "AMOUNT", "CURRENCY", "LICENSESTART", "LICENSEEND", "RUNS", "SUPPLIER")),
    ("PROGRAMTITLE", "PRT", ("TITLE", "SUBTITLE", "EPISODENR", "SERIES", "GENRE", "ORIGINALTITLE", "LANGUAGE")),
    ("MEDIAASSET", "MAS", ("HOUSENUMBER", "TIMECODEIN", "TIMECODEOUT", "QCSTATUS", "LOCATION", "ASPECTRATIO")),
    ("BREAKPATTERN", "BRP", ("PATTERN", "MAXLENGTH", "POSITION", "CATEGORY", "SPLITMODE", "REGION")),
    ("WORKORDER", "WOR", ("ORDERNR", "STATE", "ASSIGNEE", "DUEDATE", "PRIORITY", "DESCRIPTION")),
    ("PROMOCAMPAIGN", "PRC", ("CAMPAIGN", "TARGETRATING", "STARTDATE", "ENDDATE", "BUDGET", "CHANNELSET")),
)
STATES = ("prepared", "prepared", "prepared", "prepared", "executed", "fetchingData")

BASE_CLASSES = (
    "Array ByteString OrderedCollection ByteArray Dictionary Association LargePositiveInteger IdentitySet BlockClosure "
    "ValueHolder Timestamp Point Rectangle Date Time Symbol WeakArray MethodContext Double FixedPoint SortedCollection"
)
CLASS_STEMS = (
    "T3Object T3ChildSet T3ObjectReference PLDay PLBlock PLSlot CM2Contract CM2Right CM2Run PSIProgram PSITransmission "
    "BMTxEvent WOnUser WOnList G4Layout MAF2Widget MAFCommand PCMTitle WFTask QRRule BSStatistic WIIDefinition CDChange"
)
CLASS_ENDINGS = (
    "State Link Settings Description Holder Copy Set Kind Type Rule Filter Part Log Item Group Column Definition Cache "
    "Proxy Query View Policy Model"
)


def bystanders(rng: random.Random) -> tuple[tuple[ProcessText, ...], tuple[ProcessText, ...]]:
    """(quiescent, suspended) processes that every running WHATS'ON has."""
    quiescent = (_process(rng, *IDLE_PROCESS),)
    suspended = tuple(_process(rng, *system) for system in SYSTEM_PROCESSES)
    return quiescent, suspended


def _process(rng: random.Random, name: str, priority: int, frames: tuple[str, ...]) -> ProcessText:
    return ProcessText(name, priority, rng.randint(5, 16_383), (*frames, *FORK))


def transcript(circumstances: Circumstances, incident: Incident) -> str:
    """How the image was made; for a service its start, some days before the crash."""
    build = build_of(circumstances)
    code = circumstances.customer.code
    language = circumstances.customer.language
    built = date_text(circumstances.local_time - timedelta(days=40), language)
    lines = [
        "",
        f"E:\\Builder\\work\\{code}_{build}\\WHATS'On-{code}_{build}.im created at {built} 09:12:40",
    ]
    if incident.situation == "service":
        started = circumstances.local_time - timedelta(days=6, hours=2, minutes=11)
        stamp = f"{date_text(started, language)} {started:%H:%M:%S}.215"
        lines += [
            f"{stamp}\tOrderedCollection ('{incident.service}' '{code}_{incident.service}' 'wonservice' '********')",
            f"{stamp}\tlocal directory is set: '{circumstances.customer.install_path}'",
            f"{stamp}\theadless: true",
            f"{stamp}\tService started [{code}_{incident.service}]",
        ]
    return "\n".join(lines)


def build_of(circumstances: Circumstances) -> str:
    """``2024r2.000[FJORD].012.3`` of version ``2024r2.000.012`` and build number 3."""
    line_and_minor, patch = circumstances.version.rsplit(".", 1)
    return f"{line_and_minor}[{circumstances.customer.code}].{patch}.{circumstances.build_number}"


def connections(rng: random.Random, circumstances: Circumstances, in_transaction: bool) -> tuple[ConnectionText, ...]:
    """Two connections, each listed twice (the object and its twin), in the order of a hash table."""
    customer = circumstances.customer
    class_name = CONNECTIONS[customer.database]
    if customer.database == "none":
        return (ConnectionText(class_name, "", False, rng.randint(5, 16_383), "new", '"PSI"', customer.environment),)
    username = "proxy" if customer.database == "postgresql" else f'"{circumstances.user.upper()}"'
    listed = []
    for state in ("xactYes" if in_transaction else "xactNo", "xactNo"):
        handle = "" if customer.database == "postgresql" else _handle(rng)
        original = ConnectionText(
            class_name, handle, False, rng.randint(5, 16_383), state, username, customer.environment
        )
        twin = ConnectionText(class_name, handle, True, rng.randint(5, 16_383), state, None, None)
        listed += [original, twin]
    rng.shuffle(listed)
    return tuple(listed)


def sessions(
    rng: random.Random, circumstances: Circumstances, connection_hashes: tuple[int, ...], count: int
) -> tuple[SessionText, ...]:
    """``count`` prepared statements, each listed twice: the session and its twin without the query."""
    class_name = CONNECTIONS[circumstances.customer.database].replace("Connection", "Session")
    postgresql = circumstances.customer.database == "postgresql"
    listed = []
    for _ in range(count if connection_hashes else 0):
        handle = "" if postgresql else _handle(rng)
        connection = rng.choice(connection_hashes)
        state = rng.choice(STATES)
        query = _query(rng, "$1" if postgresql else "?")
        listed.append(SessionText(class_name, handle, False, state, connection, query))
        listed.append(SessionText(class_name, handle, True, state, connection, None))
    rng.shuffle(listed)
    return tuple(listed)


def _handle(rng: random.Random) -> str:
    return f"{rng.randrange(0x20000000, 0x40000000, 4):08X}"


def _query(rng: random.Random, parameter: str) -> str:
    table, prefix, columns = rng.choice(TABLES)
    names = ["OID", "OBJ_DATECREATED", "OBJ_DATEMODIFIED", *(f"{prefix}_{column}" for column in columns)]
    match rng.randrange(10):
        case 0:
            changed = ",".join(f"{name}={parameter}" for name in names[2:])
            return f"UPDATE WON.{table} SET {changed} WHERE OID={parameter}"  # noqa: S608
        case 1:
            values = ",".join(parameter for _ in names)
            return f"INSERT INTO WON.{table}({','.join(names)}) VALUES ({values})"  # noqa: S608
        case 2:
            return f"select value\n\tfrom WON.SITEPARAMETER\n\twhere name = 'DAY''S LIMIT'\n\tand owner = {parameter}"
        case _:
            alias = f"{table[:4]}{rng.randint(1, 9)}"
            shown = ",".join(f"{alias}.{name} c{i}" for i, name in enumerate(names * rng.randint(1, 8), start=1))
            return f"SELECT {shown} FROM WON.{table} {alias} WHERE {alias}.{rng.choice(names)}={parameter}"  # noqa: S608


def windows(incident: Incident, circumstances: Circumstances, values: dict[str, str]) -> tuple[WindowText, ...]:
    """The launcher's window, with the login name in its label, and the one the user worked in."""
    if incident.situation == "service":
        return ()
    launcher = f"WOnLauncher{circumstances.customer.suffix}"
    name = "WHATS'ON Launcher" if incident.situation == "login" else f"WHATS'ON Launcher  - TV ({circumstances.user})"
    shown = [WindowText(24, name, launcher)]
    if incident.window_title:
        title = incident.window_title.format_map(values)
        shown.append(WindowText(118, title, incident.application.format_map(values)))
    if incident.situation == "low space":
        shown += [WindowText(130 + 3 * i, "WHATS'ON", "MAFMessageDialog") for i in range(4)]
    return tuple(shown)


def memory(rng: random.Random, circumstances: Circumstances, exhausted: bool) -> MemoryText:
    """A report like a healthy program's, or one whose memory is used up to its limit."""
    limit = circumstances.customer.memory_limit_kb
    total = limit - rng.randint(9_000, 13_000) if exhausted else rng.randint(310_000, 560_000)
    perm = rng.randint(22_050, 22_130)
    small = {"Eden": rng.randint(30, 110), "Survivor": rng.randint(14, 200), "Large": rng.randint(30, 560)}
    old = total - perm - sum(small.values())
    spaces = [(name, size, round(rng.uniform(2, 67), 2)) for name, size in small.items()]
    spaces += [("Old", old, 99.07 if exhausted else round(rng.uniform(54, 95), 2)), ("Perm", perm, 100.0)]
    return MemoryText(
        collector_state="marking" if exhausted else "resting",
        spaces=tuple(spaces),
        total_kb=total,
        config_limit_kb=None if exhausted else limit,
        limit_upper_bound_kb=limit,
        growth_limit_kb=limit * 3 // 5,
        free_upper_bound_kb=limit // 5,
        number_format=circumstances.customer.number_format,
    )


def census(rng: random.Random, rows: int, suffix: str) -> tuple[tuple[str, int, int], ...]:
    """``rows`` classes with count and bytes, most instances first."""
    names = BASE_CLASSES.split()
    stems = [stem + ending for stem in CLASS_STEMS.split() for ending in CLASS_ENDINGS.split()]
    while len(names) < rows:
        variant = len(names) // (2 * len(stems))
        names += [f"{stem}_{variant}" if variant else stem for stem in stems]
        names += [f"{stem}_{variant}{suffix}" if variant else stem + suffix for stem in stems]
    counted = []
    count = rng.randint(800_000, 1_000_000)
    for rank, name in enumerate(names[:rows], start=1):
        instances = max(1, count // rank)
        counted.append((name, instances, instances * rng.choice((12, 20, 24, 36, 40, 60))))
    return tuple(counted)
