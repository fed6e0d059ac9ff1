"""The main script: finds the pages, draws the menu on top, and runs the page asked for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from playground.ui.navigation import menu

st.set_page_config(page_title="Deep Learning Playground", layout="wide")
st.html(Path(__file__).parent / "page.css")
st.navigation(menu(), position="top").run()
