"""Django's settings, read from the environment (.env.example lists them all)."""

import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from whitenoise.compress import Compressor

from pos.embedded import server
from pos.postgres import standby
from pos.postgres.silence import gives_up_after
from pos.web import request_log
from pos.web.addresses import networks

SHORTEST_TOKEN = 32
BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", False)
DATA_DIR = Path(env.str("POS_DATA", str(BASE_DIR / "var"))).resolve()

CURRENCY = env.str("CURRENCY", "EUR")
TIME_ZONE = env.str("SHOP_TIME_ZONE", "Europe/Berlin")
LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en")
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
FORMAT_MODULE_PATH = "pos.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
USE_I18N = True


def development_key() -> str:
    """A random key for this machine, so that no key is in the repository."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text()


def database_url() -> str:
    """Falls back to the embedded server only with DEBUG: in production nobody would look after it."""
    if DEBUG:
        return server.url(DATA_DIR / "postgres", server.SHOP)
    raise ImproperlyConfigured(
        "DATABASE_URL must be set to the shop's PostgreSQL, such as postgres://pos:password@database/pos."
    )


def owner_url() -> str:
    return server.url(DATA_DIR / "postgres") if DEBUG else ""


def with_password(url: str, password: str | None) -> dict[str, Any]:
    """A password given separately may hold any character; in the URL, / and @ must be written %2F and %40."""
    return env.db_url_config(url) | ({"PASSWORD": password} if password else {})


def first_line(path: str) -> str:
    return Path(path).read_text().partition("\n")[0].strip() if path and Path(path).is_file() else ""


SECRET_KEY = env.str("SECRET_KEY", "").strip() or (development_key() if DEBUG else "")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or SECRET_KEY.startswith("django-insecure-"):
    raise ImproperlyConfigured("SECRET_KEY must be set to at least 50 random characters.")

HOST = env.str("HOST", "") or "127.0.0.1"
AT_HOME = ["*"] if HOST == "0.0.0.0" else ["127.0.0.1", "localhost", "[::1]", HOST]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=AT_HOME if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "pos.back_office.config.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_otp_webauthn",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pos",
    "accounts",
    "inventory",
    "members",
    "billing",
    "reports",
    "files",
    "demo",
]

MIDDLEWARE = [
    "pos.web.request_log.Requests",
    "pos.fate.Fates",
    "pos.web.token_requests.TokenRequests",
    "django.middleware.security.SecurityMiddleware",
    "pos.api.etags.Etags",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pos.web.page_compression.CompressedPages",
    "pos.web.private_pages.PrivatePages",
    "pos.web.content_policy.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pos.web.language.Languages",
    "django.middleware.common.CommonMiddleware",
    "accounts.access.cross_origin.CrossOrigin",
    "pos.web.body_limits.BodyLimits",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.till_lock.TillLock",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.approvals.denials.Denials",
    "pos.web.error_pages.RefusalPages",
]

METRICS_TOKEN = env.str("METRICS_TOKEN", "").strip()  # opens /metrics; without one there is nothing
if METRICS_TOKEN:
    if len(METRICS_TOKEN) < SHORTEST_TOKEN:
        raise ImproperlyConfigured(f"METRICS_TOKEN must be at least {SHORTEST_TOKEN} random characters.")
    MIDDLEWARE.insert(1, "pos.metrics.measuring.Measured")

# What a request of the API with a token passes below `TokenRequests`; new middleware is for both unless it stands here.
OF_PAGES_ONLY = {
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pos.web.page_compression.CompressedPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.till_lock.TillLock",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
}
BELOW = MIDDLEWARE[MIDDLEWARE.index("pos.web.token_requests.TokenRequests") + 1 :]
TOKEN_MIDDLEWARE = [name for name in BELOW if name not in OF_PAGES_ONLY]

LOG_FORMAT = env.str("LOG_FORMAT", "") or request_log.TEXT
if LOG_FORMAT not in request_log.FORMATTERS:
    raise ImproperlyConfigured(f"LOG_FORMAT must be one of {', '.join(request_log.FORMATTERS)}.")
LOGGING = request_log.settings_for(debug=DEBUG, form=LOG_FORMAT)

ROOT_URLCONF = "pos.urls"
WSGI_APPLICATION = "pos.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "pos.web.context.shop",
            ],
        },
    },
]

DATABASE_URL = env.str("DATABASE_URL", "")
# The role that owns the tables and runs migrations; the role of DATABASE_URL then only reads and writes rows.
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", "") or ("" if DATABASE_URL else owner_url())
DATABASES = {"default": with_password(DATABASE_URL or database_url(), os.environ.get("DATABASE_PASSWORD"))}
DATABASE_OWNER: dict[str, Any] = {}
if DATABASE_OWNER_URL:
    DATABASE_OWNER = with_password(DATABASE_OWNER_URL, os.environ.get("DATABASE_OWNER_PASSWORD"))
DATABASES["default"]["ENGINE"] = "pos.postgres"
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # reconnects after a database restart, so that no request fails
# Behind PgBouncer in transaction mode nothing may outlive a transaction; the limits of time then stand there.
BEHIND_PGBOUNCER = env.bool("BEHIND_PGBOUNCER", False)
LIMITS_OF_TIME = (
    "-c lock_timeout=3s -c statement_timeout=10s "
    "-c idle_in_transaction_session_timeout=15s -c client_connection_check_interval=5s"
)
# So PostgreSQL names the connections of each program of the shop: "pos web", "pos work", "pos backup".
DATABASE_PROGRAMS = "pos "
PROGRAM = sys.argv[1] if Path(sys.argv[0]).name == "manage.py" and len(sys.argv) > 1 else "web"
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = BEHIND_PGBOUNCER
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "pool": {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL", 8),
            "timeout": env.int("DATABASE_WAIT", 10),
            # Each failed attempt to reconnect waits twice as long as the one before; after so long it begins anew.
            "reconnect_timeout": env.int("DATABASE_WAIT", 10),
            # longer than statement_timeout: only a server that answers nothing at all is given up
            "connection_class": gives_up_after(env.float("DATABASE_SILENCE", 20)),
        },
        "application_name": f"{DATABASE_PROGRAMS}{PROGRAM}",
        "server_side_binding": True,
        "prepare_threshold": None if BEHIND_PGBOUNCER else 2,
        "options": "" if BEHIND_PGBOUNCER else LIMITS_OF_TIME,
    }
)

# A streaming copy of the database, for reports to read, and how many seconds it may be behind.
DATABASE_REPLICA_URL = env.str("DATABASE_REPLICA_URL", "")
DATABASE_REPLICA_LAG = env.float("DATABASE_REPLICA_LAG", 30)
if DATABASE_REPLICA_URL:
    REPLICA = with_password(DATABASE_REPLICA_URL, os.environ.get("DATABASE_REPLICA_PASSWORD"))
    DATABASES[standby.ALIAS] = standby.as_alias(REPLICA, DATABASES["default"])
    DATABASE_ROUTERS = ["pos.postgres.standby.ReportReads"]

# Where backups go: another disk than that of the books. The passphrase may lie in a file instead.
BACKUP_FOLDER = Path(env.str("BACKUP_FOLDER")).resolve() if env.str("BACKUP_FOLDER", "") else None
BACKUP_PASSPHRASE = env.str("BACKUP_PASSPHRASE", "") or first_line(env.str("BACKUP_PASSPHRASE_FILE", ""))
BACKUP_MINUTES = env.int("BACKUP_MINUTES", 5)  # 0: by hand or by cron alone
# An S3 address that gets the same, s3://bucket/shop, and what its server asks for, as every S3 program names it.
BACKUP_ADDRESS = env.str("BACKUP_ADDRESS", "").strip()
ADDRESS_ACCESS = {
    "endpoint": env.str("AWS_ENDPOINT_URL", ""),
    "region": env.str("AWS_REGION", ""),
    "access_key_id": env.str("AWS_ACCESS_KEY_ID", ""),
    "secret_access_key": env.str("AWS_SECRET_ACCESS_KEY", ""),
}
# A role that may follow the database's write-ahead log (REPLICATION): then any moment of so many days can come back.
DATABASE_WAL_URL = env.str("DATABASE_WAL_URL", "")
DATABASE_WAL: dict[str, Any] = {}
if DATABASE_WAL_URL:
    DATABASE_WAL = with_password(DATABASE_WAL_URL, os.environ.get("DATABASE_WAL_PASSWORD"))
WAL_DAYS = env.int("WAL_DAYS", 8)

# The key the days are sealed with, and where each seal is noted: both outside of the database, best on another disk.
SEAL_KEY_FILE = env.str("SEAL_KEY_FILE", "") or str(DATA_DIR / "seal-key.pem")
SEAL_LOG = env.str("SEAL_LOG", "") or str(DATA_DIR / "seals.log")

# What signs the bills: "none", or "simulated", which signs with a key of its own in this folder and proves nothing
SIGNING_DEVICE = env.str("SIGNING_DEVICE", "") or "none"
SIGNING_SECONDS = env.float("SIGNING_SECONDS", 3)  # a sale waits no longer
SIGNING_FOLDER = env.str("SIGNING_FOLDER", "") or str(DATA_DIR / "simulated-device")

EXPORT_FOLDER = DATA_DIR / "exports"  # archives for the tax office, until they are fetched

FEED_DAYS = env.int("FEED_DAYS", 60)  # how long GET /changes can be read back
# Hosts within the shop's own network that web hooks may go to, also by plain HTTP
WEBHOOK_PRIVATE_RECEIVERS = {host.strip().lower() for host in env.list("WEBHOOK_PRIVATE_RECEIVERS", default=[])}

# The certificate `make shop` serves with; a proxy in front looks after its own.
TLS_CERTIFICATE = Path(env.str("TLS_CERTIFICATE")) if env.str("TLS_CERTIFICATE", "") else None

OUTBOX = "billing.receipts.outbox.to_mail"  # where `pos.letters` leaves what lower rooms write

# What `manage.py work` does beside printing and mailing, each in a thread of its own
WORK_BESIDE_PRINTING = [
    "billing.receipts.signing.signing.work_one",
    "files.jobs.work_one",
    "reports.rollups.keeping.work_one",
    "reports.tax_office.exports.work_one",
    "reports.upkeep.jobs.back_up",
    "reports.upkeep.jobs.follow_wal",
    "reports.upkeep.jobs.take_base",
    "reports.upkeep.sending.send_away",
    "reports.upkeep.jobs.prove",
    "reports.webhooks.delivering.deliver",
    "reports.webhooks.delivering.try_again",
]

# What /metrics asks the rooms above
METRICS_BILLS = "billing.drawer.registers.bills_made"
METRICS_JOBS = [
    "billing.outage.problems.jobs_counted",
    "billing.receipts.outbox.jobs_counted",
    "billing.receipts.signing.signing.jobs_counted",
    "files.jobs.jobs_counted",
    "pos.upkeep.jobs_counted",
    "reports.tax_office.exports.jobs_counted",
    "reports.webhooks.delivering.jobs_counted",
]

DATA_UPLOAD_MAX_MEMORY_SIZE = 500_000  # for forms, files not counted; the API's JSON has its own limit

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.access.sessions.Staff"]
SESSION_ENGINE = "accounts.access.sessions"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "MinimumLengthValidator": {"min_length": 10},
        "UserAttributeSimilarityValidator": {"user_attributes": ("username", "name", "email")},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
# Guesses are counted by `accounts.access.attempts`, with everything else that is guessed
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
OTP_WEBAUTHN_RP_ID_CALLABLE = "accounts.access.passkeys.domain"
OTP_WEBAUTHN_RP_NAME_CALLABLE = "accounts.access.passkeys.shop"
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
SESSION_HOURS = env.int("SESSION_HOURS", 12)
SESSION_COOKIE_AGE = SESSION_HOURS * 60 * 60
STEP_UP_MINUTES = env.int("STEP_UP_MINUTES", 15)  # so long a sign-in is proof enough for what cannot be undone
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "pos.web.error_pages.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.access.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["pos.api.permissions.IsStaffMember"],
    "DEFAULT_RENDERER_CLASSES": ["pos.api.json.QuickJson"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "pos.api.json.JsonUnlessAskedOtherwise",
    "DEFAULT_PARSER_CLASSES": ["pos.api.json.StrictJson"],
    "DEFAULT_SCHEMA_CLASS": "pos.api.schema.ShopSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "pos.api.errors.Handler",
    "EXCEPTION_FORMATTER_CLASS": "pos.api.errors.Formatter",
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
}
API_IN_SHORT = """Everything the screens do, for programs. Money and quantities are text in the shop's decimals; times
are ISO 8601 in UTC. An `Idempotency-Key` makes what is asked happen exactly once. Every refusal is an RFC 9457 problem
whose `code` is stable. docs/api.md tells how to begin, and what changed."""
SPECTACULAR_SETTINGS = {
    "TITLE": "Point of sale",
    "VERSION": "1",
    "DESCRIPTION": API_IN_SHORT,
    "CONTACT": {"name": "The manager of the shop"},
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SERVERS": [{"url": "/", "description": "This shop"}],
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "pos.api.document.finish"],
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "pos_<prefix>_<secret>",
                "description": "The key of a machine, made by a manager. Each operation names the scope it needs.",
            }
        }
    },
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "BasketStateEnum": "billing.models.BasketState",
        "BillKindEnum": "billing.models.BillKind",
        "CardEntryKindEnum": "billing.models.StoredValueKind",
        "CardKindEnum": ["gift_card", "store_credit"],
        "CashKindEnum": ["pay_in", "pay_out", "drop", "no_sale"],
        "FormAnswerEnum": ["true", "false"],
        "ImportKindEnum": ["counts", "members", "prices", "products"],
        "ImportStateEnum": "files.models.State",
        "JobKindEnum": "billing.models.JobKind",
        "JobStateEnum": "billing.models.JobState",
        "OwedKindEnum": ["gift_card", "store_credit", "points"],
        "PrintKindEnum": ["receipt", "gift"],
        "TypeEnum": "pos.events.feed.KINDS",
        "QuestionStateEnum": ["waiting", "granted", "denied", "used", "expired"],
        "TaxExportStateEnum": "reports.models.ExportState",
        "UpkeepKindEnum": "pos.models.UpkeepKind",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": False, "validatorUrl": None},
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5),
    "REFRESH_TOKEN_LIFETIME": timedelta(hours=SESSION_HOURS),
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", False)  # other hosts may not belong to the shop
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
# E030: passkeys are taken from the address the shop is asked at, which ALLOWED_HOSTS has admitted
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "otp_webauthn.E030"]
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$", r"^readyz$"]
TRUSTED_PROXIES = networks(env.list("TRUSTED_PROXIES", default=[]))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None

EMAIL_URL = env.str("EMAIL_URL", "consolemail://" if DEBUG else "")
SENDS_MAIL = bool(EMAIL_URL)
vars().update(env.email_url_config(EMAIL_URL or "dummymail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "shop@localhost")
RECEIPT_FONT = env.str("RECEIPT_FONT", "")

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "pos.web.page_files.WholeFiles"
    },
}
