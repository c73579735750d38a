"""Who looked for somebody first, and who said that it is about somebody else: others answer."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_USER = {"null": True, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}


class Migration(migrations.Migration):
    dependencies = [("rights", "0003_second_lock"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField("contest", name, models.ForeignKey(to=settings.AUTH_USER_MODEL, **_USER))
        for name in ("looked_by", "moved_by")
    ]
