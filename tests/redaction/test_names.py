"""Names found in one place of a dump and replaced in all, without harm to what only looks like them."""

from __future__ import annotations

import re

import pytest

from crash_knowledge.redaction import Redactor
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps

SECRET = bytes(range(32))
DASHES = "-" * 60


def dump(
    user: str = "psi", body: str = "", command: str = "app.exe", windows: str = "", computer: str = "APP-7"
) -> Dump:
    text = f"""\
==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP
System Error Report
Whats'On User: {user}
Whats'On Site: ACME(oracle:db-9:1521/svc)
Whats'On Version: 2024r1.000.001
COMPUTERNAME={computer}
USERNAME=wanda
Cause of Dump: Emergency
Command Line: {command}
{DASHES}
Transcript:
<<<BEGIN TRANSCRIPT>>>
{body}
<<<END TRANSCRIPT>>>
{DASHES}
Scheduled Windows:

{windows}
==2024/4/2==16:10:30==END RUNTIME DIAGNOSTIC DUMP
"""
    return read_dumps(text.encode()).dumps[0]


def body_of(redacted: Dump) -> str:
    return redacted.transcript.strip()


def redact(raw: Dump) -> Dump:
    return Redactor(SECRET).redact(raw).dump


@pytest.mark.parametrize(
    "body",
    [
        "FROM PSI.CM2CONTRACT CM2CONTRACT1,PSI.CM2RUN",
        "from psi.cm2contract",
        "UPDATE PSI.PSIUSER SET X=1",
        "a MediaGeniX.PSIProgram PSISite OOPSI PSI_TITLE USR_PSI",
        "MediaGeniX.Psi and MediaGeniX.PSI",
        "#psi #psi:with: #with:psi:",
        "Foo>>psi Foo>>with:psi:",
        "psi2 2psi psix",
    ],
)
def test_identifiers_are_left_alone(body: str) -> None:
    assert body_of(redact(dump(body=body))) == body


@pytest.mark.parametrize(
    "body",
    [
        "psi",
        "PSI logged in",
        "''psi''",
        "#('psi' 3)",
        "(psi)",
        "psi: hello",
        "psi.",
        "psi@",
        "logs of psi, wanda",
        r"D:\logs\psi.log",
        r"D:\logs\PSI.TXT",
        r"D:\logs\report_psi_2024.log",
        "report_psi.csv",
        "user-psi",
    ],
)
def test_a_name_is_replaced_as_a_word(body: str) -> None:
    shown = body_of(redact(dump(body=body)))
    assert not re.search(r"psi|wanda", shown, re.IGNORECASE)
    assert "user-" in shown


def test_header_values_are_replaced_and_site_and_version_stay() -> None:
    header = redact(dump()).header
    assert header.user is not None
    assert re.fullmatch(r"user-[0-9a-f]{10}", header.user)
    assert header.windows_user is not None
    assert re.fullmatch(r"user-[0-9a-f]{10}", header.windows_user)
    assert header.computer is not None
    assert re.fullmatch(r"host-[0-9a-f]{10}", header.computer)
    assert header.site is not None
    assert header.site.text == "ACME(oracle:db-9:1521/svc)"
    assert header.version is not None
    assert header.version.text == "2024r1.000.001"


def test_the_host_of_the_site_is_replaced_elsewhere() -> None:
    assert "db-9" not in body_of(redact(dump(body="lost contact with DB-9")))


def test_nobody_is_no_user() -> None:
    assert redact(dump(user="<no wonUserName>", body="<no wonUserName>")).header.user == "<no wonUserName>"


@pytest.mark.parametrize("user", ["planner", "admin", "jd"])
def test_an_ordinary_word_or_a_short_name_is_replaced_in_its_place_only(user: str) -> None:
    shown = redact(dump(user=user, body=f"the {user} of channel 5"))
    assert shown.header.user is not None
    assert shown.header.user.startswith("user-")
    assert body_of(shown) == f"the {user} of channel 5"


def test_a_user_who_logs_in_with_a_mail_address() -> None:
    shown = redact(dump(user="Ria@x.example", body="RIA@X.EXAMPLE ria ria@x.example"))
    assert re.fullmatch(r"(user-\w{10}) user-\w{10} \1", body_of(shown))


def test_a_domain_user_is_found_without_the_domain() -> None:
    assert body_of(redact(dump(user=r"CORP\rianne", body="rianne"))).startswith("user-")


def test_login_in_a_launcher_label_even_when_it_is_short() -> None:
    title = "'[P1] (jd SVC)' label: '[P1] (jd SVC)'"
    windows = f"\ta MediaGeniX.Window 24 {title}\n\t\tmodel class:  WOnLauncherACME"
    (window,) = redact(dump(windows=windows)).windows
    assert re.fullmatch(r"\[P1\] \(user-\w{10} SVC\)", window.label)


def test_the_same_user_has_the_same_pseudonym_in_two_dumps() -> None:
    one, other = redact(dump(user="Rianne")), redact(dump(user="RIANNE"))
    assert one.header.user == other.header.user
    assert one.header.user != redact(dump(user="marianne")).header.user


def test_a_password_in_the_start_command_is_a_finding_that_does_not_carry_it() -> None:
    redacted = Redactor(SECRET).redact(dump(command="app -p S3sam0pen", body="tried S3sam0pen again"))
    (finding,) = redacted.secrets
    assert finding.kind == "password"
    assert finding.line == 9
    assert finding.sentence == (
        "The start command shows a database password in clear (line 9): ask the customer to rotate it"
    )
    assert "S3sam0pen" not in redacted.dump.text


@pytest.mark.parametrize("command", ["app -p ********", "app password: '********'", "app password: ''", "app"])
def test_a_masked_password_is_no_finding(command: str) -> None:
    assert Redactor(SECRET).redact(dump(command=command)).secrets == ()


def test_a_file_name_is_freed_of_the_names_in_its_dump() -> None:
    shown = Redactor(SECRET).redact_beside(dump(user="rianne"), "WCR_rianne_3-12.txt")
    assert re.fullmatch(r"WCR_user-\w{10}_3-12\.txt", shown)


def test_hundreds_of_names_are_found_too() -> None:
    paths = " ".join(f"'C:\\Users\\person{number}x\\a'" for number in range(300))
    shown = body_of(redact(dump(body=f"{paths}\nperson7x person299x and report_person8x.log")))
    assert "person" not in shown
