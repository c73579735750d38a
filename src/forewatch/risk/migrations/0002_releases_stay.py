"""The database itself refuses to change or remove a release: what left cannot be called back."""

from django.db import migrations

from forewatch.lib.append_only import statements


def make(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor, "risk_release"):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("risk", "0001_first")]
    operations = [migrations.RunPython(make)]
