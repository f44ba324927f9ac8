"""What can be laid over the map, by name and key: the one list that keys, menu, legend and stills read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """Something that can be laid over the map. `name` is a field of `Look`; the key that turns it on and off."""

    name: str
    keys: str
    legend: bool = False  # its colours need a word


LAYERS = (
    Layer("density", "D", legend=True),
    Layer("pressure", "Shift + D", legend=True),
    Layer("squeeze", "S", legend=True),
    Layer("contacts", "C", legend=True),
    Layer("lines", "Shift + F", legend=True),
    Layer("anger", "A", legend=True),
    Layer("legitimacy", "Shift + A", legend=True),
    Layer("gas", "G", legend=True),
    Layer("exits", "E", legend=True),
    Layer("trails", "T"),
    Layer("velocity", "V"),
    Layer("sight", "Shift + V"),
    Layer("rings", "Shift + C"),
    Layer("warnings", "W"),
    Layer("minimap", "M"),
    Layer("unit_labels", "F"),
    Layer("legend", "L"),
)
"""In the order of the menu."""

NAMES = tuple(layer.name for layer in LAYERS)
WITH_LEGEND = tuple(layer.name for layer in LAYERS if layer.legend)
