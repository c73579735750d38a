"""What a trigger event is still worth, day by day (index-spec section 5)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext


def points_bp(points: int, window_days: int, half_life_days: int) -> tuple[int, ...]:
    """Return the worth in basis points on each day since the start: round_half_even(100 p 2^(-days/h)).

    Computed with 50 decimal digits, so that every machine gets the same integers. Whole half-lives are exact;
    between them the worth is irrational, so it is never a tie, and the digits tell which side it is on.
    """
    with localcontext() as context:
        context.prec = 50
        one_day = Decimal(2) ** (Decimal(-1) / half_life_days)
        fractions = [Decimal(100 * points)]
        for _ in range(1, min(half_life_days, window_days)):
            fractions.append(fractions[-1] * one_day)
        exact = (fractions[day % half_life_days] / 2 ** (day // half_life_days) for day in range(window_days))
        return tuple(int(one.quantize(Decimal(1), ROUND_HALF_EVEN)) for one in exact)
