"""What the names lab calls things: symbols for what has no letter, languages, colours, bounds."""

from __future__ import annotations

from playground.stage.palette import AMBER, GREEN, VARIANTS, VERMILLION

START, END, SPACE, RARE = "→", "↵", "␣", "□"  # as they are drawn

LINE_WIDTH = 40  # characters: a longer line of a visitor's text is wrapped
MOST_CHARACTERS = 100_000  # of a visitor's text
MOST_SYMBOLS = 100  # of its alphabet; rarer characters are read as one
LEAST_LINES = 20

LANGUAGES = ("czech", "dutch", "english", "finnish", "french", "german", "irish", "italian", "spanish")
LANGUAGE_COLORS = {name: VARIANTS[k] for name, k in zip(LANGUAGES, (11, 1, 2, 3, 4, 5, 7, 8, 6), strict=True)}

COPIED, HELD_OUT = VERMILLION, GREEN  # samples that stand in the training or in the held-out lines
KINDS = {"vowel": VERMILLION, "other letter": GREEN, "start or sign": AMBER}  # of a character that was just read

SAMPLES = 200  # that are counted; the first of them are shown
MARGIN = 2  # characters that a sample may be longer than the longest line
TOP = 5  # likeliest next characters that are shown
