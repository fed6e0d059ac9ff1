"""From a history to figures: panels, bindings, palette."""

from playground.stage.bindings import (
    Band,
    Cells,
    Edit,
    Extend,
    Layout,
    Lines,
    Marks,
    Panel,
    Part,
    Paths,
    Pick,
    Replace,
    Table,
    Text,
    Tiles,
)
from playground.stage.describe import to_json

__all__ = [
    "Band", "Cells", "Edit", "Extend", "Layout", "Lines", "Marks", "Panel", "Part", "Paths", "Pick", "Replace",
    "Table", "Text", "Tiles", "to_json",
]  # fmt: skip
