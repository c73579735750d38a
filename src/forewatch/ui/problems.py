"""What cannot be done, said so that a person can act; views raise it, the middleware shows it."""

from __future__ import annotations


class Problem(Exception):  # noqa: N818  a sentence, not a crash
    """A sentence for the person who must act: what is wrong, where, what to do."""

    status = 400


class NotFound(Problem):
    """What was asked for is not there, or not for this person: both read the same."""

    status = 404


class Conflict(Problem):
    """Somebody else changed it meanwhile."""

    status = 409


class TooMany(Problem):
    """This browser asks for more than its share."""

    status = 429


class Full(Problem):
    """The disk of the server has no room left; nothing was saved."""

    status = 507


class Busy(Problem):
    """Somebody else writes for so long, or this takes so long, that it was stopped; it may be tried again."""

    status = 503
