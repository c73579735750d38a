"""What somebody typed of their reason lies sealed; what was written before stays as it is, in the chain."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.AddField("event", "words", models.BinaryField(editable=False, null=True)),
    ]
