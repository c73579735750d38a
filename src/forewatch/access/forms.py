"""The forms of signing in, in our words; allauth checks what is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, SetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from forewatch.access.actions import spend_code
from forewatch.access.adapters import WRONG_CODE
from forewatch.access.first_codes import plain, was_given
from forewatch.access.models import User

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code", "autofocus": True}


NO_PASSWORD = _("A code from a strip of paper is no password. Choose one of your own.")


def _say(field: forms.Field, label: Any, help_text: Any = "", **attributes: Any) -> None:
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


def _say_twice(fields: Mapping[str, forms.Field]) -> None:
    _say(
        fields["password1"],
        _("New password"),
        _("At least 15 characters, no name of this place, and no password that is used elsewhere."),
    )
    _say(fields["password2"], _("New password, once more"))


def _their_own(user: User, password: str) -> str:
    if was_given(user=user, password=password):
        raise forms.ValidationError(NO_PASSWORD)
    return password


class SignIn(LoginForm):  # type: ignore[misc]
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["login"], _("User name"), autocapitalize="none", spellcheck="false", autofocus=True)
        _say(self.fields["password"], _("Password"), _("Forgotten? Your administrator gives you a new one."))


class PasswordAgain(ReauthenticateForm):  # type: ignore[misc]
    """The password, once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password"], _("Password"), autofocus=True)


class NewPassword(ChangePasswordForm):  # type: ignore[misc]
    """The old password, and twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["oldpassword"], _("Your password now"))
        _say_twice(self.fields)

    def clean_password1(self) -> str:
        """Return the new password, unless others may have read it on paper."""
        return _their_own(self.user, self.cleaned_data["password1"])


class FirstPassword(SetPasswordForm):  # type: ignore[misc]
    """A password for somebody who signs in without one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_twice(self.fields)

    def clean_password1(self) -> str:
        """Return the new password, unless others may have read it on paper."""
        return _their_own(self.user, self.cleaned_data["password1"])


def _once(form: AuthenticateForm, code: str) -> str:
    """Take a code of an app that was right, unless it was used before, by whichever process."""
    if form.authenticator.type == Authenticator.Type.TOTP and not spend_code(user=form.user):
        raise forms.ValidationError(WRONG_CODE)
    return code


class Code(AuthenticateForm):  # type: ignore[misc]
    """The code of an app, or a recovery code."""

    def clean_code(self) -> str:
        """Return the code, which opens once."""
        return _once(self, super().clean_code())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["code"], _("Code"), **CODE)


class CodeAgain(CodeAgainForm):  # type: ignore[misc]
    """A code, once more."""

    def clean_code(self) -> str:
        """Return the code, which opens once."""
        return _once(self, super().clean_code())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["code"], _("Code"), **CODE)


class FirstCode(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app, which proves that the app has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["code"], _("Code"), **(CODE | {"autofocus": False}))


class NewPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey and its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], _("Name of this device"))
        _say(
            self.fields["passwordless"],
            _("Sign in with this passkey alone, without a password"),
            _("For your own phone or computer. Without it, the passkey is asked for after the password."),
        )
        self.fields["passwordless"].initial = True


class PasskeyName(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], _("Name of this device"))


class FirstSignIn(forms.Form):
    """The code from the printed strip, and the password to be."""

    username = forms.CharField(label=_("User name"), max_length=40)
    first_code = forms.CharField(
        label=_("First sign-in code"),
        help_text=_("Seven groups of four, from the strip of paper you were given."),
        max_length=40,
    )
    password1 = forms.CharField(widget=forms.PasswordInput, strip=False)
    password2 = forms.CharField(widget=forms.PasswordInput, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self.fields["username"], _("User name"), autocapitalize="none", spellcheck="false", autofocus=True
        )
        self.fields["first_code"].widget.attrs.update(
            {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off", "class": "code"}
        )
        _say_twice(self.fields)
        for name in ("password1", "password2"):
            self.fields[name].widget.attrs["autocomplete"] = "new-password"

    def clean(self) -> dict[str, Any]:
        """Check that the password is a good one and typed twice alike, before the code is spent."""
        typed = super().clean() or {}
        first, second = typed.get("password1"), typed.get("password2")
        if first:
            try:
                validate_password(first, User(username=typed.get("username", "")))
            except forms.ValidationError as problem:
                self.add_error("password1", problem)
            if plain(first) == plain(typed.get("first_code", "")):
                self.add_error("password1", NO_PASSWORD)
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ. Type the new one twice alike."))
        return typed
