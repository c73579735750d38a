"""Forms of intake: a file, its mapping, its codes, a profile, a source."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from forewatch.analysis.definition import Definition, Kind, Level, Variable
from forewatch.intake.mapping import SOMEBODY, Chosen
from forewatch.intake.profiles.structure import NOTHING
from forewatch.intake.profiles.suggesting import suggest, suggest_codes
from forewatch.intake.values.dates import Era
from forewatch.register.models import Source
from forewatch.register.rules.text import arabic_digits

MAX_PROFILE = 200_000
_CODE = 22
"""Letters of a title that its profile's code takes."""


class UploadForm(forms.Form):
    """A file, whose it is, and the day it speaks of."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, XLSX or Parquet, up to 200 MB."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.parquet"}),
    )
    source = forms.ModelChoiceField(
        Source.objects.none(),
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Who collected this, under which agreement."),
    )
    observed_on = forms.CharField(
        label=gettext_lazy("Day observed"),
        help_text=gettext_lazy("Used for rows whose file has no date column, like 5/7/2567 or 2024-07-05."),
        max_length=40,
    )

    def __init__(self, *args: Any, **others: Any) -> None:
        super().__init__(*args, **others)
        source = self.fields["source"]
        assert isinstance(source, forms.ModelChoiceField)
        source.queryset = Source.objects.select_related("agency")
        self.fields["observed_on"].initial = timezone.localdate().isoformat()

    def clean_observed_on(self) -> Any:
        """Return the day, in whichever era it was written."""
        from forewatch.intake.values.dates import read_day
        from forewatch.intake.values.faults import BadValue
        from forewatch.intake.words import advice, title

        try:
            return read_day(arabic_digits(self.cleaned_data["observed_on"]), Era.EITHER, timezone.localdate())
        except BadValue as problem:
            raise forms.ValidationError(
                f"{title(problem.fault)}: {advice(problem.fault, problem.hint)}"
            ) from None


def label_of(variable: Variable) -> str:
    """Return a variable's label in the reader's language."""
    return variable.label.get(get_language() or "en", variable.label["en"])


def identifiers() -> list[tuple[str, Any]]:
    """Return what columns may identify, in words."""
    return [
        ("observed_on", _("Day observed")),
        ("area", _("Area code (village or P-code)")),
        ("household", _("Household: the source's own number")),
        ("house", _("House number")),
        ("hamlet", _("Hamlet or moo")),
        ("number", _("Person: citizen number")),
        ("reference", _("Person: the source's own number")),
        ("member", _("Person: line number in the household")),
        ("title", _("Person: title")),
        ("given", _("Person: given name")),
        ("family", _("Person: family name")),
        ("name", _("Person: whole name in one column")),
        ("sex", _("Person: sex")),
        ("birth", _("Person: birth date")),
        ("age", _("Person: age in years")),
        ("phone", _("Person: telephone")),
    ]


class MappingForm(forms.Form):
    """What each column of a sheet is; who tells people apart; the era of its dates."""

    def __init__(self, columns: Sequence[str], definition: Definition, *args: Any, **others: Any) -> None:
        super().__init__(*args, **others)
        self.columns, self._definition = columns, definition
        choices = self._choices(definition)
        suggested = suggest(columns, definition)
        for number, column in enumerate(columns):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=column, choices=choices, required=False, initial=suggested.get(column, "")
            )
        self.fields["era"] = forms.ChoiceField(
            label=_("Years in this file"),
            choices=[
                (Era.EITHER.value, _("told by their size (2567 or 2024)")),
                (Era.BUDDHIST.value, _("Buddhist era")),
                (Era.COMMON.value, _("common era")),
            ],
        )
        self.fields["people"] = forms.ChoiceField(
            label=_("People in the rows"),
            choices=[
                ("", _("as the columns above say")),
                (SOMEBODY, _("each row is one person whom nothing names (an anonymous survey)")),
            ],
            required=False,
        )

    @staticmethod
    def _choices(definition: Definition) -> list[Any]:
        groups = [
            (_("Asked of each person"), Level.PERSON),
            (_("Asked of each household"), Level.HOUSEHOLD),
            (_("Asked of each area"), Level.AREA),
        ]
        variables = [
            (
                name,
                [
                    (f"v:{one.name}", label_of(one))
                    for one in definition.variables.values()
                    if one.level is level
                ],
            )
            for name, level in groups
        ]
        return [("", _("not used")), (_("Who, where, when"), identifiers()), *variables]

    def clean(self) -> dict[str, Any]:
        """Check that nothing stands in two columns, and that rows can be placed."""
        cleaned = super().clean() or {}
        chosen = self.chosen(cleaned)
        for twice in chosen.twice():
            self.add_error(f"column-{twice}", _("This is chosen for another column already."))
        missing = chosen.missing(self._definition)
        if missing:
            words = {
                "area": _("Choose the column with the area code: without it no row can be placed."),
                "member": _(
                    "A line number tells people only within their household: "
                    "choose the column with the household's number too."
                ),
                "person": _("Say how people are told: by a number, a name, or that nothing names them."),
                "household": _("Say how households are told: by the source's own number of each."),
                "answers": _("Choose at least one question, or a column that says who the people are."),
            }
            self.add_error(None, words[missing])
        return cleaned

    def chosen(self, cleaned: Mapping[str, Any]) -> Chosen:
        """Return what was chosen."""
        targets = tuple(cleaned.get(f"column-{number}", "") for number in range(len(self.columns)))
        era = Era(cleaned.get("era") or Era.EITHER.value)
        return Chosen(tuple(self.columns), targets, era, cleaned.get("people") == SOMEBODY)


class CodesForm(forms.Form):
    """What the codes in the columns of choices mean, and the name by which all this is kept."""

    def __init__(
        self, asked: Sequence[tuple[str, Variable, Sequence[str]]], title: str, *args: Any, **others: Any
    ) -> None:
        super().__init__(*args, **others)
        self.asked = asked
        for number, (_column, variable, values) in enumerate(asked):
            suggested = suggest_codes(values, variable)
            for place, value in enumerate(values):
                self.fields[f"code-{number}-{place}"] = forms.ChoiceField(
                    label=value or _("(empty)"),
                    choices=meanings(variable),
                    required=False,
                    initial=suggested.get(value, ""),
                )
        self.fields["title"] = forms.CharField(
            label=_("Keep this mapping as"),
            max_length=80,
            initial=title,
            help_text=_("Next month's file with the same columns is then read without any work."),
        )

    def groups(self) -> list[tuple[str, str, list[Any]]]:
        """Return the fields of each column: its name, the question, the fields."""
        return [
            (column, label_of(variable), [self[f"code-{number}-{place}"] for place in range(len(values))])
            for number, (column, variable, values) in enumerate(self.asked)
        ]

    def codes(self) -> dict[str, dict[str, str]]:
        """Return the code table of each column."""
        found: dict[str, dict[str, str]] = {}
        for number, (column, _variable, values) in enumerate(self.asked):
            for place, value in enumerate(values):
                found.setdefault(column, {})[value] = self.cleaned_data[f"code-{number}-{place}"]
        return found

    def code(self) -> str:
        """Return the code of the profile, made of its title: only the same title makes its next version."""
        title = self.cleaned_data["title"]
        # A wide low line is a plain one only once it is folded.
        made = slugify(slugify(title).replace("_", "-"))
        code = made[:_CODE].strip("-")
        if code != made or any(one.isalnum() and not one.isascii() for one in title):
            # Thai letters, or a long tail, are not in the code: two titles may look alike without them.
            code = f"{code}-{hashlib.sha256(title.encode()).hexdigest()[:8]}"
        code = code.strip("-")
        return code if code[:1].isalpha() and len(code) > 1 else f"profile-{code or 'new'}"


def meanings(variable: Variable) -> list[tuple[str, Any]]:
    """Return what a code may mean, in words."""
    first = [("", _("set the row aside")), (NOTHING, _("no answer, or does not apply"))]
    if variable.kind is Kind.BOOLEAN:
        return [*first, ("true", _("yes")), ("false", _("no"))]
    language = get_language() or "en"
    labels = {one: variable.choice_labels.get(one, {}) for one in variable.choices}
    return [
        *first,
        *((one, labels[one].get(language) or labels[one].get("en", one)) for one in variable.choices),
    ]


class ProfileForm(forms.Form):
    """A profile as a file or as text."""

    file = forms.FileField(label=gettext_lazy("Profile (YAML)"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or its text"),
        required=False,
        strip=False,
        max_length=MAX_PROFILE,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "code"}),
    )

    def clean(self) -> dict[str, Any]:
        """Take the file's text, when there is one."""
        cleaned = super().clean() or {}
        if cleaned.get("file"):
            try:
                cleaned["text"] = cleaned["file"].read(MAX_PROFILE).decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("This is not UTF-8 text. Save the file as UTF-8."))
        elif not cleaned.get("text", "").strip():
            self.add_error(None, _("Choose a file, or write the profile below."))
        return cleaned
