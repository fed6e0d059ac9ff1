"""What a viewer does and what he got, as it travels between processes."""

from __future__ import annotations

from dataclasses import dataclass

NEVER = float("inf")


@dataclass(frozen=True)
class Visit:
    """What a viewer does: who he is, whose run he asks for and when, how long he stays, how he leaves.

    He leaves with `code` once he has `most` frames, the run is over or so many `seconds` have passed, whichever is
    first. `manner` is the name of how he behaves (see `crowd.MANNERS`); one who is slow reads `rate` bytes a second.
    """

    token: str
    visitor: int = 0
    delay: float = 0
    have: int = 0
    most: int | None = None
    seconds: float = 120
    code: int = 4000
    manner: str = "player"
    rate: float = 10_000


@dataclass
class Seen:
    """What a viewer got, with moments of the machine's monotonic clock; infinity where it never came."""

    asked: float = NEVER
    word: float = NEVER  # the first message, a frame or the place in the queue
    first: float = NEVER  # the first frame
    last: float = NEVER
    frames: int = 0
    place: int = 0  # the first one told
    state: str = ""
    error: str = ""
    closed: int = 0  # the code with which the server closed; 1006 where the connection broke
    ended: float = NEVER

    @property
    def wait(self) -> float:
        """Seconds from asking to the first frame."""
        return self.first - self.asked

    @property
    def answer(self) -> float:
        """Seconds from asking to the first frame or the place in the queue."""
        return self.word - self.asked

    @property
    def stay(self) -> float:
        """Seconds from asking to the end."""
        return self.ended - self.asked

    @property
    def rate(self) -> float:
        """Frames a second between the first and the last."""
        return (self.frames - 1) / (self.last - self.first) if self.frames > 1 else 0.0


def address(visitor: int) -> str:
    """The IP address of visitor number so and so."""
    return f"10.{visitor >> 16 & 255}.{visitor >> 8 & 255}.{visitor & 255}"


def path(one: Visit) -> str:
    """What a visit asks the server for."""
    return f"/playground/run/{one.token}?have={one.have}"
