"""YAML text to a tree of nodes that know their line and column; whatever could surprise is refused.

A definition is plain data: one document, no anchors (a few lines could unfold into gigabytes), no tags,
no depth that a reader would drown in. Types are not guessed here: `fields` reads each scalar strictly.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from forewatch.analysis.problems import Place, Report

MAX_BYTES = 1_000_000
MAX_DEPTH = 12

# libyaml is ten times faster than the pure loader and gives the same marks.
_Loader: type[yaml.CSafeLoader] | type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

START = Place(1, 1)

# YAML ends a line at these, editors do not: every later mistake would be told at a wrong line.
_UNSEEN_BREAK = re.compile(r"[\x85\u2028\u2029]")


def place_of(node: yaml.Node) -> Place:
    """Return where a node starts."""
    return _place(node.start_mark)


def read_tree(text: str, report: Report) -> yaml.Node | None:
    """Return the root node of a YAML text; None, with the reason reported, when it cannot be used."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        report.error(START, "file", "too-big", f"the file is larger than {MAX_BYTES:,} bytes; split it")
        return None
    unseen = _UNSEEN_BREAK.search(text)
    if unseen:
        reason = f"an invisible line break (U+{ord(unseen.group()):04X}) stands here; delete it"
        report.error(_at(text, unseen.start()), "file", "unseen-break", reason)
        return None
    try:
        root = yaml.compose(text, Loader=_Loader) if _is_plain(text, report) else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = f"this is not YAML: {error.problem or error.context}"
        report.error(_place(mark) if mark else START, "file", "not-yaml", reason)
        return None
    except (yaml.YAMLError, UnicodeError):
        reason = "the file holds a control character or broken text; save it as plain UTF-8"
        report.error(START, "file", "not-text-file", reason)
        return None
    if root is None and not report.failed:
        report.error(START, "file", "empty", "the file is empty")
    return root


def _is_plain(text: str, report: Report) -> bool:
    """Tell whether the text is one shallow document without anchors and tags; report what is not.

    Events are checked before any node is built, so that a hostile file costs no more than its own length.
    """
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        place = _place(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                report.error(place, "file", "several-documents", "a file holds one index; remove this `---`")
                return False
        if getattr(event, "anchor", None):
            reason = "anchors and aliases are not used here; write the value out in full"
            report.error(place, "file", "anchor", reason)
            return False
        tag = getattr(event, "tag", None)
        if tag:
            reason = f"the tag {tag} is not used here; write the plain value"
            report.error(place, "file", "tag", reason)
            return False
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                report.error(place, "file", "too-nested", f"lists and blocks nest deeper than {MAX_DEPTH}")
                return False
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return True


def place_inside(text: str, node: yaml.ScalarNode, offset: int) -> Place:
    """Return where character `offset` of a scalar's value stands in the file.

    Quotes, escapes and folded lines make the value differ from the text around it, but its visible
    characters stand there in the same order: match them one by one.
    """
    raw = node.start_mark.index
    if node.style in ("|", ">"):
        raw = text.index("\n", raw) + 1
    elif node.style in ("'", '"'):
        raw += 1
    found = raw
    for character in node.value[: offset + 1]:
        if not character.isspace():
            found = text.find(character, raw, node.end_mark.index)
            if found < 0:
                return place_of(node)
            raw = found + 1
    return _at(text, found)


def _at(text: str, index: int) -> Place:
    """Return where a character stands, as editors count."""
    return Place(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def _place(mark: Any) -> Place:
    """Return the place of a mark of either of the two YAML loaders."""
    return Place(mark.line + 1, mark.column + 1)
