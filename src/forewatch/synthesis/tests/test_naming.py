from __future__ import annotations

import unicodedata

import numpy as np

from forewatch.synthesis.naming import FIRST, LAST, MIDDLE, place_names


def test_every_name_is_written_in_latin_and_in_thai_letters() -> None:
    for latin, thai in place_names(np.random.default_rng(0), 300):
        assert latin.isascii()
        assert latin.istitle()
        assert all(unicodedata.name(sign).startswith("THAI") for sign in thai)


def test_syllables_stand_for_the_same_sound_in_both_scripts() -> None:
    for part in (FIRST, MIDDLE, LAST):
        latin = {one for one, _ in part}
        assert len({thai for _, thai in part}) == len(latin)


def test_names_follow_the_generator() -> None:
    assert place_names(np.random.default_rng(3), 20) == place_names(np.random.default_rng(3), 20)
    assert place_names(np.random.default_rng(3), 20) != place_names(np.random.default_rng(4), 20)
