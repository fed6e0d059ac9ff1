"""From a history to figures: panels, bindings, palette."""

from playground.stage.bindings import (
    Band,
    Cells,
    Choose,
    Edit,
    Extend,
    Layout,
    Lines,
    Marks,
    Open,
    Panel,
    Part,
    Paths,
    Pick,
    Replace,
    Seek,
    Table,
    Text,
    Tiles,
    Weigh,
)
from playground.stage.describe import to_json

__all__ = [
    "Band", "Cells", "Choose", "Edit", "Extend", "Layout", "Lines", "Marks", "Open", "Panel", "Part", "Paths", "Pick",
    "Replace", "Seek", "Table", "Text", "Tiles", "Weigh", "to_json",
]  # fmt: skip
