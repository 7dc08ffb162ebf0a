"""An incident in its circumstances becomes the description of a whole dump."""

from __future__ import annotations

import hashlib
import random
from datetime import timedelta

from crash_knowledge.wcr.description import DumpDescription, ExceptionText, HeaderText, ProcessText
from crash_knowledge.wcr.generator import surroundings
from crash_knowledge.wcr.generator.dates import timestamp_text
from crash_knowledge.wcr.generator.incident import Circumstances, Extent, Incident
from crash_knowledge.wcr.generator.objects import ArgumentsSection, ObjectIds
from crash_knowledge.wcr.generator.stacks import active_stack, culprit_stack, placeholders

SESSIONS_AT_SCALE_1 = 60
CENSUS_ROWS_AT_SCALE_1 = 900

FULL_EXTENT = Extent()

SERVERS = {
    "oracle": "Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production",
    "oracle-threaded": "Oracle Database 19c Standard Edition 2 Release 19.0.0.0.0 - Production",
    "postgresql": "140.13",
    "none": "",
}
CLIENTS = {
    "oracle": "19.13.0.0.0",
    "oracle-threaded": "12.2.0.1.0",
    "postgresql": "libpq.dll 10.00.09",
    "none": "",
}
PROCESS_NAMES = {"service": ("Unnamed Process", 30), "low space": ("Cursor Animation", 50)}
LAUNCHER_PROCESS = ("WHATS'ON Launcher", 50)


def compose(
    incident: Incident, circumstances: Circumstances, seed: int, extent: Extent = FULL_EXTENT
) -> DumpDescription:
    """Describe the dump of this incident. The same arguments give the same dump."""
    rng = random.Random(seed)  # noqa: S311
    values = _values(incident, circumstances, rng)
    frames = active_stack(incident, circumstances)
    exception = ExceptionText(
        incident.exception.class_name.format_map(values),
        incident.exception.error_string.format_map(values),
        incident.exception.parameter.format_map(values),
    )
    arguments = ArgumentsSection(
        incident, values, ObjectIds(rng), extent.scale, circumstances.argument_style == "9.3"
    ).blocks(frames, extent.argument_frames)
    quiescent, suspended = surroundings.bystanders(rng) if extent.bystanders else ((), ())
    culprit = culprit_stack(incident, circumstances)
    if culprit:
        quiescent = (*quiescent, ProcessText(*LAUNCHER_PROCESS, rng.randint(5, 16_383), culprit))
    connections = surroundings.connections(rng, circumstances, incident.situation in ("service", "upgrade"))
    return DumpDescription(
        local_time=circumstances.local_time,
        header=_header(incident, circumstances),
        cause=incident.cause.format_map(values),
        active_process=ProcessText(
            *PROCESS_NAMES.get(incident.situation, LAUNCHER_PROCESS), rng.randint(5, 16_383), frames
        ),
        exception=exception,
        frame_blocks=arguments,
        quiescent=quiescent,
        suspended=suspended,
        transcript=surroundings.transcript(circumstances, incident),
        connections=connections,
        sessions=surroundings.sessions(
            rng,
            circumstances,
            tuple(c.hash for c in connections if not c.twin and c.state != "new"),
            round(SESSIONS_AT_SCALE_1 * extent.scale),
        ),
        windows=surroundings.windows(incident, circumstances, values),
        memory=surroundings.memory(rng, circumstances, incident.situation == "low space"),
        census=surroundings.census(rng, round(CENSUS_ROWS_AT_SCALE_1 * extent.scale), circumstances.customer.suffix)
        if extent.census
        else (),
        argument_style=circumstances.argument_style,
    )


def _values(incident: Incident, circumstances: Circumstances, rng: random.Random) -> dict[str, str]:
    """What the placeholders of texts stand for in this dump."""
    oid = rng.randrange(3_000_000_000_000, 9_000_000_000_000)
    created = circumstances.local_time - timedelta(
        seconds=circumstances.customer.tz_offset_seconds + rng.randint(3, 90_000), milliseconds=rng.randint(0, 999)
    )
    application = incident.application.format(suffix=circumstances.customer.suffix)
    transaction_kind = {"service": "immediateTransaction", "upgrade": "immediateTransaction"}
    return placeholders(incident, circumstances) | {
        "oid": str(oid),
        "near_oid": str(oid - rng.randint(1, 400)),
        "user": circumstances.user,
        "date": timestamp_text(created, circumstances.customer.language),
        "day": f"{circumstances.local_time + timedelta(days=1):%d/%m/%Y}",
        "channel": circumstances.customer.channels[0],
        "session": str(rng.randint(5, 16_383)),
        "transaction": f"a MediaGeniX.T3Transaction('{application}',{rng.randint(2, 400)},"
        f"{transaction_kind.get(incident.situation, 'buffering')})",
    }


def _header(incident: Incident, circumstances: Circumstances) -> HeaderText:
    customer = circumstances.customer
    version, build = circumstances.version, surroundings.build_of(circumstances)
    connected = customer.database != "none"
    before_login = incident.situation == "login"
    on_database = "WHATS'ON version on database not available: not connected to the database"
    style_93 = circumstances.argument_style == "9.3"
    return HeaderText(
        user="<no wonUserName>" if before_login else circumstances.user,
        site=f"{customer.code}({customer.environment})",
        version=version,
        build=build,
        database_hash=_hash_of(version + customer.code),
        version_on_database=version if connected else on_database,
        connector_version=version.rsplit(".", 1)[0],
        smalltalk_version=circumstances.smalltalk_version,
        computer=circumstances.computer,
        windows_user=circumstances.windows_user,
        tz_offset_seconds=customer.tz_offset_seconds,
        frame_rate_mode="Single frame rate mode" if customer.frame_rate == "25 fps" else "Multiple frame rate mode",
        frame_rate=customer.frame_rate,
        database_label=("Database" if style_93 else "Oracle") if connected else None,
        database_server=SERVERS[customer.database],
        database_client=CLIENTS[customer.database],
        database_encoding=("UTF8" if customer.database == "postgresql" else "AL32UTF8") if connected else "???",
        session_encoding=("utf8" if customer.database == "postgresql" else "utf_8") if connected else "???",
        command_line=_command_line(incident, circumstances),
    )


def _hash_of(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


def _command_line(incident: Incident, circumstances: Circumstances) -> str:
    customer = circumstances.customer
    program = f"{customer.install_path}\\whatson.exe"
    if incident.situation == "service":
        name = f"{customer.code}_{incident.service}"
        return (
            f"{program} -headless -serviceIdentifier {incident.service} {name} wonservice ******** {customer.code} true"
        )
    if circumstances.clear_password is not None:
        return (
            f"{program} -doit (MediaGeniX.OOPSite current loginWithUserAuthentication: "
            f"(MediaGeniX.WOnPasswordUserAuthentication name: '{circumstances.user}' "
            f"password: '{circumstances.clear_password}') environment: '{customer.environment}')"
        )
    return program
