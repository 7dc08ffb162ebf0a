"""What was being done when it crashed: a command, a login, a service, an upgrade script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crash_knowledge.diagnosis.commands import Input, command_of, input_of
from crash_knowledge.diagnosis.labels import caption_of, has_unsaved_changes, window_at_work, window_of
from crash_knowledge.diagnosis.model import Fact, FactName, Finding
from crash_knowledge.diagnosis.places import line_with
from crash_knowledge.diagnosis.stack import short_name, work
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame, Window

_SERVICE = re.compile(r"-serviceIdentifier\s+(\S+)", re.IGNORECASE)
_TICKET = re.compile(r"([A-Z][A-Z0-9]+)_(\d{3,6})(?!\d)")
_DEVELOPER_START = "devStartUp"


def in_upgrade_script(dump: Dump) -> Iterator[Finding]:
    """Names the upgrade script that was running on the database, and the ticket that the script's name carries.

    Says nothing when no upgrade was running. Example: "A database upgrade was running the script
    story_PLAN_123_addColumn (ticket PLAN-123)".
    """
    frames = work(dump).frames
    runner = _upgrade_runner(frames)
    if runner is None:
        return
    inner = [frame for frame in frames if frame.number < runner.number]
    script = next((frame for frame in reversed(inner) if frame.implementor.endswith("Scripts")), None)
    kind = Fact("process_kind", "upgrade")
    if script is None:
        sentence = "A database upgrade was running a script"
        yield Finding("in_upgrade_script", "action", sentence, "certain", (runner.line,), (kind,))
        return
    ticket = _TICKET.search(script.selector)
    reference = f" (ticket {ticket[1]}-{ticket[2]})" if ticket else ""
    facts: tuple[Fact, ...] = (Fact("upgrade_script", script.selector), kind)
    facts += (Fact("ticket", f"{ticket[1]}-{ticket[2]}"),) if ticket else ()
    sentence = f"A database upgrade was running the script {script.selector}{reference}"
    yield Finding("in_upgrade_script", "action", sentence, "certain", (script.line, runner.line), facts)


def in_service(dump: Dump) -> Iterator[Finding]:
    """Names the service that was running without windows, from the start command.

    Says nothing of a program with windows. Example: "The service RunService was running without windows: no user was
    at work".
    """
    match = _SERVICE.search(dump.header.command_line or "")
    if match is None:
        return
    sentence = f"The service {match[1]} was running without windows: no user was at work"
    facts = (Fact("service", match[1]), Fact("process_kind", "service"))
    yield Finding("in_service", "action", sentence, "certain", line_with(dump, match[0]), facts)


def in_login(dump: Dump) -> Iterator[Finding]:
    """Says that a user was logging in, so that the crash came before any work.

    Says nothing when an upgrade logged in by itself. Example: "The user was logging in, in the login window".
    """
    frames = work(dump).frames
    login = _login(frames)
    if login is None:
        return
    dialog = next((frame for frame in frames if frame.receiver.endswith("LoginDialog")), None)
    where = "in the login window" if dialog else "at the start of the program"
    lines = (login.line, dialog.line) if dialog else (login.line,)
    facts = (Fact("login", "login window" if dialog else "start of the program"), _process_kind(dump))
    yield Finding("in_login", "action", f"The user was logging in, {where}", "certain", lines, facts)


def in_command(dump: Dump) -> Iterator[Finding]:
    """Says which command the user had given, with mouse or keyboard, in which window, and whether work was unsaved.

    The command's label is what the user saw on the screen; when the dump does not have it, the method's name is read
    as words and the finding is only likely. Buttons of dialogs that the command had opened, and commands that had
    opened its own window, are told as a chain. A button of a dialog counts as a command. Says nothing when the stack
    has no command. Example: "The user pressed "Save" (toolbar, left mouse button) in "Contract navigator", which had
    unsaved changes".
    """
    frames = work(dump).frames
    command = command_of(dump, frames)
    if command is None:
        return
    given = input_of(frames, command.pressed_at)
    window = window_of(dump, command.executor)
    chain = " > ".join(f'"{name}"' for name in command.chain)
    sentence = f"The user {_verb(given)} {chain}{_how(given)}{_where(window, command.executor)}"
    model = window.model_class if window else None
    named: tuple[tuple[FactName, str | None], ...] = (
        *(("command", name) for name in (command.name, *command.then, *command.before)),
        ("executor", short_name(command.executor) if command.executor else None),
        ("window", model),
        ("input", given.text if given else None),
    )
    facts = tuple(Fact(name, value) for name, value in named if value)
    if _upgrade_runner(frames) is None:
        facts += (_process_kind(dump),)
    lines = (*command.lines, *((window.line,) if window else ()))
    yield Finding("in_command", "action", sentence, "certain" if command.label else "likely", lines, facts)


def in_input(dump: Dump) -> Iterator[Finding]:
    """Says which key or mouse button the user had pressed, and where, when it gave no command.

    Says nothing when the stack has a command, a login or an upgrade, or no input at all. Example: "The user pressed the
    Delete key (list) in "Trailer plan"".
    """
    frames = work(dump).frames
    given = input_of(frames)
    if given is None or command_of(dump, frames) or _login(frames) or _upgrade_runner(frames):
        return
    window = window_at_work(dump, frames)
    means = f"the {given.key} key" if given.key else f"the {given.event}".replace("the keyboard", "a key")
    widget = f" ({given.widget})" if given.widget else ""
    facts: tuple[Fact, ...] = (Fact("input", given.text), _process_kind(dump))
    if window is not None and window.model_class:
        facts += (Fact("window", window.model_class),)
    lines = (given.line, *((window.line,) if window else ()))
    yield Finding(
        "in_input", "action", f"The user pressed {means}{widget}{_where(window, None)}", "likely", lines, facts
    )


def _process_kind(dump: Dump) -> Fact:
    """A program with windows: started the ordinary way, or by a developer from the development tools."""
    developer = _DEVELOPER_START in (dump.header.command_line or "")
    return Fact("process_kind", "developer start" if developer else "user interface")


def _upgrade_runner(frames: Sequence[Frame]) -> Frame | None:
    return next((frame for frame in frames if frame.selector.startswith("runScript:of:")), None)


def _login(frames: Sequence[Frame]) -> Frame | None:
    if any(frame.selector.startswith("runScript:") for frame in frames):
        return None
    return next((frame for frame in frames if frame.selector.startswith("loginWithUserAuthentication:")), None)


def _verb(given: Input | None) -> str:
    if given is None or given.event == "keyboard":
        return "gave the command"
    return "chose" if given.widget == "menu" else "pressed"


def _how(given: Input | None) -> str:
    return f" ({given.text})" if given else ""


def _where(window: Window | None, executor: str | None) -> str:
    if window is None:
        return f" in {short_name(executor)}" if executor else ""
    unsaved = ", which had unsaved changes" if has_unsaved_changes(window) else ""
    return f' in "{caption_of(window)}"{unsaved}'
