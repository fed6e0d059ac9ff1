"""What the commands do: a link in, text or files out."""

from __future__ import annotations

import importlib
import json
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from playground import link as links
from playground import wire
from playground.contract import Frame, Knobs, Lab, Preset, Spec, labs, specs, timed
from playground.device import device_note, resolved_device
from playground.export.csv import csv as csv_text
from playground.export.html import standalone
from playground.export.notebook import notebook as notebook_text
from playground.export.script import script
from playground.link import Link

BENCHES = ("playground.training.bench", "playground.engine.bench")  # by name: torch, and an app that is served
RECORDER = "playground.training.recorder"
BAR = 30


class Refusal(Exception):
    """What was asked cannot be done; the text is the sentence that says why."""


class Failure(Exception):
    """A run failed while it trained; the text is the sentence that says why."""


def read(text: str) -> Link:
    """The link understood; what it ignored goes to standard error. Raises Refusal."""
    try:
        asked = links.parse(text)
    except ValueError as error:
        raise Refusal(str(error)) from None
    for note in asked.notes:
        print(note, file=sys.stderr)
    return asked


def run(link: str, as_json: bool, csv: Path | None, html: Path | None, device: str | None) -> None:
    """Trains a link's run, writes the files asked for and prints how it ended."""
    asked = read(link)
    for target in filter(None, (csv, html)):
        check_target(target)
    where = check_device(asked.lab, device)
    frames, seconds = train(asked.lab, asked.knobs, where)
    if csv:
        save(csv, csv_text(wire.history(frames)).encode())
    if html:
        save(html, standalone(asked.lab, asked.knobs, frames, t=asked.t, state="done"))
    ended = summary(asked.lab, asked.knobs, where, frames, seconds)
    print(json.dumps(ended, allow_nan=False) if as_json else readable(ended))


def check_target(path: Path) -> None:
    """Raises Refusal where a file cannot be written, before anything is trained."""
    if path.is_dir():
        raise Refusal(f"{path} is a folder, not a file.")
    if not path.parent.is_dir():
        raise Refusal(f"{path} cannot be written: there is no folder {path.parent}.")


def check_device(lab: Lab, wish: str | None) -> str:
    """The device to train on. Raises Refusal where the one that `wish` asks for is not here."""
    try:
        where = resolved_device(lab, True if wish else None, wish)
    except ValueError as error:
        raise Refusal(str(error)) from None
    if not wish and (note := device_note()):
        print(note, file=sys.stderr)
    if where == "cuda" and not importlib.import_module("torch").cuda.is_available():
        raise Refusal("There is no CUDA device here: try --device cpu.")
    return where


def train(lab: Lab, knobs: Knobs, device: str) -> tuple[list[bytes], float]:
    """The encoded frames of a run and the seconds that it took. Raises Failure."""
    recorder = importlib.import_module(RECORDER)
    started = time.perf_counter()
    frames = progress(recorder.frames(lab, knobs, device), getattr(knobs, "steps", 0))
    try:
        encoded = [wire.encode(frame, index) for index, frame in enumerate(frames)]
    except Exception as error:
        raise Failure(recorder.failure(error)) from error
    return encoded, time.perf_counter() - started


def progress(frames: Iterable[Frame], steps: int) -> Iterator[Frame]:
    """The same frames; on a terminal a line on standard error follows them and goes when they end."""
    if not sys.stderr.isatty():
        yield from frames
        return
    try:
        for frame in frames:
            print(f"\r{bar(frame.step, steps)}", end="", file=sys.stderr, flush=True)
            yield frame
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def bar(step: int, steps: int) -> str:
    """How far a run is: a bar where its number of steps is known."""
    if not steps:
        return f"step {step}"
    done = BAR * min(step, steps) // steps
    return f"[{'#' * done}{'.' * (BAR - done)}] step {step} of {steps}"


