"""All settings, read from the environment. With no settings at all this runs on SQLite for one machine."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parents[3]
env = environ.Env()

DEBUG = env.bool("HUB_DEBUG", False)
DEMO = env.bool("HUB_DEMO", False)
VAR = Path(env.str("HUB_VAR", str(ROOT / "var")))
VAR.mkdir(parents=True, exist_ok=True)

# Secrets. A machine that only tries things out may go without; anything on a real address may not.
ON_LOOPBACK_ONLY = env.list("HUB_HOSTS", default=["localhost", "127.0.0.1"])
ALLOWED_HOSTS = ON_LOOPBACK_ONLY
BIND = env.str("HUB_BIND", "127.0.0.1")  # ./run serve listens here.
LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}
PRODUCTION = not {*ALLOWED_HOSTS, BIND} <= LOOPBACK or "DATABASE_URL" in env.ENVIRON
SECRET_KEY = env.str(
    "HUB_SECRET_KEY", "" if PRODUCTION else "only-for-trying-things-out-on-one-machine-never-on-a-real-address-7h2k9"
)
AUDIT_KEY = env.str("HUB_AUDIT_KEY", "" if PRODUCTION else "only-for-trying-things-out-audit")
AUDIT_ANCHOR = Path(env.str("HUB_AUDIT_ANCHOR", str(VAR / ("demo.audit-anchor.txt" if DEMO else "audit-anchor.txt"))))
if DEMO and PRODUCTION:
    raise ImproperlyConfigured(
        "HUB_DEMO lets anybody sign in as anybody, so it cannot run with HUB_HOSTS, HUB_BIND or DATABASE_URL set."
    )
if not SECRET_KEY or not AUDIT_KEY:
    raise ImproperlyConfigured("Set HUB_SECRET_KEY and HUB_AUDIT_KEY before this serves a real address.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "hub.accounts",  # before django-allauth, whose templates it replaces
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "hub.core",
    "hub.audit",
    "hub.organisations",
    "hub.toolkit",
    "hub.submissions",
    "hub.assessments",
    "hub.commitments",
    "hub.pledges",
    "hub.findings",
    "hub.programme",
    "hub.ties",
    "hub.stocktakes",
    "hub.home",
    "hub.publishing",
    "hub.demo",
]

MIDDLEWARE = [
    "hub.demo.middleware.OnlyThisMachine",
    "hub.publishing.cache.PublicPages",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hub.core.access.AccessMiddleware",
]

# Who may reach what: see hub.core.access.
ACCESS_POLICIES = "hub.config.policies.POLICIES"
ACCESS_COUNTS_REFUSALS = "hub.audit.refusals.count"
ACCESS_HAS_SECOND_FACTOR = "hub.accounts.permissions.has_second_factor"
ACCESS_NEEDS_SECOND_FACTOR = "hub.organisations.permissions.needs_second_factor"
ACCESS_SECOND_FACTOR_URL = "accounts:second_check"
# Where an assessment leads once it is answered: that page stands higher than the assessments themselves.
RESULTS_URL = "pledges:read_results"

ROOT_URLCONF = "hub.config.urls"
WSGI_APPLICATION = "hub.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "src/hub/core/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "hub.core.context.page",
                "hub.config.navigation.navigation",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "hub.core.templatetags.core",
            ],
        },
    }
]
FORM_RENDERER = "hub.core.rendering.Renderer"
CSRF_FAILURE_VIEW = "hub.core.views.stale_form"

if "DATABASE_URL" in env.ENVIRON:
    DATABASES = {"default": env.db_url("DATABASE_URL")}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / ("demo.sqlite3" if DEMO else "hub.sqlite3"),
        }
    }
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock at the start, which removes "database is locked"; WAL lets readers go on.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = []  # Nobody has a password here.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# Signing in: a code by e-mail, or a passkey; an app as the second check.
ACCOUNT_ADAPTER = "hub.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # Only a code from that inbox lets anybody in.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 20 * 60  # Councils' mail can be slow.
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_TIMEOUT = 24 * 60 * 60  # So that a code that ran out can still be told from no code at all.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# A whole office, or an event, may share one address.
ACCOUNT_RATE_LIMITS = {"request_login_code": "120/m/ip,3/m/key,12/h/key", "login_failed": "60/m/ip,5/5m/key"}
ACCOUNT_FORMS = {
    "request_login_code": "hub.accounts.forms.SignInForm",
    "confirm_login_code": "hub.accounts.forms.CodeForm",
}
MFA_ADAPTER = "hub.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # Passkeys need HTTPS, or localhost.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "hub.accounts.forms.AppCodeForm",
    "reauthenticate": "hub.accounts.forms.AppCodeAgainForm",
    "activate_totp": "hub.accounts.forms.AddAppForm",
    "add_webauthn": "hub.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "hub.accounts.forms.RenamePasskeyForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("HUB_BEHIND_PROXY", False) else 0

SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_COOKIE_HTTPONLY = True

# The limits on tries are counted here, for all processes together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English")), ("ar", _("Arabic"))]
LOCALE_PATHS = [ROOT / "src/hub/locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
assert "ar" in LANG_INFO

STATIC_URL = "/static/"
WHITENOISE_ROOT = ROOT / "src/hub/core/root"  # What browsers ask for by themselves: favicon.ico.
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [ROOT / "build/frontend"] if (ROOT / "build/frontend").exists() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CONTENT = ROOT / "content"

# What takes longer than a page may wait in the database, and is done by ./run manage work.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# What finds out, before each turn, what there is to do.
WORK = ["hub.findings.jobs.look_for_work", "hub.stocktakes.jobs.look_for_work"]
# What stands on a page from a context above it: functions of the thing and of who reads it, which give markup.
BESIDE = {
    "programme": "hub.stocktakes.queries.beside_programme",
    "public action": "hub.publishing.beside.public_action",
    "action": "hub.ties.beside.action",
    "pledge": "hub.ties.beside.pledge",
    "finding": "hub.ties.beside.finding",
    "meeting": "hub.ties.beside.meeting",
}
# What a meeting may agree something about beside the actions on its agenda: a function of it, of who asks and of words.
DECIDED_ABOUT = "hub.ties.queries.to_decide_on"

# What somebody sends stays in memory and never becomes a file of ours: it may be a list of people, sent by mistake.
FILE_UPLOAD_HANDLERS = ["hub.core.uploads.OnlyInMemory"]

# A page with everything a person typed. A list to invite 500 people has four fields a row.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("HUB_BEHIND_PROXY", False) else None
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10  # Seconds; after that a letter waits.
if DEMO:
    EMAIL_BACKEND = "hub.demo.mail.KeptToRead"  # Nothing leaves the machine; the letters are read at /demo/.
DEFAULT_FROM_EMAIL = env.str("HUB_FROM_EMAIL", "progressing-equality@localhost")

# Public pages are kept in memory for readers who are not signed in, and looked at anew soon after a change.
PUBLIC_PAGES_KEPT = env.bool("HUB_PUBLIC_PAGES_KEPT", True)
PUBLIC_PAGES_LOOK_EVERY = 1.0

HUB_NAME = env.str("HUB_NAME", "Progressing Equality")
# Where letters say that the site is; never taken from what a request claims.
HUB_ADDRESS = env.str("HUB_ADDRESS", f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else "http://127.0.0.1:8000").rstrip(
    "/"
)
