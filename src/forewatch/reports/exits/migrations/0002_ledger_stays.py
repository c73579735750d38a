"""The database itself refuses to change or remove a row of the ledger, or what somebody decided."""

from django.db import migrations

from forewatch.lib.append_only import statements


def make(apps, schema_editor):
    for table in ("exits_taking", "exits_vote"):
        for statement in statements(schema_editor.connection.vendor, table):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("exits", "0001_first")]
    operations = [migrations.RunPython(make)]
