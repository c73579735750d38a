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
