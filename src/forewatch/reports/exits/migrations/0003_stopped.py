"""What was let out can be stopped before it leaves."""

import forewatch.reports.exits.rules
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exits", "0002_ledger_stays"),
    ]

    operations = [
        migrations.AlterField(
            model_name="exit",
            name="state",
            field=models.CharField(
                choices=[
                    (forewatch.reports.exits.rules.State["REQUESTED"], "waits for approval"),
                    (forewatch.reports.exits.rules.State["APPROVED"], "approved"),
                    (forewatch.reports.exits.rules.State["REFUSED"], "refused"),
                    (forewatch.reports.exits.rules.State["STOPPED"], "stopped"),
                    (forewatch.reports.exits.rules.State["TAKEN"], "has left"),
                    (forewatch.reports.exits.rules.State["RECALLED"], "recalled"),
                    (forewatch.reports.exits.rules.State["EXPIRED"], "expired"),
                ],
                default=forewatch.reports.exits.rules.State["REQUESTED"],
                max_length=12,
            ),
        ),
    ]
