"""The manual of an index: Markdown pages written from its definition, with worked examples that were scored.

One page lists the indicators by domain, each indicator has a page, and one page holds events and gates.
The pages say only what the definition says; to change them, change the definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from forewatch.analysis import describing
from forewatch.analysis.definition import Definition, Indicator, Level, Text, Variable
from forewatch.analysis.examples import Example, check_examples
from forewatch.analysis.expressions import names

COVERAGE = "coverage.md"
ABOUT = {
    Level.PERSON: "the person",
    Level.HOUSEHOLD: "the household",
    Level.AREA: "the area (nearest with an answer)",
}
OUTCOMES = {"not_applicable": "not applicable", "missing": "missing"}
NOTHING = "·"
NEITHER = {"en": "Known to be none of the above.", "th": "ทราบแน่ว่าไม่เข้าข้อใดข้างต้น"}


def write_manual(definition: Definition, examples: Iterable[Example], folder: Path) -> list[Path]:
    """Write the manual into a folder and return its files.

    `coverage.md` is written elsewhere: it is linked when it is there. Pages of indicators that are gone are
    not removed. Raises `DefinitionError`, and writes nothing, when an example does not score as it says.
    """
    examples = tuple(examples)
    check_examples(definition, examples)
    pages = {
        "README.md": _contents(definition, has_coverage=(folder / COVERAGE).is_file()),
        "events.md": _events_and_gates(definition),
    }
    for indicator in definition.indicators.values():
        own = [one for one in examples if one.indicator == indicator.id]
        pages[_page_of(indicator)] = _indicator(definition, indicator, own)
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        (folder / name).write_text(page, encoding="utf-8", newline="\n")
    return [folder / name for name in pages]


# --- the page of contents ------------------------------------------------------------------------------


def _contents(definition: Definition, *, has_coverage: bool) -> str:
    parts = [
        f"# {_english(definition.title) or definition.id}",
        *_others(definition.title),
        *([_english(definition.notes), *_others(definition.notes)] if definition.notes else []),
        f"These pages are written from the definition `{definition.name}`, and every example on them was "
        "scored; to change a page, change the definition.",
        "Each indicator is scored 3 (worst), 2 or 1. Rule 3 is tried first, then rule 2; 1 means known to be "
        "neither. An answer that is not there makes a score *missing*, never low. What does not concern a "
        "person is *not applicable* and does not count.",
    ]
    for domain in definition.domains.values():
        rows = [
            [
                f"[{one.id}]({_page_of(one)})",
                _words(one.label),
                ABOUT[one.level],
                describing.days(one.valid_days),
                str(one.weight),
            ]
            for one in definition.of_domain(domain.id)
        ]
        parts += [
            f"## {_words(domain.label, ' · ')}",
            f"Weight of the domain: {domain.weight}.",
            _table(["", "Indicator", "About", "Answers valid for", "Weight"], rows),
        ]
    more = ["- [Trigger events and gates](events.md)"]
    if has_coverage:
        more.append(f"- [Coverage: how much of each indicator is known]({COVERAGE})")
    parts += [
        "## From scores to a band",
        _list(describing.aggregation(definition)),
        "## More",
        "\n".join(more),
    ]
    return _page(parts)


# --- an indicator --------------------------------------------------------------------------------------


def _indicator(definition: Definition, indicator: Indicator, examples: Sequence[Example]) -> str:
    domain = definition.domains[indicator.domain]
    mentioned = _mentioned(definition, indicator)
    applies = indicator.sources.get("applies")
    parts = [
        f"# {indicator.id} · {_english(indicator.label)}",
        *_others(indicator.label),
        f"[All indicators](README.md) · {_english(domain.label)} · about {ABOUT[indicator.level]} · "
        f"answers valid for {describing.days(indicator.valid_days)} · weight {indicator.weight}",
        f"Applies when {_code(applies)}; otherwise it is not applicable."
        if applies
        else "Applies to everybody.",
        "## Rules",
        _table(["Score", "When", "Rule"], _rules(indicator)),
        *_meanings(definition, mentioned),
        "## What is asked",
        _table(["Variable", "Question", "About", "Answers"], _questions(definition, mentioned)),
    ]
    if examples:
        parts += [
            "## Worked examples",
            f"Fresh answers and the score they give; {NOTHING} is an answer that is not there.",
            _truth_table(definition, examples),
        ]
    if indicator.respond:
        parts += ["## What would lower it", _list(_responses(definition, indicator))]
    parts += ["## Evidence", _cell(indicator.evidence) or "None is given."]
    return _page(parts)


def _rules(indicator: Indicator) -> list[list[str]]:
    rows = []
    for score in (3, 2):
        source = indicator.sources.get(str(score))
        if source is not None:
            rows.append([str(score), _words(indicator.why.get(score, {})), _code(source)])
    neither = {language: text for language, text in NEITHER.items() if language in indicator.label}
    return [*rows, ["1", _words(neither), ""]]


def _mentioned(definition: Definition, indicator: Indicator) -> list[str]:
    """Return all names behind an indicator's expressions, derived names opened up, in the file's order."""
    waiting = [
        name
        for expression in (indicator.applies, indicator.rule3, indicator.rule2)
        if expression
        for name in names(expression)
    ]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            if name in definition.derived:
                waiting += names(definition.derived[name].expression)
    order = [*definition.variables, *definition.derived, *definition.indicators, "age"]
    return [name for name in order if name in found]


def _meanings(definition: Definition, mentioned: Iterable[str]) -> list[str]:
    lines = []
    for name in mentioned:
        if name in definition.derived:
            lines.append(f"`{name}` means {_code(definition.derived[name].source)}")
        elif name in definition.indicators:
            other = definition.indicators[name]
            lines.append(f"`{name}` is the score of [{name} · {_english(other.label)}]({_page_of(other)})")
    return [_list(lines)] if lines else []


def _questions(definition: Definition, mentioned: Iterable[str]) -> list[list[str]]:
    return [
        [
            f"`{one.name}`",
            _words(one.label),
            ABOUT[one.level],
            _answers(one),
        ]
        for name in mentioned
        if (one := definition.variables.get(name))
    ]


def _answers(variable: Variable) -> str:
    if not variable.choices:
        return describing.answers(variable)
    described = []
    for choice in variable.choices:
        words = _words(variable.choice_labels.get(choice, {}), " · ")
        described.append(f"{_code(choice)} {words}".rstrip())
    return "<br>".join(described)


def _truth_table(definition: Definition, examples: Sequence[Example]) -> str:
    given = {name for one in examples for name in one.given}
    variables = [name for name in definition.variables if name in given]
    has_age = any(one.age is not None for one in examples)
    rows = []
    for one in examples:
        answers = [_cell(one.given.get(name, NOTHING)) for name in variables]
        age = [NOTHING if one.age is None else str(one.age)] if has_age else []
        rows.append([*age, *answers, f"**{OUTCOMES.get(one.score, one.score)}**", _cell(one.says)])
    heads = [*(["age"] if has_age else []), *(f"`{name}`" for name in variables), "Score", ""]
    return _table(heads, rows)


def _responses(definition: Definition, indicator: Indicator) -> list[str]:
    return [
        _words(definition.responses.get(code, {}), " · ") or code.replace("_", " ")
        for code in indicator.respond
    ]


# --- events and gates ----------------------------------------------------------------------------------


def _events_and_gates(definition: Definition) -> str:
    parts = ["# Trigger events and gates", "[All indicators](README.md)", "## Events"]
    if definition.events:
        cap = describing.points(definition.aggregation.max_trigger_bp)
        heads = ["", "Event", "About", "Half-life", "Window"]
        heads += [f"{day} d" for day in describing.DAYS_SHOWN]
        parts += [
            "An event adds points to the index. They halve with each half-life and end with the window. "
            f"The table gives them some days after the event; all events together add at most {cap} points.",
            _table(heads, [_event(definition, code) for code in definition.events]),
        ]
        notes = [
            f"{code}: {note}"
            for code, event in definition.events.items()
            for note in describing.event_notes(event, _code)
        ]
        parts += [_list(notes)] if notes else []
    else:
        parts.append("This index has no events.")
    parts.append("## Gates: act now")
    if definition.gates:
        rows = [
            [
                f"`{one.id}`",
                _words(one.label),
                _code(one.source),
                describing.days(one.valid_days),
            ]
            for one in definition.gates
        ]
        parts += [
            "A gate asks for action now, whatever the index says, and never changes the index.",
            _table(["Gate", "Meaning", "When", "Answers valid for"], rows),
        ]
    else:
        parts.append("This index has no gates.")
    return _page(parts)


def _event(definition: Definition, code: str) -> list[str]:
    event = definition.events[code]
    return [
        code,
        _words(event.label),
        describing.levels(event),
        describing.days(event.half_life_days),
        describing.days(event.window_days),
        *(describing.points(describing.worth_on(event, day)) for day in describing.DAYS_SHOWN),
    ]


# --- Markdown ------------------------------------------------------------------------------------------


def _page_of(indicator: Indicator) -> str:
    """Return the file of an indicator's page; a few names are taken, on some disks in upper case too."""
    taken = indicator.id.lower() in ("readme", "events", "coverage")
    return f"{indicator.id}-indicator.md" if taken else f"{indicator.id}.md"


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cell(text: str) -> str:
    """Return text that neither ends a table cell nor starts a tag."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _code(text: str) -> str:
    """Return text as code, in which only a bar would end a table cell."""
    fence = "``" if "`" in text else "`"
    escaped = text.replace("|", "\\|")
    return f"{fence}{escaped}{fence}"


def _english(words: Text) -> str:
    return _cell(words.get("en", ""))


def _others(words: Text) -> list[str]:
    """Return the words in the languages other than English, a paragraph each."""
    return [_cell(text) for language, text in words.items() if language != "en"]


def _words(words: Text, between: str = "<br>") -> str:
    """Return the words in all languages, English first."""
    return between.join(text for text in (_english(words), *_others(words)) if text)
