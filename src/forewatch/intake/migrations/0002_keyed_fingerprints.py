"""A file is known again by a keyed fingerprint, which a start with the keys makes of the plain hash."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Give the column its name and leave it empty while a file waits sealed."""

    dependencies = [("intake", "0001_first")]
    operations = [
        migrations.RenameField("upload", "sha256", "fingerprint"),
        migrations.AlterField(
            "upload", "fingerprint", models.CharField(max_length=64, blank=True, db_index=True)
        ),
    ]
