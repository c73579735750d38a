"""What a trigger event is still worth, day by day (index-spec section 5)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext


def points_bp(points: int, window_days: int, half_life_days: int) -> tuple[int, ...]:
    """Return the worth in basis points on each day since the start: round_half_even(100 p 2^(-days/h)).

    Computed with 50 decimal digits, so that every machine gets the same integers; a power of two with a whole
    exponent is exact, and any other is irrational and so never a tie.
    """
    with localcontext() as context:
        context.prec = 50
        full, half_life = Decimal(100 * points), Decimal(half_life_days)
        return tuple(
            int((full * Decimal(2) ** (-day / half_life)).quantize(Decimal(1), ROUND_HALF_EVEN))
            for day in range(window_days)
        )
