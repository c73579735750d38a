"""Events can be taken back: rows that are never changed, shown to whoever sees the event."""

import django.db.models.deletion
import forewatch.access.models
import forewatch.lib.ids
from django.conf import settings
from django.db import migrations, models

from forewatch.lib import append_only, row_security
from forewatch.register.second_lock import OF_TAKEN_BACK

TABLE = "register_takenback"


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in append_only.statements(vendor, TABLE, ("UPDATE",)):
        schema_editor.execute(statement)
    for statement in row_security.statements(vendor, TABLE, OF_TAKEN_BACK):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0017_events_graded"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="event",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="register.event"
            ),
        ),
        migrations.CreateModel(
            name="TakenBack",
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
                ("taken_back_on", models.DateField()),
                ("taken_back_at", models.DateTimeField()),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taken_back",
                        to="register.event",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
