"""Planted secrets never come through: in every place of a dump that can hold them, whatever they look like."""

from __future__ import annotations

import dataclasses
import string
from dataclasses import dataclass

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crash_knowledge.redaction import Redactor
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps

SECRET = bytes(range(32))
DASHES = "-" * 60


@dataclass(frozen=True)
class Planted:
    user: str
    windows_user: str
    database_user: str
    mail: str
    host: str
    full_host: str
    ip4: str
    ip6: str
    quoted_password: str
    plain_password: str

    def values(self) -> list[str]:
        return [str(value) for value in dataclasses.astuple(self)]


def dump_with(planted: Planted) -> Dump:
    p = planted
    text = "\n".join(
        [
            "==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP",
            "System Error Report",
            f"Whats'On User: {p.user}",
            f"Whats'On Site: ACME({p.full_host}:1521/svc)",
            "Whats'On Version: 2024r1.000.001",
            "Whats'On Build: 2024r1.000[ACME].001.1",
            f"COMPUTERNAME={p.host}",
            f"USERNAME={p.windows_user}",
            "TimeZone offset=7200",
            "Oracle Client Version: 19.24.0.0.0",
            "Cause of Dump: Unhandled exception: Message not understood: #open",
            f"Command Line: \\\\{p.full_host}\\share\\{p.user}\\app.exe -u {p.database_user} -p {p.plain_password}"
            f" -password {p.plain_password} /p:{p.plain_password}"
            f" -doit name: '{p.user}' password: '{p.quoted_password}'",
            DASHES,
            "Active Process",
            "Process named: 'Launcher'",
            "Process priority: 50",
            "Process identity hash: 1",
            "Context stack",
            "[1] \tUndefinedObject(Object)>>doesNotUnderstand:",
            "[2] \tMediaGeniX.Planner>>open",
            "",
            DASHES,
            "Unhandled Exception:",
            "\tclass: MessageNotUnderstood",
            "\tcreator: MessageNotUnderstood",
            "\terrorString: Message not understood: #open",
            f"\tparameter: a Message with selector: #open and arguments: #('{p.user}' '{p.mail}' '{p.host}')",
            "",
            DASHES,
            "Initial Context Stack Arguments:",
            "[2] MediaGeniX.Planner>>open",
            f"\tReceiver: (id=3) a MediaGeniX.Planner of {p.user.upper()}",
            f"\t[1] username                        (id=4) '\"{p.database_user.upper()}\"'",
            f"\t[2] password                        (id=5) '{p.quoted_password}'",
            f"\t[3] passwordHolder                  (id=6) a ValueHolder on: '{p.quoted_password}'",
            f"\t[4] hostName                        (id=7) '{p.host}'",
            f"\t[5] mailReceiver                    (id=8) 'Someone <{p.mail.upper()}>'",
            f"\t[6] address                         (id=9) '{p.ip4}'",
            f"\t[7] addressInformation              (id=10) '[{p.ip6}]:8080 {p.ip4}:1521'",
            f"\t[8] logFilename                     (id=11) 'C:\\Users\\{p.windows_user}\\log_{p.user}_2024.log'",
            f"\t[9] currentUser                     (id=12) a PSIUser (oid = 45288156) ({p.user})",
            f"\t[10] connectString                   (id=13) 'Data Source={p.full_host};User Id={p.database_user};"
            f"PWD={p.plain_password};Server={p.host}'",
            f"\tArg1: (id=14) 'jdbc:oracle:thin:{p.database_user}/{p.plain_password}@//{p.full_host}:1521/svc'",
            f"\tArg2: (id=15) 'https://{p.user}:{p.plain_password}@{p.full_host}:8443/x?password={p.plain_password}'",
            "",
            DASHES,
            "Transcript:",
            "<<<BEGIN TRANSCRIPT>>>",
            f"Login of {p.user} on {p.host} from {p.ip4} and {p.ip6} ({p.mail})",
            f"OrderedCollection ('RunService' 'X_Run' '{p.database_user}' '{p.quoted_password}' 'SVC' 'true')",
            "<<<END TRANSCRIPT>>>",
            "",
            DASHES,
            "External Database Connections (all instances):",
            "",
            "\tan OracleConnection( hsvcctx = 2E60C674 )",
            "\t\thash: 1",
            "\t\tstate: #xactNo",
            f"\t\tusername: '\"{p.database_user}\"'",
            f"\t\tenvironment: '{p.full_host}:1521/svc'",
            "",
            "External Database Sessions (all instances):",
            "",
            "\tan OracleSession( hstmt = 1 )",
            "\t\tstate: #executing",
            "\t\tconnection hash: 1",
            f"\t\tquery: 'SELECT OID FROM PSI.PSIUSER WHERE USR_NAME=''{p.user}'' AND USR_MAIL=''{p.mail}'''",
            "",
            DASHES,
            "Scheduled Windows:",
            "",
            f"\ta MediaGeniX.Window 26 'Launcher - TV ({p.user})'"
            f" label: 'Launcher - TV ({p.user} {p.full_host}:1521/svc)'",
            "\t\tmodel class:  WOnLauncherACME",
            "",
            f"\ta MediaGeniX.Window 27 'Planner *' label: 'Planner of {p.user.title()} *'",
            "\t\tmodel class:  Planner",
            "",
            "==2024/4/2==16:10:30==END RUNTIME DIAGNOSTIC DUMP",
            "",
        ]
    )
    return read_dumps(text.encode()).dumps[0]


