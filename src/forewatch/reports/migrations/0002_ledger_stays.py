"""The database itself refuses to change or remove a row of the ledger."""

from django.db import migrations

from forewatch.lib.append_only import statements


def make(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor, "reports_printing"):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_first")]
    operations = [migrations.RunPython(make)]
