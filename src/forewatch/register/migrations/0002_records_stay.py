"""The database itself refuses to change what a source said; erasing and undoing a batch remove whole rows."""

from django.db import migrations

from forewatch.lib.append_only import statements


def make(apps, schema_editor):
    for table in ("register_record", "register_event"):
        for statement in statements(schema_editor.connection.vendor, table, ("UPDATE",)):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("register", "0001_first")]
    operations = [migrations.RunPython(make)]