LETTERS = string.ascii_lowercase
names = st.from_regex(r"[a-z][a-z0-9]{2,6}[._-]?[a-z]{3,8}[0-9]{0,3}", fullmatch=True)
hosts = st.from_regex(r"[a-z]{2,8}-[a-z]{1,6}[0-9]{1,4}", fullmatch=True)
zones = st.sampled_from(["example", "local", "lan", "com", "tv.example", "corp", "co.uk", "emea.customer.nl"])
mails = st.builds("{}@{}.{}".format, names, names.map(lambda name: name.replace("_", "-").replace(".", "-")), zones)
octets = st.integers(1, 254)
octets4 = st.tuples(st.integers(10, 254), octets, octets, octets).map(lambda parts: ".".join(map(str, parts)))
groups6 = st.lists(st.integers(4096, 65535).map(lambda group: f"{group:x}"), min_size=3, max_size=6)
ip6 = groups6.map(lambda groups: "fd00::" + ":".join(groups))
cased = st.sampled_from([str.lower, str.upper, str.title])
PASSWORD_SIGNS = string.ascii_letters + string.digits
passwords = st.builds(
    "{}{}{}".format,
    st.text("ghjkmnpqrstvwyz", min_size=3, max_size=8),
    st.text(PASSWORD_SIGNS + "!#$%^_+=~.:{[|<>-", min_size=2, max_size=10),
    st.text(PASSWORD_SIGNS, min_size=2, max_size=4),
)
quoted_passwords = st.builds("{}{}".format, passwords, st.sampled_from(["", " with blanks", ")]", ";,&", "@/x"]))


@st.composite
def planted(draw: st.DrawFn) -> Planted:
    user = draw(st.one_of(names, mails))
    secrets = Planted(
        user=draw(cased)(user),
        windows_user=draw(cased)(draw(names)),
        database_user=draw(names),
        mail=draw(mails),
        host=draw(cased)(draw(hosts)),
        full_host=f"{draw(hosts)}.{draw(zones)}",
        ip4=draw(octets4),
        ip6=draw(ip6),
        quoted_password=draw(quoted_passwords),
        plain_password=draw(passwords),
    )
    values = [value.lower() for value in secrets.values()]
    assume(not any(a in b for i, a in enumerate(values) for j, b in enumerate(values) if i != j))
    blank = dump_with(Planted(*[""] * len(values))).text.lower()
    assume(not any(value in blank for value in values))
    return secrets


def texts_of(value: object) -> list[str]:
    """Every string in a read dump, its header's site left out."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, (tuple, list)):
        return [text for item in value for text in texts_of(item)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (
            field.name for field in dataclasses.fields(value) if field.name not in ("site", "text", "line_numbers")
        )
        return [text for name in fields for text in texts_of(getattr(value, name))]
    return []


def everything_read(dump: Dump) -> list[str]:
    parts = (
        dump.header,
        dump.active_process,
        dump.exception,
        dump.frame_arguments,
        dump.transcript,
        dump.connections,
        dump.sessions,
        dump.windows,
        dump.notes,
    )
    return [text for part in parts for text in texts_of(part)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(planted())
def test_no_planted_secret_comes_through(secrets: Planted) -> None:
    raw = dump_with(secrets)
    redacted = Redactor(SECRET).redact(raw)
    lines = redacted.dump.text.split("\n")
    site = [line for line in lines if line.startswith("Whats'On Site:")]
    shown = "\n".join(line for line in lines if line not in site).lower()
    read = "\n".join(everything_read(redacted.dump)).lower()
    told = repr(redacted.secrets).lower()

    for value in secrets.values():
        assert value.lower() not in shown, value
        assert value.lower() not in read, value
        assert value.lower() not in told, value
    assert site == [f"Whats'On Site: ACME({secrets.full_host}:1521/svc)"]
    assert secrets.quoted_password not in redacted.dump.text
    assert {finding.line for finding in redacted.secrets} >= {12}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(planted())
def test_redaction_keeps_the_structure_and_is_idempotent(secrets: Planted) -> None:
    raw = dump_with(secrets)
    once = Redactor(SECRET).redact(raw).dump
    again = Redactor(SECRET).redact(once)

    assert again.dump.text == once.text
    assert again.secrets == ()
    assert once.text == Redactor(SECRET).redact(raw).dump.text
    assert once.text.count("\n") == raw.text.count("\n")
    assert once.active_process == raw.active_process
    assert [len(known.variables) for known in once.frame_arguments] == [10]
    assert [len(known.arguments) for known in once.frame_arguments] == [2]
    assert (len(once.connections), len(once.sessions), len(once.windows)) == (1, 1, 2)
