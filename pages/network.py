"""Neural network: the page people open first."""

from playground.ui import lab_page

LABS = ("sandbox", "compare", "landscape")

lab_page("network")
