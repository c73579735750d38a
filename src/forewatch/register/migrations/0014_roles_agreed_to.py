"""The second lock knows of roles that wait for a second person; its functions are made anew."""

from django.db import migrations

from forewatch.register.second_lock import FUNCTIONS


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTIONS, params=None)


class Migration(migrations.Migration):
    dependencies = [("access", "0005_second_person"), ("register", "0013_uncorroborated")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
