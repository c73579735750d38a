"""A definition in a terminal: what it asks, how it scores, how it adds up; at most 100 columns wide."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

from forewatch.analysis import describing
from forewatch.analysis.definition import Definition, Event, Indicator

WIDTH = 100


def show(definition: Definition) -> str:
    """Return the whole definition as lines of text, with English labels."""
    title = definition.title.get("en", "")
    lines = [*_wrapped(f"{definition.name}  {title}".rstrip()), *_wrapped(definition.notes.get("en", ""))]
    for domain in definition.domains.values():
        own = definition.of_domain(domain.id)
        size = describing.count(len(own), "indicator")
        heading = f"{domain.label['en']} ({domain.id}), weight {domain.weight}, {size}"
        lines += ["", *_heading(heading)]
        for indicator in own:
            lines += _indicator(indicator)
    if definition.derived:
        lines += ["", *_heading("Derived names")]
        for derived in definition.derived.values():
            lines += _labelled(derived.name, derived.source, 20)
    if definition.events:
        lines += ["", *_heading("Events: points after some days")]
        lines += _events(definition.events.values())
    if definition.gates:
        lines += ["", *_heading("Gates: act now")]
        for gate in definition.gates:
            text = f"{gate.label['en']}: {gate.source} (answers valid for {describing.days(gate.valid_days)})"
            lines += _labelled(gate.id, text, 20)
    lines += ["", *_heading("From scores to a band")]
    for sentence in describing.aggregation(definition):
        lines += _labelled("", sentence, 2)
    return "\n".join(lines) + "\n"


def _indicator(indicator: Indicator) -> list[str]:
    facts = f"{indicator.level}, valid {describing.days(indicator.valid_days)}, weight {indicator.weight}"
    lines = _labelled(indicator.id, f"{indicator.label['en']} ({facts})", 6)
    for word, source in describing.rules(indicator):
        lines += _labelled(f"      {word}", source, 18)
    return lines


def _events(events: Iterable[Event]) -> list[str]:
    shown = "".join(f"{day:>7}" for day in describing.DAYS_SHOWN)
    lines = [f"{'':<8}{'about':<26}{'window':>7}{'half':>6}{shown}  days"]
    for event in events:
        worth = "".join(
            f"{describing.points(describing.worth_on(event, day)):>7}" for day in describing.DAYS_SHOWN
        )
        figures = f"{describing.levels(event):<26}{event.window_days:>7}{event.half_life_days:>6}{worth}"
        # A long code takes its own line, so that the columns below each other stay so.
        code = event.code.ljust(8) if len(event.code) < 8 else f"{event.code}\n{'':<8}"
        lines += [*f"{code}{figures}".splitlines(), *_labelled("", event.label["en"], 8)]
        for note in describing.event_notes(event):
            lines += _labelled("", note, 8)
    return lines


def _heading(text: str) -> list[str]:
    lines = _wrapped(text)
    return [*lines, "-" * len(lines[-1])]


def _labelled(label: str, text: str, indent: int) -> list[str]:
    """Return text beside a label, its further lines under its first."""
    first = label.ljust(indent) if len(label) < indent else f"{label} "
    rest = " " * indent
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, break_on_hyphens=False)
