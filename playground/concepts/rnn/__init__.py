"""The RNN page's words."""

TITLE = "RNN"
SECTION = "Architectures"
ORDER = 70
SENTENCE = "A recurrent network reads one step at a time and keeps what it needs in its hidden state."
QUESTION = "How far back can it remember, and what does it keep?"
