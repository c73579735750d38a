"""Problems stand where the eye finds them, however the YAML is written, and no text breaks the linter."""

from __future__ import annotations

import string

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from forewatch.analysis.linting import examine
from forewatch.analysis.problems import Report
from forewatch.analysis.tests.mistakes import SMALL
from forewatch.analysis.yamltree import place_inside, read_tree

words = st.lists(
    st.one_of(
        st.text(alphabet=string.ascii_letters + "_<>=()ไทยก'\"\\", min_size=1, max_size=6),
        st.sampled_from(["and", "it's", "''", '"', "\\n", "a\\b"]),
    ),
    min_size=1,
    max_size=6,
)


def single(parts: list[str]) -> str:
    return "'" + " ".join(parts).replace("'", "''") + "'"


def double(parts: list[str]) -> str:
    return '"' + " ".join(parts).replace("\\", "\\\\").replace('"', '\\"') + '"'


def folded(parts: list[str]) -> str:
    return ">-\n" + "\n".join(f"      {part}" for part in parts)


def literal(parts: list[str]) -> str:
    return "|\n" + "\n".join(f"      {part}" for part in parts)


def broken(parts: list[str]) -> str:
    """Return a single-quoted scalar over several lines."""
    return "'" + "\n      ".join(part.replace("'", "''") for part in parts) + "'"


@settings(max_examples=200, deadline=None)
@given(words, st.sampled_from([single, double, folded, literal, broken]), st.data())
def test_a_character_of_a_value_is_found_in_the_text_around_it(parts, style, data):
    text = f"# ไทย\nlist:\n  - key: {style(parts)}\n    next: 1\n"
    root = read_tree(text, Report("x"))
    assert isinstance(root, yaml.MappingNode)
    scalar = root.value[0][1].value[0].value[0][1]
    offset = data.draw(st.integers(0, len(scalar.value) - 1))
    if scalar.value[offset].isspace():
        return
    place = place_inside(text, scalar, offset)
    line = text.split("\n")[place.line - 1]
    assert line[place.column - 1] in (scalar.value[offset], "\\")
    assert place.line >= 3


SCRAPS = [
    *[
        "[",
        "]",
        "{",
        "}",
        ":",
        "'",
        '"',
        "\n",
        "  ",
        "- ",
        "&a ",
        "*a",
        "!x ",
        "#",
        "|",
        ">",
        "%",
        "\t",
        "\u2028",
    ],
    *[
        "null",
        "true",
        "yes",
        "3",
        "-1",
        "0.5",
        "1e9",
        "id: H1\n",
        "(",
        ")",
        "not ",
        "and ",
        "in ",
        "==",
        "[]",
        "{}",
    ],
    *["age", "S1", "H1", "unsafe", "ill", "visits", "'none'", "label", "rules:", "3:", "2:", "ก"],
]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Draw the small index with a few characters lost, scraps put in, and lines swapped or doubled."""
    text = SMALL
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            start = draw(st.integers(0, len(text) - 1))
            end = start + draw(st.sampled_from([0, 0, 1, 3, 20]))
            text = text[:start] + draw(st.sampled_from(["", *SCRAPS])) + text[end:]
        else:
            lines = text.split("\n")
            one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
            lines[one] = lines[other]
            text = "\n".join(lines)
    return text


@settings(max_examples=400, deadline=None)
@given(damaged())
def test_a_damaged_file_is_told_not_crashed_on(text):
    definition, problems = examine(text, "x.yaml")
    assert (definition is None) == any(one.severity == "error" for one in problems)
    for one in problems:
        assert 1 <= one.line <= text.count("\n") + 2
        assert one.column >= 1
        assert one.key
        assert one.reason
        assert one.code
        assert str(one).startswith(f"x.yaml:{one.line}:{one.column}: {one.key}: ")
