"""What is taken out of a text and what is left alone, case by case."""

from __future__ import annotations

import pytest

from crash_knowledge.redaction import Redactor

SECRET = bytes(range(32))
MASK = "********"


def redact(text: str) -> str:
    return Redactor(SECRET).redact_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "app -p {}",
        "app -password {} -headless",
        "app -P {}",
        "app /p:{} /x",
        "app /password:{}",
        "app --password={}",
        'app --password "{}"',
        "app -pwd {}",
        "name: 'jan' password: '{}'",
        "password: ''{}''",
        "password := '{}'",
        "#password -> '{}'",
        '{{"password": "{}"}}',
        "Data Source=x;PWD={};Database=y",
        "Password={}",
        "password: {}",
        "the password was {}",
        "DB_PASSWORD={}",
        "wachtwoord: {}",
        "Kennwort={}",
        "Passwort: {}",
        "https://jan:{}@build.example/x",
        "scott/{}@db1:1521/svc",
        'scott/"{}"@svc',
        "jdbc:oracle:thin:scott/{}@//db1:1521/svc",
        "-headless -serviceIdentifier RunService ACME_RunService wonservice {} SVC true",
        "OrderedCollection ('RunService' 'ACME_RunService' 'wonservice' '{}' 'SVC' 'true')",
        "\t[8] password                        (id=10082) '{}'",
        "\t[22] passwordHolder                  (id=6251) a ValueHolder on: '{}'",
        "\t[5] passwordForReconnectOfTheDatabas(id=6251) '{}'",
        "password = '{}",
    ],
)
@pytest.mark.parametrize("password", ["Tr0ub4dor", "hunter2", "x!y#z", "$ecret", "?what", ":colon:"])
def test_a_password_is_masked(text: str, password: str) -> None:
    shown = redact(text.format(password))
    assert password not in shown
    assert MASK in shown


@pytest.mark.parametrize("password", ["it''s", "a b c", "semi;colon", "(round)", "@at/slash"])
def test_a_quoted_password_may_hold_anything(password: str) -> None:
    assert redact(f"password: '{password}' environment: 'x'") == f"password: '{MASK}' environment: 'x'"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{jan.jansen@x.example} wrote", "mail"),
        ("To:{won@a.example}, others", "mail"),
        ("WCR_{jan.jansen@x.example}.txt", "mail"),
        ("from {WON-IMM@ams-whatson}", "mail"),
        ("server {10.20.30.40}:1521", "ip"),
        ("server_{10.20.30.40}_log", "ip"),
        ("on {fe80::1ff:fe23:4567:890a}", "ip"),
        ("[{2001:db8::8a2e:370:7334}]:443", "ip"),
        ("({2001:0db8:0000:0000:0000:8a2e:0370:7334})", "ip"),
        (r"\\{oops}\dataroot\x", "host"),
        (r"copy '\\{APP-HOST-3}' to x", "host"),
        ("oracle:{db-host-28}:1521/svc28", "host"),
        ("postgresql:{database}:5432_name", "host"),
        ("({db-host-28}:1521)", "host"),
        ("https://{portal.customer.example}/page", "host"),
        ("see {mail.mtv.ad.customer.com} now", "host"),
        ("at {intranet.omroep.nl}", "host"),
        ("(DESCRIPTION=(HOST = {db7}))", "host"),
        ("Server={db7};Database=x", "host"),
        (r"C:\Users\{jan.jansen}\AppData", "user"),
        (r"'C:\Users\{Jan Jansen}\x'", "user"),
        ("/home/{jjansen}/x", "user"),
        ("User Id={scott};", "user"),
        ("a PSIUserX (oid = 45288156) ({jjansen})", "user"),
    ],
)
def test_a_value_that_shows_by_its_form_or_place_gets_a_pseudonym(text: str, kind: str) -> None:
    before, _, rest = text.partition("{")
    value, _, after = rest.partition("}")
    shown = redact(before + value + after)
    middle = shown[len(before) : len(shown) - len(after)]
    assert shown.startswith(before)
    assert shown.endswith(after)
    assert middle.startswith(f"{kind}-")
    assert redact(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Oracle Client Version: 19.24.0.0.0",
        "Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production",
        "Release 19.3.0.0",
        "VisualWorks®, 9.1.1 of 16 September 2021",
        "2024r1.000.001 2023r8.001.042a 2024r1.000[BRX].001.1",
        "140.13",
        "libpq.dll 10.00.09",
        "Total: 1.234.567.890 KB",
        "300.1.2.3",
        "10.20.30.40.50",
        "==2024/4/2==16:10:30==BEGIN",
        "2 April 2024 14:02:32.676 10:00:00:00",
        "10@20 corner: 300@400",
        "Nieuwe serie (2/5@Nieuwe serie)",
        "MediaGeniX.CM2Contract(MediaGeniX.T3Object)>>basicLoginAs:withPassword:on:",
        "#basicLoginAs:withPassword:on: #connectWithPassword:",
        "UPDATE PSI.PSIUSER SET USR_PASSWORD=?,USR_NAME=:2 WHERE PSIUSER1.OID=$1",
        "SELECT PSI.PRODUCT.ID, a.id FROM PSI.PRODUCT",
        "(ID_USER=PSIUSER1.OID)",
        "invalid username/password; logon denied",
        "password: '********'",
        "password: ''",
        "-password ******** -x",
        "password                        (id=1) nil",
        "whatson.exe libpq.dll image.001.im",
        "UI.Implementations.BasicTextImplementation class>>unboundMethod",
        r"C:\Users\Public\x",
        "http://localhost/x",
        "Foo::Bar a::b ::",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_the_same_value_has_the_same_pseudonym_in_any_case() -> None:
    small, large = redact("jan@x.example JAN@X.EXAMPLE").split()
    assert small == large
    assert small != redact("jan@y.example")
