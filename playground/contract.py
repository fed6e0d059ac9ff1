"""What a lab is made of: knobs, frames, histories, verdicts; and how concepts and labs are found."""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.knobs import RESERVED, Change, Knobs, Spec, knob, specs, write

__all__ = [
    "RESERVED", "Challenge", "Change", "Concept", "Frame", "History", "Knobs", "Lab", "Preset", "Ranged", "Readout",
    "Source", "Spec", "Verdict", "code_version", "concept", "concepts", "knob", "lab", "labs", "mended",
    "ranged", "run_id", "specs", "timed", "write",
]  # fmt: skip

BaseKnobs = Knobs  # inside `Lab` the name means the lab's own model
PACKAGE = Path(__file__).parent
PAGES = PACKAGE.parent / "pages"
OTHER_PAGES = {"home", "talk"}  # those that are of no concept


@dataclass(frozen=True)
class Ranged:
    """A picture of a float array in 8 bits: value = low + q / 255 * (high - low)."""

    q: NDArray[np.uint8]
    low: float
    high: float

    def values(self) -> NDArray[np.float32]:
        """The float32 array that the picture stands for, to within half a level."""
        return (self.low + self.q.astype(np.float32) * ((self.high - self.low) / 255)).astype(np.float32)


def ranged(array: ArrayLike, low: float, high: float) -> Ranged:
    """The array as a picture over [low, high]; values outside are clipped, NaN becomes low."""
    scaled = (np.asarray(array, np.float64) - low) * (255 / (high - low))
    return Ranged(np.rint(np.fmin(np.fmax(scaled, 0), 255)).astype(np.uint8), float(low), float(high))


Array = NDArray[Any] | Ranged


def timed(name: str) -> bool:
    """Whether a metric, array or series is a measured time, which differs from run to run."""
    return name.partition(".")[0].endswith("_ms")


@dataclass(frozen=True)
class Frame:
    """What one moment of a run shows.

    `metrics` are the read-outs of that moment. An array in `arrays` holds until a later frame
    replaces it. `series` extend curves with the points since the last frame. All CPU numpy.
    """

    step: int
    metrics: Mapping[str, float] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict)
    series: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def untimed(self) -> Frame:
        """This frame without its measured times: the same in every run of the same knobs."""
        parts: tuple[Mapping[str, Any], ...] = (self.metrics, self.arrays, self.series)
        return Frame(self.step, *({name: one for name, one in part.items() if not timed(name)} for part in parts))


@dataclass(frozen=True)
class History:
    """The frames of a run: what verdicts, challenges and exports read.

    `steps` (F,) int64; `metrics[name]` (F,) float64, NaN where a frame lacks it; `state` is one of
    queued, running, done, stopped, failed; `decode(i)` gives frame i with its arrays (exports only).
    """

    steps: NDArray[np.int64]
    metrics: Mapping[str, NDArray[np.float64]]
    state: str
    decode: Callable[[int], Frame]

    def __len__(self) -> int:
        return len(self.steps)

    def last(self, metric: str) -> float:
        """The newest value of a metric; NaN where it was never measured."""
        return float([float("nan"), *self.metrics.get(metric, ())][-1])


@dataclass(frozen=True)
class Verdict:
    """One sentence with its number on why a run went as it did; `mend` are the knobs that would cure it."""

    sentence: str
    step: int
    mend: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Preset:
    """A named set of knobs worth trying; `watch` is one line that says what to watch."""

    title: str
    watch: str
    knobs: Knobs
    breaks: bool = False


@dataclass(frozen=True)
class Readout:
    """A metric shown in large under the stage; `style` is number, percent or count."""

    metric: str
    title: str
    style: str = "number"


@dataclass(frozen=True)
class Challenge:
    """A goal that the page can check; `start` are knobs from which it is set out, `met(knobs, history)` tells."""

    sentence: str
    met: Callable[[Any, History], bool]
    start: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A data set or paper that a lab stands on, shown where `when` holds; `file` is one that the script reads."""

    text: str
    licence: str = ""
    url: str = ""
    file: str = ""
    when: tuple[str, tuple[Any, ...]] | None = None


@dataclass(frozen=True)
class Lab:
    """One interactive experiment of a concept: the capitals and functions of its `lab.py`."""

    concept: str
    name: str
    title: str
    Knobs: type[BaseKnobs]
    presets: tuple[Preset, ...]
    stage: Callable[[Any], Sequence[Any]]
    verdicts: Callable[[Any, History], tuple[Verdict, ...]]
    small: BaseKnobs
    clock: str
    readouts: tuple[Readout, ...]
    challenges: tuple[Challenge, ...]
    maths: tuple[tuple[str, str], ...]
    sources: tuple[Source, ...]
    device: str  # cpu: always there; any: on a GPU where one is asked for; gpu: gains, and takes one unasked
    guide: tuple[Preset, ...] = ()  # first steps, in their order
    random: bool = True  # False: nothing is drawn, and a seed, which links may name all the same, changes nothing

    @property
    def path(self) -> str:
        """`concept/name`, the name of the lab everywhere."""
        return f"{self.concept}/{self.name}"

    def sources_of(self, knobs: BaseKnobs) -> tuple[Source, ...]:
        """The data and papers that these knobs stand on."""
        return tuple(s for s in self.sources if s.when is None or getattr(knobs, s.when[0]) in s.when[1])

    @property
    def package(self) -> str:
        """The dotted name of the lab's folder."""
        return f"playground.concepts.{self.concept}.{self.name}"


