"""Who a source is lies sealed, where it is one person; the code stands for them."""

from django.db import migrations, models

from forewatch.access.rules import DataClass
from forewatch.access.sealing import seal, unseal

TABLE = "register_source"


def seal_names(apps, schema_editor):
    sources = apps.get_model("register", "Source")
    for one in sources.objects.filter(kind__in=("employer", "landlord", "recruiter")):
        one.who = seal(one.name, table=TABLE, row=one.pk, data_class=DataClass.SOURCE)
        one.name = one.code
        one.save(update_fields=["who", "name"])


def open_names(apps, schema_editor):
    sources = apps.get_model("register", "Source")
    for one in sources.objects.filter(who__isnull=False):
        one.name = unseal(one.who, table=TABLE, row=one.pk, data_class=DataClass.SOURCE)
        one.save(update_fields=["name"])


class Migration(migrations.Migration):
    dependencies = [("register", "0019_sealed_reasons")]
    operations = [
        migrations.AddField("source", "who", models.BinaryField(null=True)),
        migrations.RunPython(seal_names, open_names),
    ]
