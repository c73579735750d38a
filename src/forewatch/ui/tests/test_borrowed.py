"""What our libraries say in forms is Thai for Thai readers."""

from __future__ import annotations

import pytest
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation


class Asked(forms.Form):
    """Fields that can be filled in wrongly in each usual way."""

    name = forms.CharField(max_length=5)
    year = forms.IntegerField(max_value=2030)
    day = forms.DateField()
    village = forms.ChoiceField(choices=[("1", "one")])


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"name": "far too long", "year": "12x", "day": "32/13/2024", "village": "9"},
        {"name": "a\0b", "year": "9999", "day": "2024-02-30", "village": "1"},
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_thai(typed: dict[str, str]) -> None:
    with translation.override("th"):
        wrong = [words for field in Asked(typed).errors.values() for words in field]

    assert wrong
    assert [words for words in wrong if not thai(words)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "password"])
def test_what_is_wrong_with_a_password_is_said_in_thai(password: str) -> None:
    with translation.override("th"):
        with pytest.raises(ValidationError) as problem:
            validate_password(password)

        assert [words for words in problem.value.messages if not thai(words)] == []


def thai(words: str) -> bool:
    return "\u0e01" <= words.strip()[:1] <= "\u0e5b"
