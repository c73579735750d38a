"""Corrections and merges that wait for a colleague."""

import django.db.models.deletion
import forewatch.access.models
import forewatch.lib.ids
from django.conf import settings
from django.db import migrations, models

from forewatch.lib.row_security import statements
from forewatch.register.second_lock import OF_CORRECTION


def held_already(apps, schema_editor):
    """What was merged before holds: nobody was asked for then."""
    apps.get_model("register", "Merge").objects.update(agreed_at=models.F("made_at"))


def guard(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor, "register_correction", OF_CORRECTION):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0015_people_of_a_household"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=forewatch.lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        default=forewatch.access.models.this_node, editable=False, max_length=16
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("sealed", models.BinaryField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(null=True)),
                ("words", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.AddField(
            model_name="merge",
            name="agreed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="merge",
            name="agreed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="matchproposal",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "to decide"),
                    ("asked", "waits for a colleague"),
                    ("same", "the same person"),
                    ("different", "two persons"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("agreed_by", models.F("made_by")), _negated=True), name="merge_by_two"
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="register.household"
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="record",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="register.record"
            ),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(
                condition=models.Q(("agreed__isnull", True)), fields=["household"], name="correction_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("agreed", True), ("decided_by", models.F("asked_by")), _negated=True),
                name="correction_by_two",
            ),
        ),
        migrations.RunPython(held_already, migrations.RunPython.noop),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
