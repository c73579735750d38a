"""The database itself refuses to change or remove an audit row."""

from django.db import migrations

from forewatch.lib.append_only import statements


def make(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor, "audit_event"):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_first")]
    operations = [migrations.RunPython(make)]
