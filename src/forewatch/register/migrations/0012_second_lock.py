"""PostgreSQL shows rows about people only to whom they are for, whatever a query forgot to ask."""

from django.db import migrations

from forewatch.lib.row_security import statements
from forewatch.register.second_lock import CONDITIONS, FUNCTIONS


def make(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(FUNCTIONS, params=None)
    for table, condition in CONDITIONS.items():
        for statement in statements(vendor, table, condition):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("register", "0011_a_second_person")]
    operations = [migrations.RunPython(make)]
