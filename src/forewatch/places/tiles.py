"""Outlines of the areas in force as one PMTiles archive, with a layer for each level, for maps on pages."""

from __future__ import annotations

import json
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import shapely
from django.conf import settings

from forewatch.lib.folders import written_aside
from forewatch.places.models import Area, Level

ARCHIVE = "areas.pmtiles"
LAYERS: Mapping[Level, str] = {
    Level.COUNTRY: "country",
    Level.PROVINCE: "province",
    Level.DISTRICT: "district",
    Level.SUB_DISTRICT: "sub_district",
    Level.VILLAGE: "village",
}
FIRST_ZOOM: Mapping[Level, int] = {
    Level.COUNTRY: 0,
    Level.PROVINCE: 0,
    Level.DISTRICT: 3,
    Level.SUB_DISTRICT: 5,
    Level.VILLAGE: 8,
}
"""Where a layer begins: further out its areas are smaller than a dot."""
LAST_ZOOM = 11
"""A unit of a tile is 5 m there; a map draws deeper zooms from the same tiles."""

_HOW = (
    "--quiet",
    "--force",
    f"--maximum-zoom={LAST_ZOOM}",
    # Every area stays itself, however small and however many: a missing one would read as nobody surveyed.
    "--no-tiny-polygon-reduction",
    "--no-feature-limit",
    "--no-tile-size-limit",
    # Neighbours keep the same border after it is simplified.
    "--no-simplification-of-shared-nodes",
    "--name=areas",
)


class TilesFailed(RuntimeError):  # noqa: N818  a sentence for the administrator
    """The archive could not be made; the one there was is still there."""


def archive() -> Path:
    """Return where the archive lies, or would."""
    return Path(settings.DATA_DIR) / "tiles" / ARCHIVE


def build_tiles() -> int:
    """Write the archive anew from the areas in force, and return how many outlines it holds.

    Without outlines there is no archive. Raises TilesFailed.
    """
    file = archive()
    count = 0
    try:
        with (
            written_aside(file.parent, of_ours=(ARCHIVE,)) as aside,
            tempfile.TemporaryDirectory() as scratch,
        ):
            features = Path(scratch) / "areas.ndjson"
            with features.open("w", encoding="utf-8") as sink:
                for feature in _features():
                    sink.write(feature + "\n")
                    count += 1
            if count:
                _run(features, aside / ARCHIVE, scratch)
    except OSError as problem:
        raise TilesFailed(f"The tiles could not be written: {problem}.") from problem
    return count


def _features() -> Iterator[str]:
    columns = ("code", "level", "name", "name_local", "geometry")
    outlined = Area.objects.filter(valid_to__isnull=True, geometry__isnull=False).order_by("path")
    for code, number, name, name_local, geometry in outlined.values_list(*columns).iterator():
        level = Level(number)
        yield json.dumps(
            {
                "type": "Feature",
                "tippecanoe": {"layer": LAYERS[level], "minzoom": FIRST_ZOOM[level]},
                "properties": {"code": code, "level": number, "name": name, "name_local": name_local},
                "geometry": json.loads(shapely.to_geojson(shapely.from_wkb(bytes(geometry)))),
            },
            ensure_ascii=False,
        )


def _run(features: Path, out: Path, scratch: str) -> None:
    # Beside the interpreter: a server has our programs on no path.
    program = Path(sysconfig.get_path("scripts")) / "tippecanoe"
    if not program.exists():
        raise TilesFailed(f"{program} is not there. Install Forewatch's packages anew.")
    where = (f"--temporary-directory={scratch}", f"--output={out}", "--read-parallel", str(features))
    done = subprocess.run([str(program), *_HOW, *where], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise TilesFailed(f"tippecanoe ended with status {done.returncode}: {last}")
