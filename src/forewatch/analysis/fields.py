"""Strict reading of one YAML block: typed values out, every misfit reported with its place.

YAML itself guesses (`no` is false, `1_000` a number, `2024-01-01` a date); a definition must not
depend on that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import yaml

from forewatch.analysis.definition import Text
from forewatch.analysis.problems import Place, Report, did_you_mean
from forewatch.analysis.yamltree import place_of

MAX_TEXT = 20_000

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"(-?(?:0|[1-9][0-9]{0,17}))(?:\.([0-9]{1,17}))?")
_STRING_TAG = "tag:yaml.org,2002:str"

Option = TypeVar("Option", bound=str)


def is_plain(node: yaml.Node) -> bool:
    """Tell whether a scalar stands without quotes (libyaml writes this style as "")."""
    return isinstance(node, yaml.ScalarNode) and not getattr(node, "style", None)


def kind_of(node: yaml.Node) -> str:
    """Return what a node is, in words for a message."""
    if isinstance(node, yaml.MappingNode):
        return "a block of keys"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    written = str(node.value)[:40]
    if not is_plain(node):
        return f'the text "{written}"'
    return "nothing" if node.tag.endswith(":null") else f"`{written}`"


def read_text(node: yaml.Node, key: str, report: Report) -> str | None:
    """Return a non-empty text; a plain word that YAML takes for something else must be quoted."""
    if not isinstance(node, yaml.ScalarNode):
        report.error(place_of(node), key, "not-text", f"this must be a text, not {kind_of(node)}")
    elif is_plain(node) and node.tag != _STRING_TAG:
        reason = f"this must be a text; YAML reads {kind_of(node)} as something else, so put it in quotes"
        report.error(place_of(node), key, "not-text", reason)
    elif not node.value.strip():
        report.error(place_of(node), key, "empty-text", "this text is empty")
    elif len(node.value) > MAX_TEXT:
        reason = f"this text is longer than {MAX_TEXT:,} characters"
        report.error(place_of(node), key, "text-too-long", reason)
    else:
        return str(node.value)
    return None


def read_whole(node: yaml.Node, key: str, report: Report, low: int, high: int) -> int | None:
    """Return a whole number from `low` to `high`; true, "3" and 3.0 are none."""
    if not is_plain(node) or not _WHOLE.fullmatch(node.value):
        reason = f"this must be a whole number from {low:,} to {high:,}, not {kind_of(node)}"
        report.error(place_of(node), key, "not-whole", reason)
        return None
    value = int(node.value)
    if not low <= value <= high:
        reason = f"{value} is outside the allowed {low:,} to {high:,}"
        report.error(place_of(node), key, "out-of-bounds", reason)
        return None
    return value


def read_units(node: yaml.Node, key: str, report: Report, scale: int) -> int | None:
    """Return an exact decimal in units of 10^-`scale`; more digits than that are an error."""
    match = _DECIMAL.fullmatch(node.value) if is_plain(node) else None
    if match is None:
        report.error(place_of(node), key, "not-number", f"this must be a number, not {kind_of(node)}")
        return None
    whole, fraction = match.group(1), (match.group(2) or "").rstrip("0")
    if len(fraction) > scale:
        kind = "a whole number" if scale == 0 else f"a number with at most {scale} decimals (its `scale`)"
        report.error(place_of(node), key, "too-many-decimals", f"{node.value} is not {kind}")
        return None
    return int(whole + fraction.ljust(scale, "0"))


def read_flag(node: yaml.Node, key: str, report: Report) -> bool | None:
    """Return true or false; YAML's other spellings (yes, on, ...) are refused."""
    if is_plain(node) and node.value in ("true", "false"):
        return bool(node.value == "true")
    report.error(place_of(node), key, "not-flag", f"this must be `true` or `false`, not {kind_of(node)}")
    return None


def read_words(node: yaml.Node, key: str, report: Report) -> Text | None:
    """Return words by language; English is always there."""
    block = read_block(node, key, report)
    if block is None:
        return None
    words = {}
    for language, (key_node, value) in block.entries.items():
        if not LANGUAGE.fullmatch(language):
            reason = f"`{language}` is not a language code like en, th or zh-Hans"
            report.error(place_of(key_node), f"{key}.{language}", "language", reason)
        text = read_text(value, f"{key}.{language}", report)
        if text is not None:
            words[language] = " ".join(text.split())
    if "en" not in block.entries:
        report.error(place_of(node), key, "no-english", "the English words are missing; add `en:`")
        return None
    return words


def read_block(node: yaml.Node, key: str, report: Report, *, ignore_case: bool = False) -> Block | None:
    """Return a block of keys, each there once."""
    if isinstance(node, yaml.MappingNode):
        return Block(node, key, report, ignore_case=ignore_case)
    reason = f"this must be a block of `key: value` lines, not {kind_of(node)}"
    report.error(place_of(node), key or "file", "not-a-block", reason)
    return None


def read_list(node: yaml.Node, key: str, report: Report) -> Sequence[yaml.Node]:
    """Return the nodes of a non-empty list."""
    if not isinstance(node, yaml.SequenceNode):
        report.error(place_of(node), key, "not-a-list", f"this must be a list, not {kind_of(node)}")
        return ()
    if not node.value:
        report.error(place_of(node), key, "empty-list", "this list is empty; fill it or remove it")
    return list(node.value)


