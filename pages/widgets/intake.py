"""Taking dumps in: upload, sample or pasted text, each analysed once and kept for this visitor."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from traceback import format_tb

import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.samples import Sample, samples
from crash_knowledge.settings import settings
from crash_knowledge.wording import counted
from pages.widgets.services import analyzer
from pages.widgets.texts import plain

MOST_REMATCHED = 30
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Intake:
    """One file that was given: its analyses, or the reason why there are none."""

    key: str
    file_name: str
    analyses: tuple[Analysis, ...] = ()
    error: str = ""


def intakes() -> dict[str, Intake]:
    """The files of this visitor, by key, oldest first."""
    kept: dict[str, Intake] = st.session_state.setdefault("intakes", {})
    return kept


def take_in() -> None:
    """The three ways in. New files are analysed at once; files taken out of the uploader leave the list."""
    way = st.segmented_control(
        "Where is the dump?",
        ["Upload files", "Try a sample", "Paste text"],
        default="Upload files",
        required=True,
        key="way",
        label_visibility="collapsed",
    )
    if way == "Try a sample":
        _sample_picker()
    elif way == "Paste text":
        _paste_box()
    else:
        _uploader()


def _uploader() -> None:
    limit = settings().max_upload_mb
    files = st.file_uploader(
        f"WCR dump files, one or many, up to {limit} MB together",
        accept_multiple_files=True,
        max_upload_size=limit,
        key="upload",
    )
    present = {f"upload:{file.file_id}" for file in files}
    for key in [key for key in intakes() if key.startswith("upload:") and key not in present]:
        del intakes()[key]
    if sum(file.size for file in files) > limit * 1_000_000:
        st.error(f"These files have more than {limit} MB together. Take some out and upload them in a second go.")
        return
    fresh = [file for file in files if f"upload:{file.file_id}" not in intakes()]
    if fresh:
        _analyse((f"upload:{file.file_id}", file.name, file.getvalue()) for file in fresh)


def _sample_picker() -> None:
    chosen: Sample | None = st.selectbox(
        "Sample dump",
        samples(),
        index=None,
        format_func=lambda sample: f"{sample.file_name}: {sample.title}",
        placeholder="Choose a sample",
        key="sample",
    )
    if chosen is None:
        return
    st.caption(chosen.sentence)
    key = f"sample:{chosen.file_name}"
    if key not in intakes() and st.button("Analyse this sample", type="primary"):
        _analyse([(key, chosen.file_name, chosen.read())])


def _paste_box() -> None:
    with st.form("paste", border=False):
        text = st.text_area(
            "Text of a dump", height=160, placeholder="==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP …"
        )
        sent = st.form_submit_button("Analyse this text", type="primary")
    if sent:
        content = text.encode("utf-8", "surrogatepass")
        key = f"paste:{hashlib.sha256(content).hexdigest()[:16]}"
        _analyse([(key, "pasted text", content)])


def _analyse(files: Iterable[tuple[str, str, bytes]]) -> None:
    with st.status("Reading…", expanded=True) as status:
        for key, name, content in files:
            status.update(label=f"Reading {plain(name)}")
            intakes()[key] = intake = _read(key, name, content)
            st.write(f"{plain(name)}: {plain(intake.error) or counted(len(intake.analyses), 'dump')}")
    st.rerun()


def _read(key: str, name: str, content: bytes) -> Intake:
    try:
        return Intake(key, name, analyzer().analyze(content, name))
    except CrashKnowledgeError as error:
        return Intake(key, name, error=str(error))
    except Exception as error:
        LOG.error("A file could not be analysed: %s\n%s", type(error).__name__, "".join(format_tb(error.__traceback__)))
        return Intake(key, name, error=f"A fault of this program ({type(error).__name__}); the server's log has more.")


def refresh() -> None:
    """Match open dumps, about MOST_REMATCHED, with what the store knows now; files with a new crash first."""
    left = MOST_REMATCHED
    for key, intake in sorted(
        intakes().items(), key=lambda item: all(not one.match.is_new for one in item[1].analyses)
    ):
        if left > 0:
            intakes()[key] = replace(intake, analyses=tuple(map(analyzer().rematch, intake.analyses)))
        left -= len(intake.analyses)
