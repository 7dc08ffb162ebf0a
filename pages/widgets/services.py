"""The services of this installation, made once for all visitors."""

from __future__ import annotations

import streamlit as st

from crash_knowledge import services
from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.store import Store


@st.cache_resource(show_spinner="Loading the text model")
def analyzer() -> CrashAnalyzer:
    return services.analyzer()


def store() -> Store:
    return services.open_store()
