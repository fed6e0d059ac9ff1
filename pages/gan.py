"""GAN."""

from playground.ui import lab_page

LABS = ("points", "digits")

lab_page("gan")
