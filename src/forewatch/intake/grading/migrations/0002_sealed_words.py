"""How a source knows what it says lies sealed: the words may tell who it is."""

from django.db import migrations, models

from forewatch.access.rules import DataClass
from forewatch.access.sealing import seal
from forewatch.lib.append_only import statements

TABLE = "grading_grading"


def let_change(apps, schema_editor):
    of = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER {TABLE}_no_UPDATE{of}")


def seal_words(apps, schema_editor):
    gradings = apps.get_model("grading", "Grading")
    for one in gradings.objects.exclude(in_clear="").iterator():
        one.how_known = seal(one.in_clear, table="grading", row=one.pk, data_class=DataClass.SOURCE)
        one.save(update_fields=["how_known"])


def refuse_again(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor, TABLE, ("UPDATE",)):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("grading", "0001_first")]
    operations = [
        migrations.RunPython(let_change),
        migrations.RenameField("grading", "how_known", "in_clear"),
        migrations.AddField("grading", "how_known", models.BinaryField(null=True)),
        migrations.RunPython(seal_words),
        migrations.RemoveField("grading", "in_clear"),
        migrations.RunPython(refuse_again),
    ]
