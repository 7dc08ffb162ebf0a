"""What was being done when it crashed: a command, a login, a service, an upgrade script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crash_knowledge.diagnosis.model import Confidence, Finding
from crash_knowledge.diagnosis.stack import short_name, working_frames, working_process
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame, FrameArguments, Window
from crash_knowledge.wcr.smalltalk import unquote

_SERVICE = re.compile(r"-serviceIdentifier\s+(\S+)", re.IGNORECASE)
_TICKET = re.compile(r"([A-Z][A-Z0-9]+)_(\d{3,6})(?!\d)")
_COMMAND_PRINT = re.compile(r">> (\w+)\s*$")
_OBJECT_PRINT = re.compile(r"an? ([\w.]+)")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_MONITOR = "commandBeingExecuted:executor:while:"
_EVENTS = {
    "RedButtonPressedEvent": "left mouse button",
    "YellowButtonPressedEvent": "right mouse button",
    "KeyPressedEvent": "keyboard",
    "DoubleClickEvent": "double click",
}
_WIDGETS = {"ToolBarButton": "toolbar", "MenuBarButton": "menu", "MenuButton": "menu", "ActionButton": "button"}


@dataclass(frozen=True, slots=True)
class _Command:
    """A command on the stack; ``label`` is what the user saw, None when only its method's name is known."""

    frame: Frame
    label: str | None
    selector: str | None
    executor: str | None
    lines: tuple[int, ...]


def in_upgrade_script(dump: Dump) -> Iterator[Finding]:
    """Names the upgrade script that was running on the database, and the ticket its name carries."""
    frames = _frames(dump)
    runner = next((index for index, frame in enumerate(frames) if frame.selector.startswith("runScript:of:")), None)
    if runner is None:
        return
    script = next((frame for frame in reversed(frames[:runner]) if frame.implementor.endswith("Scripts")), None)
    if script is None:
        yield Finding(
            "in_upgrade_script", "action", "A database upgrade was running a script", "certain", _lines(frames[runner])
        )
        return
    ticket = _TICKET.search(script.selector)
    reference = f" (ticket {ticket[1]}-{ticket[2]})" if ticket else ""
    sentence = f"A database upgrade was running the script {script.selector}{reference}"
    yield Finding("in_upgrade_script", "action", sentence, "certain", _lines(script, frames[runner]))


def in_service(dump: Dump) -> Iterator[Finding]:
    """Names the service that was running without windows, from the start command."""
    match = _SERVICE.search(dump.header.command_line or "")
    if match is None:
        return
    lines = _lines_with(dump, match[0])
    sentence = f"The service {match[1]} was running without windows: no user was at work"
    yield Finding("in_service", "action", sentence, "certain", lines)


def in_login(dump: Dump) -> Iterator[Finding]:
    """Says that a user was logging in, so that the crash came before any work."""
    frames = _frames(dump)
    login = next((frame for frame in frames if frame.selector.startswith("loginWithUserAuthentication:")), None)
    dialog = next((frame for frame in frames if frame.receiver.endswith("LoginDialog")), None)
    if login is None or any(frame.selector.startswith("runScript:") for frame in frames):
        return
    where = "in the login window" if dialog else "at the start of the program"
    found = [frame for frame in (login, dialog) if frame]
    yield Finding("in_login", "action", f"The user was logging in, {where}", "certain", _lines(*found))


def in_command(dump: Dump) -> Iterator[Finding]:
    """Says which command the user had given, in which window, and with mouse or keyboard.

    The command's label is what the user saw on the screen. When the dump does not have it, the method's name is given.
    """
    frames = _frames(dump)
    command = _monitored_command(dump, frames) or _command_by_frames(frames)
    if command is None:
        return
    who = f"{dump.header.user} " if dump.header.user and not dump.header.user.startswith("<") else "The user "
    what = f'used the command "{command.label}"' if command.label else f"used the command {_spoken(command.selector)}"
    window = _window_of(dump, command.executor)
    sentence = (
        who + what + _where(window, command.executor) + _how(frames, command.frame) + _then(dump, frames, command)
    )
    lines = (*command.lines, *((window.line,) if window else ()))
    yield Finding("in_command", "action", sentence, _confidence(command), lines)


def _frames(dump: Dump) -> tuple[Frame, ...]:
    process = working_process(dump)
    return working_frames(process) if process else ()


