"""Residents by home town are stored at each level; those of earlier runs come again with the next run."""

from typing import Any

from django.db import migrations, models


def forget(apps: Any, _schema_editor: Any) -> None:
    """Remove the cells, which the engine counts anew for every run."""
    apps.get_model("risk", "OriginFigure").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("risk", "0003_origin_figures")]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="originfigure", name="origin_run_area"),
        migrations.AddField(
            model_name="originfigure",
            name="level",
            field=models.PositiveSmallIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="originfigure",
            index=models.Index(
                fields=["run", "level", "area", "home", "sex", "age_band"], name="origin_cells"
            ),
        ),
    ]
