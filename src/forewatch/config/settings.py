"""Django's settings, from the environment; see `environment` for what must be set."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from forewatch.config import environment

HOME = environment.read()
PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = False
DEMO = HOME.demo
SECRET_KEY = HOME.secret_key
SEAL_KEY = HOME.seal_key
LOOKUP_KEY = HOME.lookup_key
OLD_SEAL_KEY = HOME.old_seal_key
LOCKED, INBOX, INBOX_KEY = HOME.locked, HOME.inbox, HOME.inbox_key
NODE = HOME.node
DATA_DIR = HOME.data_dir
INDEX = HOME.index
RESCORE_AT = HOME.rescore_at
BACKUP_INTO, BACKUP_KEYS_INTO = HOME.backup_into, HOME.backup_keys_into
BACKUP_RECIPIENTS, BACKUP_KEPT = HOME.backup_recipients, environment.BACKUP_KEPT
AUDIT_HEADS = HOME.audit_heads
AUDIT_HEADS_ALSO = HOME.audit_heads_also
# Nobody lets in what they uploaded themselves: a file that lies would otherwise need only one pair of hands.
INTAKE_NEEDS_COLLEAGUE = True
ALLOWED_HOSTS = list(HOME.hosts)
DATABASES = {"default": HOME.database, "keystore": HOME.keystore}
PAGES_ROLE = HOME.pages_role
STATEMENT_SECONDS = HOME.statement_seconds  # for one question of a page to PostgreSQL
DATABASE_ROUTERS = ["forewatch.keystore.routing.KeystoreRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "forewatch.ui",
    "forewatch.audit",
    "forewatch.keystore",
    "forewatch.access",
    "forewatch.places",
    "forewatch.register",
    "forewatch.intake",
    "forewatch.intake.concerns",
    "forewatch.intake.grading",
    "forewatch.rights",
    "forewatch.rights.informing",
    "forewatch.risk",
    "forewatch.api",
    "forewatch.reports.atlas",
    "forewatch.reports.exits",
    "forewatch.reports",
    "forewatch.office",
    "forewatch.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "forewatch.access.https.HttpsOnly",
    "django.middleware.security.SecurityMiddleware",
    # Before the static files, so that they carry the policy too.
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "forewatch.access.sessions.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Problems are asked from below: one of the database is taken back by the transaction that it stopped.
    "forewatch.ui.middleware.ProblemMiddleware",
    "forewatch.access.middleware.AccessMiddleware",
    "forewatch.access.turns.TurnsMiddleware",
    "axes.middleware.AxesMiddleware",
]

# The work itself

TURNS = True  # a browser that asks for much waits for others; whoever measures pages turns it off

PROTOCOL = HOME.protocol
COUNTRY = HOME.country
TERMS = HOME.terms  # hours, days, shares and counts of the protocol

ROOT_URLCONF = "forewatch.config.urls"
WSGI_APPLICATION = "forewatch.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "forewatch.config.navigation.navigation",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "forewatch.ui.templatetags.ui",
            ],
        },
    },
]
FORM_RENDERER = "forewatch.ui.forms.Renderer"

# Who signs in, and how

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "forewatch.access.first_codes.FirstCodeBackend",
]
PASSWORD_HASHERS = ["forewatch.access.hashing.OneAtATime"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "forewatch.access.passwords.NotGuessedFirst"},
    {
        "NAME": "forewatch.access.passwords.LocalWords",
        "OPTIONS": {
            "words": HOME.password_words,
            "sources": ["forewatch.places.queries.names_above_villages"],
        },
    },
    {"NAME": "forewatch.access.passwords.NotBreached", "OPTIONS": {"where": HOME.breached}},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "forewatch.access.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_FORMS = {
    "login": "forewatch.access.forms.SignIn",
    "reauthenticate": "forewatch.access.forms.PasswordAgain",
    "change_password": "forewatch.access.forms.NewPassword",
    "set_password": "forewatch.access.forms.FirstPassword",
}
MFA_ADAPTER = "forewatch.access.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "forewatch.access.forms.Code",
    "reauthenticate": "forewatch.access.forms.CodeAgain",
    "activate_totp": "forewatch.access.forms.FirstCode",
    "add_webauthn": "forewatch.access.forms.NewPasskey",
    "edit_webauthn": "forewatch.access.forms.PasskeyName",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Whoever reads what others wrote signs in with a passkey; an office whose server has no name cannot have any.
PASSKEYS = HOME.passkeys
MFA_TOTP_ISSUER = "Forewatch"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Too long to be guessed, whoever holds what they are made from: 133 bits each.
MFA_RECOVERY_CODE_DIGITS = 40
MFA_RECOVERY_CODE_COUNT = 6
# The same five as allauth counts for codes, so that whoever guesses meets one page and not two.
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_TEMPLATE = "access/locked.html"
# Behind the proxy everybody has its address: whom it speaks for stands last in X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HOME.secure else 0
# By address alone: a limit by name would let anybody lock a colleague out.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip"}
AXES_CLIENT_IP_CALLABLE = "forewatch.access.requests.address_of"
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "first_code", "password1", "password2"]

# The browser

_PREFIX = "__Host-" if HOME.secure else ""
SESSION_ENGINE = "forewatch.access.sessions"
SESSION_COOKIE_NAME = f"{_PREFIX}session"
SESSION_COOKIE_AGE = 60 * TERMS.idle_minutes
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = HOME.secure
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = HOME.secure
CSRF_COOKIE_HTTPONLY = True
# In the session, not in a cookie of their own that would show what somebody does.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "forewatch.ui.views.forged"
HTTPS_ONLY = HOME.secure
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HOME.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HOME.secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HOME.secure else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["forewatch.intake.upload_handler.LimitedUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(DATA_DIR / "uploads")
MEDIA_ROOT = DATA_DIR / "files"

# Static files, named by their content so that browsers keep them

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Jobs

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Languages and time: instants are UTC, and shown in the reader's own time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("th", _("Thai"))]
LANGUAGE_COOKIE_NAME = f"{_PREFIX}language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Strict"
LANGUAGE_COOKIE_SECURE = HOME.secure
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name}: {message}",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "style": "{",
        },
        "json": {"()": "forewatch.config.logs.JsonLines"},
    },
    # Whoever tries a demonstration reads the log by eye, and whoever runs an office lets it be collected.
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line" if DEMO else "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Axes would write user names of people who mistype into the log.
    "loggers": {"axes": {"level": "CRITICAL"}},
}
