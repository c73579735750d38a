"""PostgreSQL shows what was handed in only to those who work there."""

from django.db import migrations

from forewatch.lib.row_security import statements
from forewatch.register.second_lock import IN_AREA, by_reader


def make(apps, schema_editor):
    for statement in statements(
        schema_editor.connection.vendor, "rights_contest", f"{IN_AREA} OR {by_reader('filed_by_id')}"
    ):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("rights", "0002_erasures"), ("register", "0012_second_lock")]
    operations = [migrations.RunPython(make)]
