"""Small forms: correcting a record, assigning, planning a step, deciding a match, describing a source."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forewatch.access.decisions import Actor
from forewatch.access.models import Organisation, User
from forewatch.register.actions.citizenship import StepEntry
from forewatch.register.definition import definition
from forewatch.register.forms.choices import graded
from forewatch.register.forms.fields import AnswerField, DayField, ReasonField, WordsField
from forewatch.register.models import (
    Audience,
    CitizenshipStep,
    ConflictOfInterest,
    Grade,
    Handling,
    Record,
    Reliability,
    Source,
)
from forewatch.register.models.sources import INTERESTED
from forewatch.register.queries.caseload import agencies, helpers
from forewatch.register.queries.conflicts import colleagues
from forewatch.register.queries.people import users_to_assign
from forewatch.register.rules.answers import Value
from forewatch.register.rules.codes import read_code


class CorrectionForm(forms.Form):
    """What a record said, to be said anew."""

    observed_on = DayField(label=gettext_lazy("Day it was observed"), max_length=40)
    grade = forms.ChoiceField(
        label=gettext_lazy("How the source knows"),
        choices=[*graded(Grade), ("", gettext_lazy("not graded"))],
        required=False,
    )

    def __init__(self, *args: Any, record: Record, **others: Any) -> None:
        super().__init__(*args, **others)
        known = definition().variables
        self.asked = [name for name in record.values if name in known]
        for name in self.asked:
            self.fields[f"v-{name}"] = AnswerField(known[name])

    def values(self) -> dict[str, Value]:
        """Return what is said now; an answer taken out was not given."""
        said = {name: self.cleaned_data[f"v-{name}"] for name in self.asked}
        return {name: value for name, value in said.items() if value is not None}


class AssignForm(forms.Form):
    """Who shall look after a household."""

    user = forms.ModelChoiceField(label=gettext_lazy("Give it to"), queryset=User.objects.none())

    def __init__(self, *args: Any, actor: Actor, **others: Any) -> None:
        super().__init__(*args, **others)
        self.fields["user"].queryset = users_to_assign(actor)  # type: ignore[attr-defined]


class ConflictForm(forms.Form):
    """Who is to be kept away from a household, and why."""

    user = forms.ModelChoiceField(label=gettext_lazy("Keep away"), queryset=User.objects.none())
    ground = forms.TypedChoiceField(
        label=gettext_lazy("Why"),
        choices=ConflictOfInterest.Ground.choices,
        coerce=ConflictOfInterest.Ground,
    )

    def __init__(self, *args: Any, actor: Actor, **others: Any) -> None:
        super().__init__(*args, **others)
        self.fields["user"].queryset = colleagues(actor)  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """The next step to papers."""

    what = forms.ChoiceField(label=gettext_lazy("Next step"), choices=CitizenshipStep.What.choices)
    due_on = DayField(label=gettext_lazy("Until"), max_length=40, future=True)
    helper = forms.ModelChoiceField(
        label=gettext_lazy("Who helps"), queryset=User.objects.none(), required=False
    )
    agency = forms.ModelChoiceField(
        label=gettext_lazy("Agency"), queryset=Organisation.objects.none(), required=False
    )

    def __init__(self, *args: Any, actor: Actor, **others: Any) -> None:
        super().__init__(*args, **others)
        self.fields["helper"].queryset = helpers(actor)  # type: ignore[attr-defined]
        self.fields["agency"].queryset = agencies()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for somebody who helps."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("helper") and not data.get("agency"):
            self.add_error("helper", _("Name somebody who helps: a person or an agency."))
        return data

    def entry(self) -> StepEntry:
        """Return the step for the action."""
        data = self.cleaned_data
        return StepEntry(data["what"], data["due_on"], data["helper"], data["agency"])


class MergeForm(forms.Form):
    """Which person somebody is too, and how one knows."""

    code = forms.CharField(label=gettext_lazy("Code of the other"), max_length=40)
    reason = WordsField(label=gettext_lazy("How do you know?"), min_length=10, max_length=300)

    def clean_code(self) -> str:
        """Return the code as it stands in the register."""
        return _read(self.cleaned_data["code"])


class BreakGlassForm(forms.Form):
    """Whom somebody has to see at once, for which incident and why."""

    code = forms.CharField(
        label=gettext_lazy("Code of the person"),
        help_text=gettext_lazy("From the colleague who called you, or from the person's own card."),
        max_length=40,
    )
    # It stays in the trail, so that it is a number and no name.
    incident = forms.RegexField(
        r"^\S*\d\S*$",
        label=gettext_lazy("Number of the incident"),
        help_text=gettext_lazy("From the hotline, the police or your own day book; a name is none."),
        error_messages={"invalid": gettext_lazy("Write a number, without spaces: it stays in the trail.")},
        max_length=20,
    )
    reason = ReasonField(
        gettext_lazy("Others will read it."), label=gettext_lazy("What happened, and why can it not wait?")
    )

    def clean_code(self) -> str:
        """Return the code as it stands in the register."""
        return _read(self.cleaned_data["code"])


class DecisionForm(forms.Form):
    """How one knows that two are one."""

    reason = WordsField(label=gettext_lazy("How do you know?"), min_length=10, max_length=300)


class SourceForm(forms.ModelForm[Source]):
    """A source as its agreement describes it."""

    one_person = forms.BooleanField(
        label=gettext_lazy("It is one person"),
        help_text=gettext_lazy(
            "Their name is sealed, only the source handler is shown it, and the code stands for it "
            "everywhere: let neither code nor agreement tell who they are. So it is with every employer, "
            "landlord, recruiter and broker."
        ),
        required=False,
    )

    class Meta:
        model = Source
        fields = (
            *("code", "name", "kind", "agency", "agreement", "tells_people", "grade", "root"),
            *("handling", "conditions", "audience"),
        )

    def __init__(self, *args: Any, **others: Any) -> None:
        super().__init__(*args, **others)
        self.fields["handling"].required = self.fields["audience"].required = False
        if self.instance.who is not None:
            self.fields["one_person"].initial = True
            self.initial["name"], self.fields["name"].required = "", False
            self.fields["name"].help_text = gettext_lazy("Empty: who it is stays as it was said.")
        self.order_fields(("code", "name", "kind", "one_person"))

    def clean(self) -> dict[str, Any]:
        """Ask for the conditions where there are some."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["handling"] = data.get("handling") or Handling.PERMITTED
        data["audience"] = data.get("audience") or Audience.HELPERS
        if data.get("handling") == Handling.CONDITIONS and not data.get("conditions"):
            self.add_error("conditions", _("Write the conditions under which it may be passed on."))
        data["one_person"] = data["one_person"] or data.get("kind") in INTERESTED
        if not data.get("name") and self.instance.who is not None:
            if not data["one_person"]:
                self.add_error("name", _("Write a name: from now on everybody reads it."))
            data["name"] = data.get("code", "")
        return data


class SourceGradeForm(forms.Form):
    """How far a source can be relied on, and how one knows."""

    reliability = forms.TypedChoiceField(
        label=gettext_lazy("How far can it be relied on?"),
        help_text=gettext_lazy("What a source that is not reliable says is shown, and counts for nothing."),
        choices=graded(Reliability),
        coerce=Reliability,
        widget=forms.RadioSelect,
    )
    reason = WordsField(
        label=gettext_lazy("How do you know?"),
        help_text=gettext_lazy("From its record, without names of people."),
        min_length=10,
        max_length=300,
    )


def _read(written: str) -> str:
    code = read_code(written)
    if code is None:
        raise forms.ValidationError(_("This is no code: a character is wrong or missing."))
    return code
