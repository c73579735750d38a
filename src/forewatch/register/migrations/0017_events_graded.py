"""Events have the grade and the root of what they come from, as records have."""

import django.db.models.deletion
from django.db import migrations, models

from forewatch.lib.append_only import statements

TABLE = "register_event"
# As records get it: of whoever may stand to gain nothing is known directly.
GRADED = """
UPDATE register_event SET
  root = (SELECT s.root FROM register_source s WHERE s.id = source_id),
  grade = (SELECT CASE WHEN s.kind IN ('employer', 'landlord', 'recruiter') AND s.grade NOT IN ('C', 'D', 'E')
    THEN 'C' ELSE s.grade END FROM register_source s WHERE s.id = source_id)
"""


def grade(apps, schema_editor):
    """Grade what is there, which the database otherwise lets nobody change."""
    vendor = schema_editor.connection.vendor
    # SQLite made the table anew for its columns, and lost what refuses changes.
    on = f" ON {TABLE}" if vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_UPDATE{on}")
    schema_editor.execute(GRADED)
    for statement in statements(vendor, TABLE, ("UPDATE",)):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("register", "0016_corrections_checked")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="grade",
            field=models.CharField(
                blank=True,
                choices=[
                    ("A", "known directly"),
                    ("B", "known indirectly, and corroborated"),
                    ("C", "known indirectly"),
                    ("D", "not known"),
                    ("E", "suspected false"),
                ],
                default="",
                max_length=1,
                verbose_name="grade",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="event",
            name="root",
            field=models.SlugField(
                blank=True, db_index=False, default="", max_length=40, verbose_name="root"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="event",
            name="confirms",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="confirmed_by",
                to="register.event",
            ),
        ),
        migrations.RunPython(grade, migrations.RunPython.noop),
    ]
