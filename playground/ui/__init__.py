"""Streamlit only: pages, widgets, the address bar, and the frame round a lab."""

from playground.ui.detours import Detours
from playground.ui.first import First
from playground.ui.frame import lab_page
from playground.ui.headers import Headers
from playground.ui.held import Held
from playground.ui.home import home_page
from playground.ui.rehearsal import talk_page

__all__ = ["Detours", "First", "Headers", "Held", "home_page", "lab_page", "talk_page"]
