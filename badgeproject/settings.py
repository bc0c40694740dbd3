"""All settings, read from the environment. A missing one stops the start with its name."""

import base64
import hashlib
import importlib.util
import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from badgeproject.due_work import due_work
from badgeproject.switches import is_on

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def _derived_key(secret: str) -> str:
    """A key derived from another secret, so that the demo needs no setup."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).decode()


# --- What this installation is ------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = is_on(os.environ, "DEBUG", default=False)
# Demo mode: printed accounts, an outbox page instead of a mail server, a gallery of components.
DEMO = is_on(os.environ, "DEMO", default=False)

# All Open Badges ids and all links in emails begin with it. It can never change once the
# first badge is issued, because verifiers come back to the ids for as long as the badge lives.
PUBLIC_ORIGIN = env.str("PUBLIC_ORIGIN").rstrip("/")
_origin = urlsplit(PUBLIC_ORIGIN)
if _origin.scheme not in {"http", "https"} or not _origin.netloc or _origin.path:
    raise ImproperlyConfigured(
        f"PUBLIC_ORIGIN must look like https://badges.example.org, not {PUBLIC_ORIGIN!r}."
    )
SERVED_SECURELY = _origin.scheme == "https"
# For a try on one's own machine: badges from here verify nowhere else.
ON_THIS_MACHINE = _origin.hostname in {"localhost", "127.0.0.1"}
if not (SERVED_SECURELY or ON_THIS_MACHINE or DEMO or DEBUG):
    raise ImproperlyConfigured(
        "PUBLIC_ORIGIN must begin with https:// unless DEMO=1, or on this machine (localhost)."
    )

ALLOWED_HOSTS = [_origin.hostname, "localhost", "127.0.0.1", *env.list("ALLOWED_HOSTS", default=[])]
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]
# No header of a visitor moves the program below another path: addresses are in what is kept.
FORCE_SCRIPT_NAME = ""

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
# Baked pictures that can be made again at any time.
BAKES_FOLDER = str(DATA_DIR / "bakes")

# --- Apps ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "badgeproject.apps.BadgeProjectConfig",
    "office.apps.OfficeConfig",
    "reporting.apps.ReportingConfig",
    "privacy.apps.PrivacyConfig",
    "mailings.apps.MailingsConfig",
    "rewards.apps.RewardsConfig",
    "awarding.apps.AwardingConfig",
    "papers.apps.PapersConfig",
    "verification.apps.VerificationConfig",
    "issuing.apps.IssuingConfig",
    "reviewing.apps.ReviewingConfig",
    "submissions.apps.SubmissionsConfig",
    "catalog.apps.CatalogConfig",
    "accounts.apps.AccountsConfig",
    "mail.apps.MailConfig",
    "program.apps.ProgramConfig",
    "audit.apps.AuditConfig",
    "serving.apps.ServingConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "lucide",
    "pgtrigger",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
if DEMO and importlib.util.find_spec("demo"):
    INSTALLED_APPS.insert(0, "demo.apps.DemoConfig")

# Documents and pictures that software asks for need nothing of what follows the first line.
DOCUMENT_URLCONF = "badgeproject.document_urls"
MIDDLEWARE = [
    "badgeproject.short_way.answer_public_documents",
    "badgeproject.request_logs.name_route_for_logs",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages. Static files are compressed already, and a proxy that compresses asks for none of it.
    "django.middleware.gzip.GZipMiddleware",
    "badgeproject.outages.watch_changes",
    "badgeproject.middleware.read_the_program_once",
    "office.setup.first_visit.lead_to_set_up",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "badgeproject.middleware.offer_languages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "badgeproject.class_sessions.end_class_sessions",
    "badgeproject.closing_accounts.lead_to_closing",
    "badgeproject.second_step.ask_for_second_step",
    "badgeproject.guardians.ask_for_consent",
    "badgeproject.no_room.NoRoomMiddleware",
    "badgeproject.errors.explain_method_not_allowed",
    "badgeproject.errors.explain_refused_moves",
    "badgeproject.middleware.share_places_fairly",
    "badgeproject.middleware.never_cache_personal_pages",
    "badgeproject.middleware.keep_text_of_expired_sessions",
]

ROOT_URLCONF = "badgeproject.urls"
WSGI_APPLICATION = "badgeproject.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "badgeproject.context_processors.site",
            ],
            "builtins": ["mail.moments", "mail.no_mailbox", "program.template_tags"],
        },
    },
]

# --- Databases and files ------------------------------------------------------------------------

# What stays with a connection: not behind a pooler that lends it for one transaction.
PREPARED_STATEMENTS = is_on(os.environ, "PREPARED_STATEMENTS", default=True)
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL"),
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": not PREPARED_STATEMENTS,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Broker and cache use different databases of one server: clearing the cache drops no task.
REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "badgeproject.cache.RedisWithMemoryFallback",
        "LOCATION": env.str("CACHE_URL", default=REDIS_URL.rsplit("/", 1)[0] + "/1"),
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    },
    # The pieces of pages that templates keep with {% cache %}, in each process.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pieces",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}


def _storage(folder: str) -> dict:
    if bucket := env.str("S3_BUCKET", default=""):
        return {
            "BACKEND": "audit.object_storage.ObjectFiles",
            "OPTIONS": {
                "bucket_name": bucket,
                "location": folder,
                "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
                "default_acl": "private",
                "file_overwrite": False,
            },
        }
    return {
        "BACKEND": "audit.file_storage.LocalFiles",
        # No base_url: files are only served by views.
        "OPTIONS": {"location": DATA_DIR / folder, "base_url": None},
    }


STORAGES = {
    "default": _storage("media"),
    "evidence": _storage("evidence"),
    "staticfiles": {"BACKEND": "badgeproject.static_storage.BundledStaticFiles"},
}


STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "badgeproject.web_fonts.WebFonts",
]

# Limits for forms, enforced while the request is read. Evidence has higher limits.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * 1024 * 1024
LARGEST_UPLOAD = 25 * 1024 * 1024  # bytes, all files of one form
FILE_UPLOAD_HANDLERS = [
    "badgeproject.uploads.UploadSizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "badgeproject.uploads.TemporaryFiles",
]
EVIDENCE_LARGEST_FILE = env.int("EVIDENCE_LARGEST_FILE", default=20 * 1024 * 1024)  # bytes
EVIDENCE_LARGEST_UPLOAD = env.int("EVIDENCE_LARGEST_UPLOAD", default=100 * 1024 * 1024)
EVIDENCE_MOST_PIXELS = env.int("EVIDENCE_MOST_PIXELS", default=50_000_000)

# Videos and recordings of sound are evidence where the packages that check them are installed
# (requirements/recordings.txt). They arrive in pieces, as large as each badge allows.
TAKES_RECORDINGS = importlib.util.find_spec("av") is not None
RECORDING_LONGEST_MINUTES = env.int("RECORDING_LONGEST_MINUTES", default=120)
# All recordings of one person, and all for the badges of one agency, stored and on their way.
RECORDING_MEGABYTES_PER_PERSON = env.int("RECORDING_MEGABYTES_PER_PERSON", default=5_000)
RECORDING_MEGABYTES_PER_AGENCY = env.int("RECORDING_MEGABYTES_PER_AGENCY", default=200_000)
# Where a recording lies while it is checked: twice as large as the largest one, for each worker.
RECORDING_FOLDER = env.str("RECORDING_FOLDER", default=str(DATA_DIR))
# Who sends them to a browser, so that no thread of the program is busy with it: nginx, from this
# internal address (deploy/nginx/site.conf), or the object storage itself, by short-lived links to
# S3_PUBLIC_URL (by default S3_ENDPOINT_URL). Otherwise the program does.
RECORDING_ACCEL = env.str("RECORDING_ACCEL", default="")
S3_PUBLIC_URL = env.str("S3_PUBLIC_URL", default=env.str("S3_ENDPOINT_URL", default=""))
# An uploaded list that waits for answers has names and addresses in it.
UNANSWERED_LISTS_KEPT_DAYS = env.int("UNANSWERED_LISTS_KEPT_DAYS", default=30)

# --- Signing ------------------------------------------------------------------------------------

# Keys that encrypt the issuers' private keys in the database, separated by commas. The first one
# encrypts, all of them decrypt. If they are lost, no badge can be signed.
KEY_ENCRYPTION_KEYS = env.list(
    "KEY_ENCRYPTION_KEYS", default=[_derived_key(SECRET_KEY)] if DEMO else env.NOTSET
)

# --- The worker ---------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# No request waits for a broker that is down: the schedule finds the due row later.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "visibility_timeout": 600,
}
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=20)
CELERY_BEAT_SCHEDULER = "badgeproject.schedule:SteadyScheduler"
CELERY_BEAT_SCHEDULE = due_work(every=SWEEP_SECONDS)

# --- People -------------------------------------------------------------------------------------

from badgeproject.account_settings import *  # noqa: E402, F403

ACCOUNT_DEFAULT_HTTP_PROTOCOL = _origin.scheme

# --- Email --------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"badges@{_origin.hostname}")
# Whom people ask, and who reads their answers to emails: "County Office <badges@example.org>". If
# it is empty, pages and emails say "the program office".
PROGRAM_OFFICE = env.str("PROGRAM_OFFICE", default="")
if DEMO and not env.str("EMAIL_URL", default=""):
    EMAIL_BACKEND = "demo.outbox.OutboxBackend"
else:
    vars().update(env.email_url("EMAIL_URL"))
# Announcements leave at this rate. Ask your mail provider what it takes before it suspects spam.
EMAILS_PER_HOUR = env.int("EMAILS_PER_HOUR", default=2000)
EMAIL_TIMEOUT = 20
# If a worker dies while sending an email, another one sends it after this time.
EMAIL_LEASE_SECONDS = env.float("EMAIL_LEASE_SECONDS", default=120)
EMAIL_FIRST_PAUSE_SECONDS = env.float("EMAIL_FIRST_PAUSE_SECONDS", default=30)

# --- Languages and time -------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "badgeproject.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="America/Los_Angeles")

# --- Security -----------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SERVED_SECURELY
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "badgeproject.errors.csrf_failure"
SECURE_SSL_REDIRECT = SERVED_SECURELY and is_on(os.environ, "SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SERVED_SECURELY else 0
# A county may have other sites on subdomains, and only the operator knows whether all of them use
# HTTPS. Browsers would remember a wrong answer for a year.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = is_on(
    os.environ, "HSTS_SUBDOMAINS", default=False
)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # about the two settings above
# The address of a page may hold the key of a link that was sent by email: other sites never see it.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if is_on(os.environ, "TRUST_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Otherwise everybody would share the proxy's address and its rate limits.
    ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)


def _media_sources() -> list[str]:
    """Videos come from here, or from the object storage that keeps them."""
    storage = urlsplit(S3_PUBLIC_URL)
    is_kept_there = env.str("S3_BUCKET", default="") and storage.netloc
    return [SELF, f"{storage.scheme}://{storage.netloc}"] if is_kept_there else [SELF]


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": _media_sources(),
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}

# --- Watching ----------------------------------------------------------------------------------

# /metrics answers requests with this token only.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Where errors are reported, without anything about a person (badgeproject/error_reports.py).
SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    from badgeproject.error_reports import start

    start(SENTRY_DSN)
# A file that the backup touches when it is done, and how old it may be: `manage.py doctor`.
BACKUP_MARKER = env.str("BACKUP_MARKER", default="")
BACKUP_MOST_HOURS = env.float("BACKUP_MOST_HOURS", default=26)

# --- Logging ------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "badgeproject.request_logs.WithoutAddresses",
            "format": "{levelname:<7} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Without the handlers of Django itself, which would mail whole requests to ADMINS.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "pikepdf": {"level": "WARNING"},  # it logs at every start
        "fontTools": {"level": "WARNING"},
    },
}
