"""The JSON of a stage: what the player draws and a stand-alone page carries."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from typing import Any

from latex2mathml.converter import convert
from plotly.utils import PlotlyJSONEncoder

from playground.contract import Knobs, Lab, specs, write
from playground.stage import palette
from playground.stage.bindings import Edit, Panel, Part, Table

PALETTE = {
    "classes": palette.CLASSES, "splits": palette.SPLITS, "below": palette.BLUE, "middle": palette.MIDDLE,
    "above": palette.VERMILLION,
}  # fmt: skip


def to_json(lab: Lab, knobs: Knobs) -> str:
    """The stage of a lab under its knobs: clock, whether it branches, read-outs, maths, palette and parts."""
    described = {
        "clock": lab.clock,
        "branches": "changes" in type(knobs).model_fields,
        "training": _training(lab, knobs),
        "readouts": [asdict(readout) for readout in lab.readouts],
        "maths": [{"sentence": sentence, "mathml": mathml(latex)} for sentence, latex in lab.maths],
        "palette": PALETTE,
        "parts": [part_json(part, knobs) for part in lab.stage(knobs)],
    }
    return json.dumps(described, cls=PlotlyJSONEncoder, separators=(",", ":"))


def _training(lab: Lab, knobs: Knobs) -> str | None:
    """What names the training where knobs are applied behind it: runs alike in it open behind it."""
    after = any(spec.after for spec in specs(type(knobs)).values())
    return json.dumps([lab.path, knobs.training()], sort_keys=True) if after else None


def part_json(part: Part, knobs: Knobs) -> dict[str, Any]:
    """A panel or a table as JSON values."""
    described = _table(part) if isinstance(part, Table) else _panel(part)
    return {**described, "bindings": [_binding(binding, knobs) for binding in part.bindings]}


def _panel(panel: Panel) -> dict[str, Any]:
    drawn = panel.figure.to_plotly_json()
    drawn["layout"].pop("template", None)
    return {
        "part": "panel", "name": panel.name, "alt": panel.alt, "size": panel.size, "log": panel.log, "fit": panel.fit,
        "data": drawn["data"], "layout": drawn["layout"],
    }  # fmt: skip


def _table(table: Table) -> dict[str, Any]:
    return {**asdict(table), "part": "table"}


def _binding(binding: Any, knobs: Knobs) -> dict[str, Any]:
    """The binding's fields; a gesture also gets the value that its knob has now."""
    now = {"value": write(getattr(knobs, binding.knob))} if isinstance(binding, Edit) else {}
    return {"kind": type(binding).__name__.lower(), **asdict(binding), **now}


@cache
def mathml(latex: str) -> str:
    r"""The formula as MathML; `\cell{train_loss}` becomes a cell in which the player writes that metric."""
    parts = latex.split(r"\cell{")
    names = [part.split("}", 1)[0] for part in parts[1:]]
    marked = parts[0] + "".join(rf"\text{{cell{i}}}" + part.split("}", 1)[1] for i, part in enumerate(parts[1:]))
    made = convert(marked, display="block")
    for i, name in enumerate(names):
        made = made.replace(f"<mtext>cell{i}</mtext>", f'<mtext data-metric="{name}">–</mtext>')
    return made
