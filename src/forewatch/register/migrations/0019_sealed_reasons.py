"""Why somebody opened somebody in an emergency, or merged two, lies sealed: the words may name people."""

from django.db import migrations, models

from forewatch.access.sealing import seal, unseal

MODELS = ("BreakGlass", "Merge")


def seal_reasons(apps, schema_editor):
    for model in (apps.get_model("register", name) for name in MODELS):
        for one in model.objects.exclude(in_clear=""):
            one.sealed = seal(one.in_clear, table=model._meta.db_table, row=one.pk)
            # Written over: a column that goes stays on the disk of PostgreSQL where its row is not.
            one.in_clear = ""
            one.save(update_fields=["sealed", "in_clear"])


def open_reasons(apps, schema_editor):
    for model in (apps.get_model("register", name) for name in MODELS):
        for one in model.objects.filter(sealed__isnull=False):
            one.in_clear = unseal(one.sealed, table=model._meta.db_table, row=one.pk)
            one.save(update_fields=["in_clear"])


class Migration(migrations.Migration):
    dependencies = [("register", "0018_events_taken_back")]
    operations = [
        *(migrations.RenameField(one, "reason", "in_clear") for one in MODELS),
        # Back again, the column comes before its words.
        *(
            migrations.AlterField(one, "in_clear", models.CharField(default="", max_length=300))
            for one in MODELS
        ),
        *(
            migrations.AddField(one, "sealed", models.BinaryField(editable=False, null=True))
            for one in MODELS
        ),
        migrations.RunPython(seal_reasons, open_reasons),
        *(migrations.RemoveField(one, "in_clear") for one in MODELS),
    ]
