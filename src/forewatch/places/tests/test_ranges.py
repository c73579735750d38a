"""What a Range header asks for, by the words of RFC 9110."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.places.ranges import Blocks, OutsideTheFile, Part, part_asked

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-126", (0, 127)),
        ("bytes=500-", (500, 1000)),
        ("bytes=-500", (500, 1000)),
        ("bytes=-5000", (0, 1000)),
        ("bytes=990-5000", (990, 1000)),
        ("bytes=999-999", (999, 1000)),
        ("bytes= 0-9", (0, 10)),
    ],
)
def test_one_range_is_a_part(header, part):
    assert part_asked(header, SIZE) == Part(*part)


@pytest.mark.parametrize(
    "header", ["", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "items=0-5", "bytes=0-1,5-6", "bytes=1.5-2"]
)
def test_anything_else_is_the_whole_file(header):
    assert part_asked(header, SIZE) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=-0"])
def test_beyond_the_end_there_is_nothing(header):
    with pytest.raises(OutsideTheFile):
        part_asked(header, SIZE)


def test_an_empty_file_has_no_part():
    with pytest.raises(OutsideTheFile):
        part_asked("bytes=0-", 0)


@given(st.binary(min_size=1, max_size=300), st.integers(0, 299), st.integers(0, 400))
def test_the_bytes_of_a_part_are_those_of_the_file(content, first, last):
    try:
        part = part_asked(f"bytes={first}-{last}", len(content)) or Part(0, len(content))
    except OutsideTheFile:
        assert first >= len(content)
        return
    read = b"".join(Blocks(BytesIO(content), part))
    assert read == (content[first : last + 1] if first <= last else content)
    assert len(read) == len(part)


def test_a_large_part_comes_in_blocks():
    found = list(Blocks(BytesIO(b"x" * 200_000), Part(10, 200_000)))
    assert [len(one) for one in found] == [65536, 65536, 65536, 199_990 - 3 * 65536]


def test_the_file_is_closed_by_whoever_stops_reading():
    stream = BytesIO(b"x" * 200_000)
    blocks = Blocks(stream, Part(0, 200_000))
    next(blocks)
    blocks.close()
    assert stream.closed
