"""Names the pages and runs the one that was asked for."""

import streamlit as st

st.set_page_config(page_title="Crash knowledge", page_icon="🩺", layout="wide")

page = st.navigation(
    [
        st.Page(
            "analyzer.py", title="Crash analyzer", icon=":material/troubleshoot:", url_path="analyzer", default=True
        ),
        st.Page("patterns.py", title="Patterns", icon=":material/category:", url_path="patterns"),
    ],
    position="top",
)
page.run()
