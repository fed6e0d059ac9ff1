"""Knobs: one frozen model a lab, whose fields alone drive widgets, URL, checks, command line and labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Self, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

RESERVED = frozenset({"lab", "t", "present", "show", "embed", "embed_options", "pin", "talk"})

When = tuple[str, tuple[Any, ...]]
Change = tuple[int, str, float]
"""(step, name, value): after that many updates the knob of that name, or what the lab names so, takes the value."""


def knob(
    default: Any,
    *,
    title: str,
    help: str = "",
    unit: str = "",
    log: bool = False,
    group: Literal["main", "more", "stage"] = "main",
    when: When | None = None,
    le: float | str | None = None,
    labels: Mapping[Any, str] | None = None,
    live: bool = False,
    after: bool = False,
    upload: Literal["image", "text", "table"] | None = None,
    full: Mapping[str, tuple[str, str]] | None = None,
    column_of: str | None = None,
    **bounds: Any,
) -> Any:
    """One field of a `Knobs` model.

    `when` = (other knob, values): in force, shown and linked only there; where the other is several choices, one of
    them must be among the values. `le` may name another knob, whose value then is the upper bound. `labels` are the
    words shown for choices. `group`: in sight, folded under More, or set by a gesture on the stage alone. `live`: may
    change mid-run. `after`: applied to a trained network, does not shape training; where such knobs alone have
    changed, the player opens the run at its first frame whose metric `trained` is 1. `upload`: the knob is the key of a
    visitor's file, "" for none. `full`: for a choice that is a full image set, the set's name and the choice that is
    taken where the set is not here. `column_of`: the knob whose uploaded table has the column that this text names.
    `bounds` are pydantic's (ge, min_length, max_length, pattern).
    """
    extra = {"unit": unit, "log": log, "group": group, "when": when, "labels": dict(labels or {}), "live": live}
    extra |= {"after": after, "upload": upload, "full": dict(full or {}), "column_of": column_of}
    if upload:
        bounds["pattern"] = r"^([0-9a-f]{20})?$"
    extra["at_most"] = le if isinstance(le, str) else None
    if isinstance(le, int | float):
        bounds["le"] = le
    return Field(default, title=title, description=help or None, json_schema_extra=cast("JsonDict", extra), **bounds)


@dataclass(frozen=True)
class Spec:
    """What is known of one knob.

    `kind`: choice, choices (several of them), bool, int, float, ints (a tuple), point (floats), text, upload or changes
    (made mid-run); of an upload, `upload` says what file: image, text or table.
    `low` and `high` bound a number or each item; `items` = (fewest, most) of a tuple or characters of a text.
    """

    name: str
    kind: str
    default: Any
    title: str
    help: str
    unit: str
    log: bool
    group: str
    when: When | None
    at_most: str | None
    live: bool
    after: bool
    upload: str | None
    full: Mapping[str, tuple[str, str]]
    column_of: str | None
    choices: tuple[Any, ...]
    labels: Mapping[Any, str]
    low: float | None
    high: float | None
    items: tuple[int, int | None]

    def label(self, value: Any) -> str:
        """The word shown for a choice."""
        return self.labels.get(value, str(value).replace("_", " "))


class Knobs(BaseModel):
    """The settings of a run: immutable, checked, no infinities. Every lab's knobs have a seed."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    seed: int = knob(
        0, title="Seed", ge=0, le=9999,
        help="Starts every random draw: the same seed gives the same numbers.",
    )  # fmt: skip

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if taken := RESERVED & set(cls.model_fields):
            raise TypeError(f"{cls.__module__}: {', '.join(sorted(taken))} cannot name a knob: links use it already.")

    def in_force(self, name: str) -> bool:
        """Whether the knob has an effect beside the others."""
        when = specs(type(self))[name].when
        if when is None:
            return True
        value = getattr(self, when[0])
        chosen = value if isinstance(value, tuple) else (value,)
        return any(one in when[1] for one in chosen) and self.in_force(when[0])

    def active(self) -> dict[str, Any]:
        """The knobs in force, as JSON values: what names a run."""
        return {name: value for name, value in self.model_dump(mode="json").items() if self.in_force(name)}

    def training(self) -> dict[str, Any]:
        """The knobs in force that shape training, as JSON values: what names trained weights."""
        return {name: value for name, value in self.active().items() if not specs(type(self))[name].after}

    def at(self, step: int) -> Self:
        """The knobs in force for the update that follows so many updates: each live knob as it was changed last."""
        live = {name for name, spec in specs(type(self)).items() if spec.live}
        made = {name: value for at, name, value in self.made if at <= step and name in live}
        kinds = {name: int if specs(type(self))[name].kind == "int" else float for name in made}
        return self.model_copy(update={name: kinds[name](value) for name, value in made.items()})

    @property
    def made(self) -> tuple[Change, ...]:
        """The changes made mid-run, in their order; a lab that allows them has a knob `changes`."""
        return tuple(getattr(self, "changes", ()))

    def changeable(self, step: int, name: str, value: float) -> bool:
        """Whether a change can be made: of a live knob in force, within its bounds, before the last update."""
        spec = specs(type(self)).get(name)
        if spec is None or not spec.live or not self.in_force(name) or not 0 <= step < getattr(self, "steps", 0):
            return False
        high = getattr(self, spec.at_most) if spec.at_most else spec.high
        whole = spec.kind != "int" or value == int(value)
        return whole and (spec.low is None or value >= spec.low) and (high is None or value <= high)

    def called(self, name: str) -> str:
        """What a reader calls that which a change names, where it is no knob."""
        return name

    def changed(self, step: int, name: str, value: float) -> Self:
        """These knobs with one more change; one at the same step under the same name gives way."""
        kept = [one for one in self.made if one[:2] != (step, name)]
        changes = tuple(sorted([*kept, (step, name, value)], key=lambda one: one[0]))
        return type(self).model_validate({**self.model_dump(), "changes": changes})

    def settled(self) -> Self:
        """These knobs as they take effect.

        Those out of force are at their defaults, those above a named bound lowered to it, and changes that cannot be
        made left out.
        """
        changed: dict[str, Any] = {}
        for name, spec in specs(type(self)).items():
            if not self.in_force(name):
                changed[name] = spec.default
            elif spec.at_most and getattr(self, name) > getattr(self, spec.at_most):
                changed[name] = getattr(self, spec.at_most)
        if (kept := tuple(one for one in self.made if self.changeable(*one))) != self.made:
            changed["changes"] = kept
        changed = {name: value for name, value in changed.items() if value != getattr(self, name)}
        return self.model_copy(update=changed).settled() if changed else self


