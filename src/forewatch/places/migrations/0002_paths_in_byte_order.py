"""Paths are compared byte by byte, for what lies within an area is a range of paths."""

from django.db import migrations


def in_byte_order(apps, editor):
    # A database may sort text as its country does, where slashes count for nothing; SQLite sorts bytes.
    if editor.connection.vendor == "postgresql":
        editor.execute('ALTER TABLE places_area ALTER COLUMN path TYPE varchar(200) COLLATE "C"')


class Migration(migrations.Migration):
    dependencies = [("places", "0001_first")]

    operations = [migrations.RunPython(in_byte_order, migrations.RunPython.noop)]