def save(path: Path, content: bytes) -> None:
    """Writes a file. Raises Refusal."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}.") from None


def summary(lab: Lab, knobs: Knobs, device: str, frames: Sequence[bytes], seconds: float) -> dict[str, Any]:
    """How a run ended, as JSON values: what `run --json` prints; without measured times, the same each time."""
    last = wire.header(frames[-1])
    metrics = {name: value for name, value in last["m"].items() if not timed(name)}
    return {
        "lab": lab.path, "knobs": knobs.active(), "seed": knobs.seed, "device": device, "steps": last["step"],
        "frames": len(frames), "seconds": round(seconds, 3), "metrics": metrics,
    }  # fmt: skip


def readable(ended: dict[str, Any]) -> str:
    """How a run ended, for the eye."""
    took = f"{ended['steps']} steps in {ended['seconds']:.1f} s on {ended['device']}, {ended['frames']} frames"
    metrics: dict[str, float | str] = ended["metrics"]
    width = max(map(len, metrics), default=0)
    lines = [
        f"  {name:{width}}  {value if isinstance(value, str) else f'{value:.6g}'}" for name, value in metrics.items()
    ]
    return "\n".join([f"{ended['lab']}: {took}", *lines])


def code(link: str, notebook: bool) -> None:
    """Prints a link's stand-alone script or notebook."""
    asked = read(link)
    print((notebook_text if notebook else script)(asked.lab, asked.knobs), end="")


def bench(as_json: bool) -> None:
    """Prints a row a figure, each as soon as it is measured; as JSON, all at the end. Raises Refusal."""
    try:
        if as_json:
            print(json.dumps([{"name": n, "value": value, "unit": unit} for n, value, unit in bench_rows()], indent=1))
            return
        for name, value, unit in bench_rows():
            shown = f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
            print(f"{name:24} {shown:>10} {unit}".rstrip(), flush=True)
    except ModuleNotFoundError as error:
        raise Refusal(f"bench needs the packages of requirements-dev.txt: {error.name} is missing.") from None


def bench_rows() -> Iterator[tuple[str, float, str]]:
    """The figures of every part, as they are measured."""
    for name in BENCHES:
        yield from importlib.import_module(name).rows()


def list_labs(as_json: bool) -> None:
    """Prints every lab with its knobs and presets."""
    if as_json:
        print(json.dumps([lab_entry(lab) for lab in labs()], indent=1))
    else:
        print("\n\n".join(map(lab_text, labs())))


def lab_entry(lab: Lab) -> dict[str, Any]:
    """A lab as JSON values."""
    return {
        "path": lab.path, "title": lab.title, "link": links.url(lab, lab.Knobs()),
        "knobs": [knob_entry(spec) for spec in specs(lab.Knobs).values()],
        "presets": [preset_entry(lab, preset) for preset in lab.presets],
    }  # fmt: skip


def knob_entry(spec: Spec) -> dict[str, Any]:
    """A knob as JSON values; `high` is a number or the name of the knob that bounds it."""
    return {
        "name": spec.name, "kind": spec.kind, "default": spec.default, "low": spec.low,
        "high": spec.at_most or spec.high, "choices": spec.choices, "items": spec.items, "title": spec.title,
        "help": spec.help, "unit": spec.unit, "group": spec.group, "when": spec.when,
    }  # fmt: skip


def preset_entry(lab: Lab, preset: Preset) -> dict[str, str]:
    """A preset as JSON values."""
    return {"title": preset.title, "watch": preset.watch, "link": links.url(lab, preset.knobs)}


def wrapped(text: str) -> str:
    """A knob's line in lines of 110 characters; its name, default and first word stay together."""
    joined = text.replace(": ", ":\u00a0", 1)
    lines = textwrap.TextWrapper(110, initial_indent="    ", subsequent_indent="        ")
    lines.break_long_words = lines.break_on_hyphens = False
    return lines.fill(joined).replace("\u00a0", " ")


def lab_text(lab: Lab) -> str:
    """A lab for the eye: its link, a line a knob, a line a preset."""
    lines = [f"{lab.path}: {lab.title}", f"  {links.url(lab, lab.Knobs())}", "  Knobs"]
    lines += [wrapped(knob_text(spec)) for spec in specs(lab.Knobs).values()]
    lines += ["  Presets"] if lab.presets else []
    for preset in lab.presets:
        lines += [f"    {preset.title}: {preset.watch}", f"      {links.url(lab, preset.knobs)}"]
    return "\n".join(lines)


def knob_text(spec: Spec) -> str:
    """A knob in a line: name, default, what it takes and when."""
    most = f", at most {spec.at_most}" if spec.at_most else ""
    when = f" (with {spec.when[0]}={', '.join(map(links.write, spec.when[1]))})" if spec.when else ""
    return f"{spec.name}={links.write(spec.default)}: {spec.title}; {links.wanted(spec)}{most}{when}"