@dataclass(frozen=True)
class Concept:
    """One page: its words and, in the page's order, its labs."""

    name: str
    title: str
    section: str
    order: int
    sentence: str
    question: str
    labs: tuple[str, ...]


@cache
def concepts() -> tuple[Concept, ...]:
    """Every concept that has a page and a folder, in ORDER.

    Raises LookupError with a sentence where a page and a folder do not match.
    """
    pages = {page.stem for page in PAGES.glob("*.py")} - OTHER_PAGES
    folders = {face.parent.name for face in (PACKAGE / "concepts").glob("*/__init__.py")}
    for name in sorted(pages ^ folders):
        missing = f"pages/{name}.py" if name in folders else f"playground/concepts/{name}/__init__.py"
        raise LookupError(f"Concept {name!r} lacks {missing}.")
    return tuple(sorted(map(_concept, pages), key=lambda c: (c.order, c.name)))


def _concept(name: str) -> Concept:
    module = importlib.import_module(f"playground.concepts.{name}")
    names = _page_labs(PAGES / f"{name}.py")
    folders = {face.parent.name for face in (PACKAGE / "concepts" / name).glob("*/lab.py")}
    for odd in sorted(set(names) ^ folders):
        where = "has no folder with a lab.py" if odd in names else f"is not in LABS of pages/{name}.py"
        raise LookupError(f"Lab {name}/{odd} {where}.")
    return Concept(name, module.TITLE, module.SECTION, module.ORDER, module.SENTENCE, module.QUESTION, names)


def _page_labs(page: Path) -> tuple[str, ...]:
    """The constant LABS of a page file, read without running the page."""
    for node in ast.parse(page.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "LABS" for t in node.targets):
            return tuple(ast.literal_eval(node.value))
    raise LookupError(f'pages/{page.name} needs a line LABS = ("name", ...).')


def concept(name: str) -> Concept:
    """The concept of that name. Raises LookupError with a sentence."""
    for one in concepts():
        if one.name == name:
            return one
    raise LookupError(f"There is no concept {name[:40]!r}. There are: {', '.join(c.name for c in concepts())}.")


def labs() -> tuple[Lab, ...]:
    """Every lab, in the order of its concept and page."""
    return tuple(lab(f"{c.name}/{name}") for c in concepts() for name in c.labs)


@cache
def lab(path: str) -> Lab:
    """The lab `concept/name`. Raises LookupError with a sentence."""
    owner, _, name = path.partition("/")
    known = concept(owner).labs
    if name not in known:
        raise LookupError(f"Concept {owner} has no lab {name[:40]!r}. It has: {', '.join(known)}.")
    return _lab(owner, name, importlib.import_module(f"playground.concepts.{owner}.{name}.lab"))


def _lab(owner: str, name: str, face: ModuleType) -> Lab:
    return Lab(
        concept=owner, name=name, title=face.TITLE, Knobs=face.Knobs, presets=tuple(face.PRESETS),
        stage=face.stage, verdicts=face.verdicts, small=face.SMALL, clock=getattr(face, "CLOCK", "step"),
        readouts=tuple(getattr(face, "READOUTS", ())), challenges=tuple(getattr(face, "CHALLENGES", ())),
        maths=tuple(getattr(face, "MATHS", ())), sources=tuple(getattr(face, "SOURCES", ())),
        device=getattr(face, "DEVICE", "cpu"), guide=getattr(face, "GUIDE", ()), random=getattr(face, "RANDOM", True),
    )  # fmt: skip


@cache
def code_version() -> str:
    """Eight hex digits that change with any code which can change a recording."""
    digest = hashlib.sha256()
    for path in sorted(p for p in PACKAGE.rglob("*") if p.suffix in (".py", ".j2", ".npz", ".csv", ".txt", ".png")):
        digest.update(str(path.relative_to(PACKAGE)).encode() + path.read_bytes())
    return digest.hexdigest()[:8]


def run_id(one: Lab, knobs: Knobs, device: str) -> str:
    """The name of a run: the same for the same lab, knobs in force, device and code."""
    text = json.dumps([one.path, knobs.active(), device, code_version()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def mended(knobs: Knobs, changes: Mapping[str, Any]) -> Knobs:
    """The knobs with some changed, checked like a visitor's. Raises pydantic's ValidationError."""
    return type(knobs).model_validate({**knobs.model_dump(), **changes}).settled()
