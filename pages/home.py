"""Home: what this is and where to start."""

from playground.ui import home_page

home_page()
