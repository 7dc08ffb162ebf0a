"""The launcher: ``streamlit run app.py``.

The pages live behind a router inside ``pages/``, so that Streamlit never takes the folder for its own page
discovery and every page's address works as the first request after a start.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import streamlit as st

from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.services import analyzer


@asynccontextmanager
async def prepare(app: Any) -> AsyncIterator[None]:
    """Open and migrate the database and load the text model once, before the first visitor.

    What goes wrong here goes wrong again on the page, which tells the visitor.
    """
    with suppress(CrashKnowledgeError):
        analyzer()
    yield


app = st.App("pages/router.py", lifespan=prepare)
