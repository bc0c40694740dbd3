"""A Django project of nothing but two views: no apps, no middleware, kept connections."""

import environ

env = environ.Env()
SECRET_KEY = "only for the bench"  # noqa: S105
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "bench.floor.views"
MIDDLEWARE: list[str] = []
DATABASES = {"default": {**env.db_url("DATABASE_URL"), "CONN_MAX_AGE": 600}}
USE_TZ = True
