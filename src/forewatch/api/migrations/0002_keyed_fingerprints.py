"""What a submission is known again by is keyed; what earlier versions kept plain is keyed here."""

from typing import Any

from django.db import migrations

from forewatch.api.rules import keyed


def key_them(apps: Any, _editor: Any) -> None:
    submissions = apps.get_model("api", "Submission").objects
    for one in submissions.only("fingerprint").iterator():
        submissions.filter(pk=one.pk).update(fingerprint=keyed(one.fingerprint))


class Migration(migrations.Migration):
    dependencies = (("api", "0001_first"),)

    operations = (
        migrations.RenameField("submission", "digest", "fingerprint"),
        migrations.RunPython(key_them, migrations.RunPython.noop),
    )
