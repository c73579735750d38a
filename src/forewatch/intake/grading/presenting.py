"""The page of agreement: figures in words, with what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor
from forewatch.intake.grading import queries, rules
from forewatch.intake.grading.drawing import percent
from forewatch.intake.grading.queries import Difference, Month
from forewatch.intake.grading.rules import Figure


@dataclass(frozen=True)
class Line:
    """A figure as the page shows it: what it asks, value and interval, n, and what is wrong if anything."""

    asks: str
    value: str
    n: int
    means: str
    alarm: str = ""


@dataclass(frozen=True)
class SourceMonth:
    """A source's month with the share that was confirmed."""

    month: Month
    share: str


@dataclass(frozen=True)
class Page:
    """Everything the page shows."""

    lines: Sequence[Line]
    differences: Sequence[Difference]
    months: Sequence[SourceMonth]
    share: int


def page(actor: Actor) -> Page:
    """Return the page of agreement for whoever reads grades."""
    pairs = queries.twice(actor)
    kappa = rules.bootstrapped(queries.agreement(pairs), rules.weighted_kappa)
    apart = queries.apart(actor)
    association, diagonal = rules.bootstrapped(apart, rules.cramers_v), rules.on_the_diagonal(apart)
    months = queries.records_of_sources(actor.today)
    return Page(
        lines=(_kappa(kappa), _association(association), _diagonal(diagonal)),
        differences=queries.differences(pairs),
        months=[SourceMonth(one, _percent(_confirmed(one))) for one in months],
        share=percent(),
    )


def _kappa(figure: Figure) -> Line:
    aim = settings.TERMS.kappa_hundredths
    low = _("Below %(aim).2f: talk about the differences below, and grade some reports together.")
    return Line(
        _("Do two graders say the same?"),
        _decimal(figure),
        figure.n,
        _("Weighted kappa: 1 is full agreement, 0 that of chance. %(aim).2f and more is aimed at.")
        % {"aim": aim / 100},
        low % {"aim": aim / 100} if rules.too_different(figure, aim) else "",
    )


def _association(figure: Figure) -> Line:
    return Line(
        _("Does the grade of a source give away that of what it says?"),
        _decimal(figure),
        figure.n,
        _("Cramér's V: 0 where the two have nothing to do with each other, 1 where one gives the other."),
    )


def _diagonal(figure: Figure) -> Line:
    most = settings.TERMS.diagonal_percent
    high = _(
        "Above %(most)d %%: the two grades are hardly two. Whoever grades words may know too well whose they "
        "are."
    ) % {"most": most}
    return Line(
        _("How many reports have the same grade twice?"),
        _percent(figure),
        figure.n,
        _("The share of 1–A, 2–B, 2–C, 3–D and 3–E. In an older scheme it was 87 %."),
        high if rules.too_alike(figure, most) else "",
    )


def _confirmed(one: Month) -> Figure:
    return rules.share(one.confirmed, one.reports, rules.FEWEST_REPORTS)


def _decimal(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return _("too few")
    return _("%(value).2f (%(low).2f to %(high).2f)") % vars(figure)


def _percent(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return _("too few")
    parts = {name: round(100 * value) for name, value in vars(figure).items() if name != "n"}
    return _("%(value)d %% (%(low)d to %(high)d)") % parts