def read_text_list(node: yaml.Node, key: str, report: Report) -> tuple[str, ...]:
    """Return a list of different texts."""
    texts: dict[str, None] = {}
    for one in read_list(node, key, report):
        text = read_text(one, key, report)
        if text in texts:
            report.error(place_of(one), key, "repeated", f'"{text}" stands here twice')
        elif text is not None:
            texts[text] = None
    return tuple(texts)


class Entry(NamedTuple):
    """One `name: value` of a block, with the place of the name."""

    name: str
    place: Place
    key: str
    node: yaml.Node


class Block:
    """A YAML mapping being read; remembers which keys it was asked for, so that `finish` knows the others.

    Every reading method reports what is wrong and then returns the default, so that reading goes on.
    """

    def __init__(
        self, node: yaml.MappingNode, key: str, report: Report, *, ignore_case: bool = False
    ) -> None:
        self.node = node
        self.key = key
        self.report = report
        self.entries: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        self._asked: list[str] = []
        seen: dict[str, str] = {}
        for key_node, value in node.value:
            self._enter(key_node, value, seen, ignore_case)

    def _enter(self, key_node: yaml.Node, value: yaml.Node, seen: dict[str, str], ignore_case: bool) -> None:
        if not isinstance(key_node, yaml.ScalarNode):
            self.report.error(place_of(key_node), self.key or "file", "key-form", "a key must be one word")
            return
        name = str(key_node.value)
        folded = name.casefold() if ignore_case else name
        if folded in seen:
            other = (
                ""
                if seen[folded] == name
                else f" (upper and lower case do not tell it from `{seen[folded]}`)"
            )
            reason = f"`{name}` stands here twice{other}; remove or rename one"
            self.report.error(place_of(key_node), self.path(name), "duplicate-key", reason)
            return
        seen[folded] = name
        self.entries[name] = (key_node, value)

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    @property
    def place(self) -> Place:
        return place_of(self.node)

    def path(self, name: str) -> str:
        return f"{self.key}.{name}" if self.key else name

    def place_of_key(self, name: str) -> Place:
        return place_of(self.entries[name][0]) if name in self.entries else self.place

    def node_of(self, name: str, *, required: bool = False) -> yaml.Node | None:
        """Return the value under a key; None when it is absent, reported when it is required."""
        self._asked.append(name)
        if name in self.entries:
            return self.entries[name][1]
        if required:
            self.report.error(self.place, self.path(name), "missing-key", f"`{name}:` is missing here")
        return None

    def text(self, name: str, *, required: bool = False) -> str | None:
        node = self.node_of(name, required=required)
        return None if node is None else read_text(node, self.path(name), self.report)

    def whole(self, name: str, low: int, high: int, *, default: int | None = None) -> int:
        """Return a whole number; the key is required when there is no default."""
        node = self.node_of(name, required=default is None)
        value = None if node is None else read_whole(node, self.path(name), self.report, low, high)
        if value is not None:
            return value
        return low if default is None else default

    def flag(self, name: str) -> bool:
        node = self.node_of(name)
        return node is not None and bool(read_flag(node, self.path(name), self.report))

    def words(self, name: str, *, required: bool = True) -> Text:
        node = self.node_of(name, required=required)
        words = None if node is None else read_words(node, self.path(name), self.report)
        return words or {}

    def one_of(self, name: str, options: Mapping[str, Option]) -> Option | None:
        """Return what one of some fixed words stands for; the key is required."""
        node = self.node_of(name, required=True)
        return None if node is None else read_option(node, self.path(name), self.report, options)

    def texts(self, name: str) -> tuple[str, ...]:
        node = self.node_of(name)
        return () if node is None else read_text_list(node, self.path(name), self.report)

    def block(self, name: str, *, required: bool = False, ignore_case: bool = False) -> Block | None:
        node = self.node_of(name, required=required)
        if node is None:
            return None
        return read_block(node, self.path(name), self.report, ignore_case=ignore_case)

    def each(self) -> list[Entry]:
        """Return all entries, for a block whose keys are names."""
        self._asked.extend(self.entries)
        return [
            Entry(name, place_of(key_node), self.path(name), value)
            for name, (key_node, value) in self.entries.items()
        ]

    def refuse(self, name: str, code: str, reason: str) -> None:
        """Report a key that is known but has no place here."""
        self._asked.append(name)
        if name in self.entries:
            self.report.error(self.place_of_key(name), self.path(name), code, reason)

    def finish(self) -> None:
        """Report every key that nobody asked for."""
        for name, (key_node, _) in self.entries.items():
            if name not in self._asked:
                free = [one for one in self._asked if one not in self.entries]
                reason = f"`{name}` is not a key that belongs here.{did_you_mean(name, free)}"
                self.report.error(place_of(key_node), self.path(name), "unknown-key", reason)


def read_option(node: yaml.Node, key: str, report: Report, options: Mapping[str, Option]) -> Option | None:
    """Return what one of some fixed words stands for."""
    text = read_text(node, key, report)
    if text is None:
        return None
    if text not in options:
        listed = ", ".join(options)
        reason = f'"{text}" is not one of {listed}.{did_you_mean(text, options)}'
        report.error(place_of(node), key, "not-an-option", reason)
        return None
    return options[text]
