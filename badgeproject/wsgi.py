import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "badgeproject.settings")

application = get_wsgi_application()

# Workers are forked from the process that has read this, and share what is in memory by now.
from badgeproject.warm_up import warm_up  # noqa: E402  (needs the apps)

warm_up()
