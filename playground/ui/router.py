"""The main script: finds the pages, draws the menu on top, and runs the page asked for."""

from __future__ import annotations

import streamlit as st

from playground.ui.address import entering
from playground.ui.first import NAME
from playground.ui.navigation import menu

st.set_page_config(page_title=NAME, layout="wide")
chosen = st.navigation(menu(), position="top")
entering(chosen.url_path)
chosen.run()
