"""`forewatch rewrap`: what the master key before this one wrapped is wrapped anew, while the server runs."""

from __future__ import annotations

from forewatch.commands.serving import open_database


def rewrap() -> str:
    """Wrap every key and every secret of an authenticator anew, and return the closing words.

    Raises SettingMissing, DoesNotOpen, and CannotUnwrap when neither master key opens something.
    """
    open_database()
    from django.db import transaction

    from forewatch.access.adapters import rewrap_authenticators
    from forewatch.keystore import keys

    done = keys.rewrap()
    with transaction.atomic():
        phones = rewrap_authenticators()
    return (
        f"{done:,} keys and {phones:,} authenticators are wrapped by the new master key. "
        "The old one opens nothing any more: take FOREWATCH_OLD_SEAL_KEY away, or run "
        "`forewatch rotate-keys --done`, and make a backup."
    )


def left() -> str:
    """Return why the old master key cannot go yet, with what to do; nothing when the new one opens all.

    Raises SettingMissing, and DoesNotOpen.
    """
    open_database()
    from forewatch.access.adapters import authenticators_left
    from forewatch.access.models import User
    from forewatch.keystore import keys

    if not User.objects.exists():
        return "Nobody has an account here: is FOREWATCH_DATA_DIR, or DATABASE_URL, that of the server?"
    people, phones = keys.left(), authenticators_left()
    if not people and not phones:
        return ""
    return (
        f"{people:,} keys of people and {phones:,} authenticators do not open by the new master key yet: "
        "without the old one they would be lost. Run: forewatch rewrap"
    )