def _monitored_command(dump: Dump, frames: Sequence[Frame]) -> _Command | None:
    """The innermost command known to the application monitor, which holds its label and executor."""
    monitor = next((frame for frame in frames if frame.selector == _MONITOR), None)
    if monitor is None:
        return None
    known = _arguments_of(dump, monitor)
    if known is None:
        return None
    values = {variable.name: variable for variable in known.variables}
    label = values.get("labelOfCommandBeingExecuted")
    printed = [variable.value.text for name, variable in values.items() if name == "commandBeingExecuted"]
    printed += [argument.value.text for argument in known.arguments[:1]]
    executors = [variable.value.text for name, variable in values.items() if name.startswith("executorOfCommand")]
    executors += [argument.value.text for argument in known.arguments[1:2]]
    selector = next((match[1] for text in printed if (match := _COMMAND_PRINT.search(text))), None)
    executor = next((match[1] for text in executors if (match := _OBJECT_PRINT.match(text))), None)
    named = label is not None and label.value.text.startswith("'")
    if not named and selector is None:
        selector = _selector_by_frames(frames, monitor)
    if not named and selector is None:
        return None
    lines = (label.line, monitor.line) if label and named else (known.line, monitor.line)
    return _Command(monitor, unquote(label.value.text) if label and named else None, selector, executor, lines)


def _arguments_of(dump: Dump, frame: Frame) -> FrameArguments | None:
    """Receiver and arguments of a frame; only those of the active process are in a dump."""
    active = dump.active_process
    if active is None or frame not in active.frames:
        return None
    return next((known for known in dump.frame_arguments if known.number == frame.number), None)


def _command_by_frames(frames: Sequence[Frame]) -> _Command | None:
    """The command by the method that a command object executes: ``saveCommand``, ``doOpen``."""
    handler = next((index for index, frame in enumerate(frames) if frame.selector == "handleExecuteFor:"), None)
    if not handler:
        return None
    method = frames[handler - 1]
    actor = next((frame for frame in reversed(frames[:handler]) if re.match(r"do[A-Z]", frame.selector)), method)
    executor = actor.receiver or method.receiver
    return _Command(frames[handler], None, method.selector, executor, _lines(method, actor))


def _selector_by_frames(frames: Sequence[Frame], monitor: Frame) -> str | None:
    inner = [frame for frame in frames if frame.number < monitor.number]
    return next((frame.selector for frame in reversed(inner) if frame.selector.endswith("Command")), None)


def _confidence(command: _Command) -> Confidence:
    return "certain" if command.label else "likely"


def _spoken(selector: str | None) -> str:
    """``openAlternativePlaylistCommand``: "open alternative playlist"."""
    words = _WORDS.findall((selector or "").removesuffix("Command").removesuffix("Action").removeprefix("do"))
    return '"' + " ".join(word if word.isupper() else word.lower() for word in words) + '"'


def _window_of(dump: Dump, executor: str | None) -> Window | None:
    """The window of an executor, when there is exactly one with that model."""
    windows = [window for window in dump.windows if executor and window.model_class == short_name(executor)]
    return windows[0] if len(windows) == 1 else None


def _where(window: Window | None, executor: str | None) -> str:
    if window is None:
        return f" in {short_name(executor)}" if executor else ""
    label = (window.label or window.title).strip()
    if label.endswith("*"):
        return f' in the window "{label.rstrip("* ")}", which had unsaved changes'
    return f' in the window "{label}"'


def _how(frames: Sequence[Frame], command: Frame) -> str:
    """The widget and the input event that gave the command: those further out on the stack than the command itself."""
    outer = [frame for frame in frames if frame.number > command.number]
    event = next((_EVENTS[name] for frame in outer if (name := short_name(frame.receiver)) in _EVENTS), None)
    if event is None:
        return ""
    pressed = (short_name(frame.receiver) for frame in outer)
    widget = next((spoken for name in pressed for ending, spoken in _WIDGETS.items() if name.endswith(ending)), None)
    return f" ({widget}, {event})" if widget else f" ({event})"


def _then(dump: Dump, frames: Sequence[Frame], command: _Command) -> str:
    """What was pressed in the dialog that the command had opened."""
    for action, button in pairwise(frames):
        if button.selector == "actionAtRuntimeFor:" and button.number < command.frame.number:
            window = _window_of(dump, action.receiver)
            dialog = f'"{(window.label or window.title).strip()}"' if window else short_name(action.receiver)
            return f", then {_spoken(action.selector)} in the dialog {dialog}"
    return ""


def _lines(*frames: Frame) -> tuple[int, ...]:
    return tuple(dict.fromkeys(frame.line for frame in frames))


def _lines_with(dump: Dump, text: str) -> tuple[int, ...]:
    position = dump.text.find(text)
    return (dump.line_of(dump.text.count("\n", 0, position)),) if position >= 0 else ()
