"""The GAN page's words."""

TITLE = "GAN"
SECTION = "Architectures"
ORDER = 80
SENTENCE = "Two networks play against each other: one makes samples, the other learns to tell them from real ones."
QUESTION = "When do the samples cover everything that is real, and when does the game collapse?"
