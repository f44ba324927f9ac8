"""A map on paper for the wall game."""

from pathlib import Path

from crowdsim.world.tilemap import TileMap


def write(path: Path, tilemap: TileMap, lang: str) -> Path:
    """Stub."""
    return path
