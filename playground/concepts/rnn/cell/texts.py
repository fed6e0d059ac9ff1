"""What the cell reads: for each task its symbols, its question, and the right answer after every token."""

from __future__ import annotations

from collections.abc import Callable

ALPHABETS = {"brackets": "()", "parity": "01", "first": "01", "switch": "10."}
QUESTIONS = {
    "brackets": "Is a bracket still open?", "parity": "Is the number of ones odd?", "first": "Was the first bit a one?",
    "switch": "Is it on? (1 on, 0 off)",
}  # fmt: skip
FEWEST, MOST = 2, 20  # tokens of a text


def tokens(task: str, text: str) -> list[int]:
    """The number of each token in its task's alphabet."""
    return [ALPHABETS[task].index(token) for token in text]


def wanted(task: str, text: str) -> list[int]:
    """The right answer after each token: 1 for yes, 0 for no."""
    table: dict[str, Callable[[str], bool]] = {
        "brackets": lambda read: read.count("(") > read.count(")"),
        "parity": lambda read: read.count("1") % 2 == 1,
        "first": lambda read: read[0] == "1",
        "switch": lambda read: read.rfind("1") > read.rfind("0"),
    }
    return [int(table[task](text[: end + 1])) for end in range(len(text))]


def checked(alphabet: str) -> Callable[[str], str]:
    """A check of a text of one alphabet, which raises ValueError with the place of a token that is none of it."""

    def check(text: str) -> str:
        if not FEWEST <= len(text) <= MOST:
            raise ValueError(f"a text has {FEWEST} to {MOST} tokens, this one {len(text)}")
        for place, token in enumerate(text, 1):
            if token not in alphabet:
                raise ValueError(f"token {place} is none of {' '.join(alphabet)}")
        return text

    return check


def closed(text: str) -> str:
    """A text of brackets, none of which closes what was not opened. Raises ValueError that says where one does."""
    for place in range(1, len(text) + 1):
        if text.count(")", 0, place) > text.count("(", 0, place):
            raise ValueError(f"token {place} closes a bracket that was never opened")
    return text
