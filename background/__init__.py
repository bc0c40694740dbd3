"""Work that a Celery worker does after the commit."""
