"""Talk: a list of links to walk through on stage."""

from playground.ui import talk_page

talk_page()
