"""PostgreSQL shows what was handed in only to those who work there."""

from django.db import migrations

from forewatch.lib.row_security import statements
from forewatch.register.second_lock import within


def make(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor, "concerns_concern", within("area_path")):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("concerns", "0002_held"), ("register", "0012_second_lock")]
    operations = [migrations.RunPython(make)]
