"""Settings for tests: those of an installation, with keys of no secret and a folder of its own.

FOREWATCH_TEST_DATABASE_URL names a PostgreSQL to run on; without it the tests run on SQLite.
"""

import atexit
import base64
import os
import shutil
import tempfile

_FOLDER = tempfile.mkdtemp(prefix="forewatch-tests-")
_OWNER = os.getpid()
_URL = os.environ.get("FOREWATCH_TEST_DATABASE_URL", "")


@atexit.register
def _leave_nothing() -> None:
    """Remove the folder, but not at the end of a process that the tests forked."""
    if os.getpid() == _OWNER:
        shutil.rmtree(_FOLDER, ignore_errors=True)


os.environ.update(
    SECRET_KEY="only for tests " * 5,
    FOREWATCH_SEAL_KEY=base64.b64encode(b"seals nothing but made-up people").decode(),
    FOREWATCH_LOOKUP_KEY=base64.b64encode(b"finds nothing but made-up people").decode(),
    FOREWATCH_NODE="test-1",
    FOREWATCH_DATA_DIR=_FOLDER,
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    FOREWATCH_DEMO="1",
    FOREWATCH_FREE_DISK_PERCENT="1",  # files come in on a machine that is nearly full, too
    DATABASE_URL=_URL,
    FOREWATCH_KEYSTORE_URL=_URL and f"{_URL}-keystore",
)

from forewatch.config.settings import *  # noqa: E402, F403
from forewatch.config.settings import DATABASES, STORAGES  # noqa: E402

TURNS = False  # tests ask faster than people do

for _name in ("uploads", "static"):
    os.makedirs(os.path.join(_FOLDER, _name))
# A file, not memory: what the tests prove must hold for the file an installation has.
for _alias, _database in DATABASES.items():
    _database.setdefault("TEST", {})
    if _database["ENGINE"].endswith("sqlite3"):
        _database["TEST"]["NAME"] = os.path.join(_FOLDER, f"test-{_alias}.sqlite3")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
