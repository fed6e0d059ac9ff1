"""The losses page's words."""

TITLE = "Losses"
SECTION = "Foundations"
ORDER = 30
SENTENCE = "A loss turns a mistake into a number, and its slope decides who steers the training."
QUESTION = "Which loss would you trust with three wild points among thirty good ones?"
