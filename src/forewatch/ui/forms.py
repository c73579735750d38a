"""How forms look, everywhere the same."""

from __future__ import annotations

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Draws each field with its label, its help and what is wrong with it, from `ui/field.html`."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
