"""The CNN page's words."""

TITLE = "CNN"
SECTION = "Architectures"
ORDER = 60
SENTENCE = (
    "A convolution looks at the whole picture through one small window, and learns what the window should look for."
)
QUESTION = "What does a small shared window see that a fully connected network cannot?"
