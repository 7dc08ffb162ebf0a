"""A stack: application frames strong, plumbing dimmed, blocks folded into the method they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from crash_knowledge.fingerprint.frames import is_in_app
from crash_knowledge.wcr.model import Frame

LIST_STYLE = "font-family: monospace; font-size: 0.875rem; line-height: 1.6; overflow-wrap: anywhere"
FRAME_STYLE = "padding-left: 3em; text-indent: -3em"
STRONG = "font-weight: 600"
DIMMED = "opacity: 0.75"


def stack(frames: Sequence[Frame], key: str) -> None:
    """The frames, innermost first, with a filter and a switch for the plumbing."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    wanted = left.text_input("Show only frames that contain", key=f"{key}-filter", placeholder="class or selector")
    with_plumbing = right.toggle("Show plumbing", value=True, key=f"{key}-plumbing")
    shown = [frame for frame in frames if wanted.lower() in frame.text.lower() and (with_plumbing or is_in_app(frame))]
    st.caption(
        f"{len(shown)} of {len(frames)} frames. Strong: application code. Grey: plumbing of Smalltalk and framework."
    )
    st.html(stack_html(shown))


def stack_html(frames: Sequence[Frame]) -> str:
    """The frames as a list; consecutive blocks of one method become one line that says how many it folds."""
    lines = []
    position = 0
    while position < len(frames):
        frame = frames[position]
        run = 1
        while position + run < len(frames) and _same_method(frame, frames[position + run]):
            run += 1
        lines.append(_line(frame, run))
        position += run
    return f'<div style="{LIST_STYLE}">{"".join(lines)}</div>'


def _same_method(one: Frame, other: Frame) -> bool:
    return bool(one.selector) and (one.implementor, one.selector, one.class_side) == (
        other.implementor,
        other.selector,
        other.class_side,
    )


def _line(frame: Frame, run: int) -> str:
    style = STRONG if is_in_app(frame) else DIMMED
    aside = ""
    if run > 1:
        aside = f"({run} frames of this method)"
    elif frame.blocks:
        aside = "(in a block)"
    text = escape(f"[{frame.number}] {_method(frame)}")
    return f'<div style="{FRAME_STYLE}; {style}">{text} <span style="{DIMMED}; font-weight: 400">{aside}</span></div>'


def _method(frame: Frame) -> str:
    if not frame.selector:
        return frame.text
    side = " class" if frame.class_side else ""
    if frame.implementor == frame.receiver:
        return f"{frame.receiver}{side}>>{frame.selector}"
    return f"{frame.receiver}{side}({frame.implementor}{side})>>{frame.selector}"
