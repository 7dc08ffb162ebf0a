"""Which command the user had given, and with what: found in the stack and in the application monitor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from crash_knowledge.diagnosis.stack import known_of, short_name
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame
from crash_knowledge.wcr.smalltalk import unquote

_COMMAND_PRINT = re.compile(r">> (\w+)\s*$")
_OBJECT_PRINT = re.compile(r"an? ([\w.]+)")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_KEY = re.compile(r"(\w+)KeyPressed:?")
_DOING = re.compile(r"do[A-Z]")
_HANDLER = "handleExecuteFor:"
_BUTTON = "actionAtRuntimeFor:"
_MONITOR = "commandBeingExecuted:executor:while:"
_EVENTS = {
    "RedButtonPressedEvent": "left mouse button",
    "YellowButtonPressedEvent": "right mouse button",
    "DoubleClickEvent": "double click",
    "KeyPressedEvent": "keyboard",
}
_WIDGETS = (
    ("ToolBarButton", "toolbar"),
    ("MenuBarButton", "menu"),
    ("MenuButton", "menu"),
    ("ActionButton", "button"),
    ("ButtonBarButton", "button"),
    ("Grid", "list"),
    ("Tree", "tree"),
    ("InputField", "input field"),
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command on the stack; ``label`` is what the user saw, None when only its method's name is known.

    ``before``: the commands that had opened the window in which it was given, outermost first. ``then``: what was
    pressed in the dialogs that the command had opened, in that order. ``pressed_at``: the frame beyond which, outwards,
    the user's last input stands.
    """

    frame: Frame
    label: str | None
    selector: str | None
    executor: str | None
    before: tuple[str, ...]
    then: tuple[str, ...]
    pressed_at: Frame
    lines: tuple[int, ...]

    @property
    def name(self) -> str:
        """What the user saw, or the words of the method's name."""
        return self.label or spoken(self.selector)

    @property
    def chain(self) -> tuple[str, ...]:
        """All that the user gave one after the other, of which the last was under way: ``Open playlist``, ``New``."""
        return (*self.before, self.name, *self.then)


@dataclass(frozen=True, slots=True)
class Input:
    """What the user did with mouse or keyboard: ``widget`` and ``key`` where the stack tells."""

    event: str
    widget: str | None
    key: str | None
    line: int

    @property
    def text(self) -> str:
        """``toolbar, left mouse button``, ``Delete key``."""
        means = f"{self.key} key" if self.key else self.event
        return f"{self.widget}, {means}" if self.widget else means


def command_of(dump: Dump, frames: Sequence[Frame]) -> Command | None:
    """The innermost command of a stack; None when the stack has none."""
    return _monitored(dump, frames) or _by_frames(frames) or _by_button(frames)


def input_of(frames: Sequence[Frame], beyond: Frame | None = None) -> Input | None:
    """The innermost input event of a stack, outside of the frame ``beyond``; None when there is none."""
    outer = [frame for frame in frames if beyond is None or frame.number > beyond.number]
    for index, frame in enumerate(outer):
        event = _EVENTS.get(short_name(frame.receiver))
        if event is not None:
            handling = outer[:index]
            key = next((match[1] for inner in handling if (match := _KEY.fullmatch(inner.selector))), None)
            return Input(event, _widget(handling), key.capitalize() if key else None, frame.line)
    return None


def spoken(selector: str | None) -> str:
    """``openAlternativePlaylistCommand``: "Open alternative playlist"."""
    words = _WORDS.findall((selector or "").removesuffix("Command").removesuffix("Action").removeprefix("do"))
    text = " ".join(word if word.isupper() else word.lower() for word in words)
    return text[:1].upper() + text[1:]


def _monitored(dump: Dump, frames: Sequence[Frame]) -> Command | None:
    """The innermost command known to the application monitor, which holds its label and executor."""
    monitor = next((frame for frame in frames if frame.selector == _MONITOR), None)
    known = known_of(dump, monitor) if monitor else None
    if monitor is None or known is None:
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
    text = unquote(label.value.text).strip() if label and named else None
    then, pressed_at = _then(frames, monitor)
    return Command(monitor, text, selector, executor, _before(frames, monitor), then, pressed_at, lines)


def _by_frames(frames: Sequence[Frame]) -> Command | None:
    """The command by the method that a command object executes: ``saveCommand``, ``doOpen``."""
    handler = next((index for index, frame in enumerate(frames) if frame.selector == _HANDLER), None)
    if not handler:
        return None
    method = frames[handler - 1]
    actor = next((frame for frame in reversed(frames[:handler]) if _DOING.match(frame.selector)), method)
    executor = actor.receiver or method.receiver
    then, pressed_at = _then(frames, frames[handler])
    lines = tuple(dict.fromkeys((method.line, actor.line)))
    before = _before(frames, frames[handler])
    return Command(frames[handler], None, method.selector, executor, before, then, pressed_at, lines)


def _by_button(frames: Sequence[Frame]) -> Command | None:
    """The button of a dialog that no command had opened, by its method."""
    for action, button in pairwise(frames):
        if button.selector == _BUTTON:
            return Command(button, None, action.selector, action.receiver, (), (), button, (action.line,))
    return None


def _selector_by_frames(frames: Sequence[Frame], monitor: Frame) -> str | None:
    inner = [frame for frame in frames if frame.number < monitor.number]
    return next((frame.selector for frame in reversed(inner) if frame.selector.endswith("Command")), None)


def _before(frames: Sequence[Frame], command: Frame) -> tuple[str, ...]:
    """The commands further out on the stack: each had opened the window for the next one inwards."""
    outer = [frame for frame in frames if frame.number > command.number]
    methods = [method for method, handler in pairwise(outer) if handler.selector == _HANDLER]
    return tuple(spoken(method.selector) for method in reversed(methods))


def _then(frames: Sequence[Frame], command: Frame) -> tuple[tuple[str, ...], Frame]:
    """The buttons that were pressed in the dialogs that the command had opened, and the frame of the last one."""
    inner = [frame for frame in frames if frame.number < command.number]
    pressed = [(action, button) for action, button in pairwise(inner) if button.selector == _BUTTON]
    names = tuple(spoken(action.selector) for action, _ in reversed(pressed))
    return names, pressed[0][1] if pressed else command


def _widget(frames: Sequence[Frame]) -> str | None:
    names = (short_name(frame.receiver) for frame in reversed(frames))
    return next((word for name in names for ending, word in _WIDGETS if name.endswith(ending)), None)
