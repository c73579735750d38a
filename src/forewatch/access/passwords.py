"""What a password may not be: words of this place, what many use, and what leaked elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from forewatch.access import breached
from forewatch.access.models import Organisation, User

ALWAYS = ("forewatch", "password", "รหัสผ่าน")
"""Words that no password gains by, wherever it stands."""
SHORTEST_WORD = 4
LEFT = 8
"""So many signs must be left of a password without the words of this place."""
SHORTEST_PIECE = 3
SHORTEST_PERIOD = 6


def plain(text: str) -> str:
    """Return letters and digits alone, as words are compared whatever stands between them."""
    return "".join(one for one in text.casefold() if one.isalnum() or "\u0e00" <= one <= "\u0e7f")


def words_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of names, and the names as a whole, that are long enough to count."""
    found = {plain(part) for text in texts for part in (text, *re.split(r"[\s.\-_/,;()]+", text))}
    return frozenset(one for one in found if len(one) >= SHORTEST_WORD)


def without(text: str, words: Iterable[str]) -> str:
    """Return what is left of a password without these words, the longest taken out first."""
    left = plain(text)
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return left


def period(text: str) -> str:
    """Return the piece that a text repeats: `abcabcab` repeats `abc`; one that repeats nothing is its own."""
    return next((text[:n] for n in range(1, len(text)) if (text[:n] * len(text)).startswith(text)), text)


def made_of(text: str, pieces: int, known: Callable[[str], bool]) -> bool:
    """Tell whether a text is nothing but so many known pieces, each as often as one likes."""
    if not text:
        return True
    if not pieces:
        return False
    for n in range(len(text), SHORTEST_PIECE - 1, -1):
        piece, rest = text[:n], text
        if known(piece):
            while rest.startswith(piece):
                rest = rest[n:]
            if made_of(rest, pieces - 1, known):
                return True
    return False


class LocalWords:
    """Refuses passwords that are little more than names: of offices, areas, the account and the program.

    `words` are the office's own; `sources` name functions that return more.
    """

    def __init__(self, words: Sequence[str] = (), sources: Sequence[str] = ()) -> None:
        self.words, self.sources = tuple(words), tuple(sources)

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError where too little is left without them."""
        if len(without(password, self.all(user))) < LEFT:
            raise ValidationError(
                _(
                    "This password is little more than a name of this place or of yours. "
                    "Take words that have nothing to do with either."
                ),
                code="local_words",
            )

    def all(self, user: User | None = None) -> frozenset[str]:
        """Return every word that is held against a password of this user."""
        offices = Organisation.objects.values_list("code", "name", "name_local")
        texts = [*ALWAYS, *self.words, *(name for row in offices for name in row)]
        for source in self.sources:
            texts += import_string(source)()
        if user is not None:
            texts += [user.username, user.name]
        return words_in(texts)

    def get_help_text(self) -> str:
        """Say it before it is typed."""
        return _("Take words that have nothing to do with this place or with your name.")


@cache
def common() -> frozenset[str]:
    """Return the passwords that many use, as Django ships them."""
    return frozenset(plain(one) for one in CommonPasswordValidator().passwords)


class NotGuessedFirst:
    """Refuses what is tried first: common passwords, one or two joined or repeated, short things repeated."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for such a password."""
        text = plain(password)
        repeated = period(text)
        if len(repeated) < SHORTEST_PERIOD or any(
            made_of(one, 2, common().__contains__) for one in {repeated, text, text.rstrip("0123456789")}
        ):
            raise ValidationError(
                _("Many use this password, or repeat what many use: it is tried first. Choose another one."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """Say it before it is typed."""
        return _("Do not repeat or join what many use.")


class NotBreached:
    """Refuses passwords that stand in a list of leaked ones, which the administrator keeps here."""

    def __init__(self, where: str = "") -> None:
        self.where = Path(where) if where else None

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a leaked password; without a list nothing is refused here."""
        if self.where is not None and breached.holds(self.where, password):
            raise ValidationError(
                _("This password leaked from another site: whoever guesses has it. Choose another one."),
                code="breached",
            )

    def get_help_text(self) -> str:
        """Say it before it is typed."""
        return _("Take none that you use elsewhere.")
