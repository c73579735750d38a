"""Parts of a definition in plain English words, for the terminal and the manual."""

from __future__ import annotations

from collections.abc import Callable

from forewatch.analysis.definition import Definition, Event, Indicator, Kind, Variable

DAYS_SHOWN = (0, 30, 90, 180, 365)


def number(units: int, scale: int) -> str:
    """Return units of 10^-scale as a decimal without loss: 25 of 10^-2 is 0.25."""
    sign, digits = "-" if units < 0 else "", str(abs(units)).rjust(scale + 1, "0")
    return f"{sign}{digits}" if scale == 0 else f"{sign}{digits[:-scale]}.{digits[-scale:]}"


def percent(bp: int) -> str:
    """Return basis points as a percentage, without decimals that say nothing."""
    return f"{number(bp, 2).removesuffix('.00')} %"


def points(bp: int) -> str:
    """Return basis points as points of 100, as pages show them."""
    return number(bp, 2)


def count(number: int, word: str) -> str:
    """Return a number of things: `1 indicator`, `1,095 days`."""
    return f"1 {word}" if number == 1 else f"{number:,} {word}s"


def days(number: int) -> str:
    """Return a number of days, in words."""
    return count(number, "day")


def answers(variable: Variable) -> str:
    """Return what can be answered to a question."""
    if variable.kind is Kind.BOOLEAN:
        return "true, false"
    if variable.kind is Kind.CHOICE:
        return ", ".join(variable.choices)
    return f"{number(variable.low, variable.scale)} to {number(variable.high, variable.scale)}"


def worth_on(event: Event, day: int) -> int:
    """Return the basis points an event is worth some days after its start."""
    return event.points_bp[day] if day < len(event.points_bp) else 0


def levels(event: Event) -> str:
    return ", ".join(event.levels)


def event_notes(event: Event, code: Callable[[str], str] = str) -> list[str]:
    """Return what is special about an event, in sentences; `code` marks what is not English."""
    notes = []
    if event.while_active:
        notes.append("Worth its full points while it lasts; it fades once it has ended.")
    if event.counts_if_source:
        when = code(event.counts_if_source)
        notes.append(f"Counts only if {when} (answers valid for {days(event.valid_days)}).")
    return notes


def rules(indicator: Indicator) -> list[tuple[str, str]]:
    """Return the expressions of an indicator as (what they decide, expression), worst score first."""
    named = {"3": "3", "2": "2", "applies": "applies to"}
    return [(word, indicator.sources[key]) for key, word in named.items() if key in indicator.sources]


def aggregation(definition: Definition) -> list[str]:
    """Return how scores become an index and a band, in sentences."""
    how, sentences = definition.aggregation, []
    if how.is_alkire_foster:
        sentences += [
            "Alkire-Foster method: the share of weighted indicators at 3, domain by domain.",
            f"High (poor) from a share of {percent(how.k_bp or 0)}; otherwise low.",
        ]
    elif how.bands:
        bands = how.bands
        many = f", or with at least {bands.high_n3} indicators at 3" if bands.high_n3 else ""
        sentences += [
            "Mean method: weighted mean of the domains, each the weighted mean of its indicators; 0 to 100.",
            f"High from {points(bands.high_bp)} points{many}.",
            f"Medium from {points(bands.medium_bp)} points; else low.",
        ]
    if definition.events:
        sentences.append(f"Events add at most {points(how.max_trigger_bp)} points.")
    for word, threshold in (("Shown, as provisional,", how.show), ("Firm", how.firm)):
        overall, each = percent(threshold.coverage_bp), percent(threshold.domain_coverage_bp)
        sentences.append(f"{word} from {overall} known overall and {each} in each domain.")
    return [*sentences, "A band that no missing answer could change is certain, and always shown."]
