"""While the master key changes, others read and make keys at the same moment, and miss none."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.conf import LazySettings
from django.db import connections

from forewatch.keystore import keys
from forewatch.keystore.models import DataKey
from forewatch.lib.ids import new_id

SUBJECTS, AT_ONCE, READERS = 300, 10, 3


@pytest.mark.django_db(transaction=True)
def test_others_read_and_make_keys_while_every_key_is_wrapped_anew(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keys.minted([new_id() for _ in range(SUBJECTS)])
    monkeypatch.setattr(keys, "_AT_ONCE", AT_ONCE)
    settings.OLD_SEAL_KEY, settings.SEAL_KEY = settings.SEAL_KEY, os.urandom(32)
    over, some = Event(), list(before)[:: SUBJECTS // 20]

    def until_over(deed: Callable[[], keys.Keys]) -> list[keys.Keys]:
        done = []
        try:
            while not over.is_set() or not done:
                done.append(deed())
        finally:
            connections.close_all()
        return done

    with ThreadPoolExecutor(READERS + 1) as hands:
        reading = [hands.submit(until_over, lambda: keys.found(some)) for _ in range(READERS)]
        making = hands.submit(until_over, lambda: keys.minted([new_id()]))
        try:
            assert keys.rewrap() >= SUBJECTS
        finally:
            over.set()
        answers = [one for hand in reading for one in hand.result()]
        made = {subject: key for one in making.result() for subject, key in one.items()}

    assert answers
    assert made
    assert all(one == {subject: before[subject] for subject in some} for one in answers)
    # The old master key may go now: whoever was made meanwhile opens with the new one as well.
    settings.OLD_SEAL_KEY = b""
    assert keys.found([*before, *made]) == before | made
    assert DataKey.objects.count() == len(before) + len(made)
