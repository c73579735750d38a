"""PostgreSQL shows an assessment only to whom the person is shown."""

from django.db import migrations

from forewatch.lib.row_security import of_person, statements


def make(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor, "risk_assessment", of_person()):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("risk", "0005_publications"), ("register", "0012_second_lock")]
    operations = [migrations.RunPython(make)]
