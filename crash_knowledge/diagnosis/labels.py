"""What a window's label says: the environment's tag in front, the caption, and the ``*`` of unsaved changes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from crash_knowledge.diagnosis.stack import short_name
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame, Window

_TAG = re.compile(r"\s*\[([^\]]{1,40})\]")
_LAUNCHER = re.compile(r"Launcher(?![a-z])")
_LONGEST = 80


def tag_of(window: Window) -> str | None:
    """``STAGING`` of ``[STAGING] Contract navigator *``."""
    match = _TAG.match(_text(window))
    return match[1].strip() if match else None


def caption_of(window: Window, longest: int = _LONGEST) -> str:
    """``Contract navigator`` of ``[STAGING] Contract navigator *``; cut with an ellipsis when it is longer."""
    caption = _TAG.sub("", _text(window), count=1) if tag_of(window) else _text(window)
    caption = " ".join(caption.strip().rstrip("*").split())
    return caption if len(caption) <= longest else f"{caption[: longest - 1].rstrip()}…"


def has_unsaved_changes(window: Window) -> bool:
    return _text(window).rstrip().endswith("*")


def is_launcher(window: Window) -> bool:
    """True for the product's main window, which is always open and whose label shows the login name."""
    return _LAUNCHER.search(window.model_class or "") is not None


def window_of(dump: Dump, model: str | None) -> Window | None:
    """The window of a model's class, when there is exactly one."""
    return _single_windows(dump).get(short_name(model)) if model else None


def window_at_work(dump: Dump, frames: Sequence[Frame]) -> Window | None:
    """The window of the innermost frame that belongs to a window's model, other than the launcher's."""
    known = _single_windows(dump)
    windows = (known.get(short_name(frame.receiver)) for frame in frames)
    return next((window for window in windows if window and not is_launcher(window)), None)


def _single_windows(dump: Dump) -> dict[str, Window]:
    """The windows by their model's class, where it has only one."""
    counts = Counter(window.model_class for window in dump.windows)
    return {
        window.model_class: window for window in dump.windows if window.model_class and counts[window.model_class] == 1
    }


def _text(window: Window) -> str:
    return window.label or window.title
