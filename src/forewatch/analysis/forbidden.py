"""What no index may rest on: sex, ethnicity, religion and nationality (index-spec section 2).

Documents may count, because an office can put them right; who somebody is may not. Only whole words are
compared, so that `racetrack` or `sexual_violence` is not taken for one of them.
"""

from __future__ import annotations

import re

_WORDS = {
    "sex": ("sex", "sexes", "gender", "genders", "male", "males", "female", "females", "transgender"),
    "ethnicity": (
        "ethnicity", "ethnicities", "ethnic", "race", "races", "racial",
        "tribe", "tribes", "tribal", "caste", "castes",
    ),
    "religion": ("religion", "religions", "religious", "faith"),
    "nationality": ("nationality", "nationalities", "citizenship", "citizenships"),
}  # fmt: skip
_THAI = {
    "เพศ": "sex",
    "เชื้อชาติ": "ethnicity",
    "ชาติพันธุ์": "ethnicity",
    "ชนเผ่า": "ethnicity",
    "ชาวเขา": "ethnicity",
    "ศาสนา": "religion",
    "สัญชาติ": "nationality",
}
_BY_WORD = {word: attribute for attribute, words in _WORDS.items() for word in words}


def forbidden_attribute(name: str) -> str | None:
    """Return the attribute that a name or a choice speaks of, or None."""
    for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name):
        if word.lower() in _BY_WORD:
            return _BY_WORD[word.lower()]
    # Thai is written without spaces between words.
    return next((attribute for word, attribute in _THAI.items() if word in name), None)


def refusal(name: str, attribute: str) -> str:
    """Return the sentence that refuses a name."""
    return (
        f'"{name}" speaks of {attribute}; sex, ethnicity, religion and nationality may not enter an index. '
        "Ask for what a service can change instead"
    )
