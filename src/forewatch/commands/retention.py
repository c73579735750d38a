"""`forewatch retention`: what is past its time, in figures; `--remove` takes away what is over."""

from __future__ import annotations

from datetime import date

from forewatch.commands.serving import open_database


def report(as_of: date | None = None) -> str:
    """Return what is past its time on a day, by default today, as lines of text. Raises SettingMissing."""
    open_database()
    from django.utils import timezone

    from forewatch.rights.retention import SOON, dry_run

    day = as_of or timezone.localdate()
    lines = [f"As of {day}; nothing was removed.", ""]
    for one in dry_run(day):
        lines.append(f"{one.label}: kept for {one.months} months")
        lines.append(f"    {one.past:,} past their time, {one.soon:,} more in the next {SOON} months")
    return "\n".join(lines)


def remove() -> str:
    """Remove closed concerns, answered contests and words of sources past their time, and tell how many.

    Raises SettingMissing.
    """
    open_database()
    from django.utils import timezone

    from forewatch.rights.retention import remove_finished

    gone = remove_finished(timezone.now())
    told = (
        f"{gone['concerns']:,} concerns, {gone['contests']:,} contests, who {gone['sources']:,} sources are, "
        f"and {gone['words']:,} times how one knows"
    )
    return f"Removed with their keys: {told}. People are erased on the word of two colleagues."