def write(value: Any) -> str:
    """A knob's value in letters, digits and `.-_~`: `8-8` for integers and choices, `0.5_-1` for a point.

    A change is `1200~learning_rate~0.1`.
    """
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return _short(value)
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return "~".join(write(part) for change in value for part in change)
    if isinstance(value, tuple):
        return ("_" if value and isinstance(value[0], float) else "-").join(map(write, value)) or "none"
    return str(value)


def _short(value: float) -> str:
    """The shortest text that reads back as the same float."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    brief = f"{value:g}"
    return brief if float(brief) == value else repr(value)


@cache
def specs(model: type[Knobs]) -> Mapping[str, Spec]:
    """The specs of a model's knobs by name; the seed comes last."""
    found = {name: _spec(name, info) for name, info in model.model_fields.items() if name != "seed"}
    return {**found, "seed": _spec("seed", model.model_fields["seed"])}


def _spec(name: str, info: FieldInfo) -> Spec:
    extra: dict[str, Any] = info.json_schema_extra or {}  # type: ignore[assignment]
    kind, item, choices = _kind(info.annotation)
    bounds = _bounds([*info.metadata, *_metadata(item)])
    return Spec(
        name=name, kind="upload" if extra["upload"] else kind, default=info.default, title=info.title or name,
        help=info.description or "", unit=extra["unit"], log=extra["log"], group=extra["group"], when=extra["when"],
        at_most=extra["at_most"], live=extra["live"], after=extra["after"], upload=extra["upload"], full=extra["full"],
        column_of=extra["column_of"],
        choices=choices, labels=extra["labels"], low=bounds.get("ge"), high=bounds.get("le"),
        items=(bounds.get("min_length", 0), bounds.get("max_length")),
    )  # fmt: skip


def _kind(annotation: Any) -> tuple[str, Any, tuple[Any, ...]]:
    """(kind, type of one item, choices) of a field's annotation."""
    if get_origin(annotation) is Literal:
        return "choice", None, get_args(annotation)
    if get_origin(annotation) is tuple:
        item = get_args(annotation)[0]
        bare = item.__origin__ if hasattr(item, "__metadata__") else item
        if get_origin(bare) is Literal:
            return "choices", item, get_args(bare)
        if get_origin(bare) is tuple:
            return "changes", None, ()
        return ("ints" if bare is int else "point"), item, ()
    kinds = {bool: "bool", int: "int", float: "float", str: "text"}
    if annotation not in kinds:
        raise TypeError(f"A knob cannot be a {annotation}.")
    return kinds[annotation], None, ()


def _metadata(item: Any) -> list[Any]:
    """The annotations of a tuple's item: pydantic wraps bounds in a FieldInfo."""
    found: list[Any] = []
    for one in getattr(item, "__metadata__", ()):
        found += one.metadata if isinstance(one, FieldInfo) else [one]
    return found


def _bounds(metadata: list[Any]) -> dict[str, Any]:
    names = ("ge", "le", "min_length", "max_length")
    return {name: getattr(one, name) for one in metadata for name in names if hasattr(one, name)}
