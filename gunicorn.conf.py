"""The web server, the same on a laptop and in a container. gunicorn reads this file by itself."""

import gc
import os

# Threads of a few processes, with database connections that stay open.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)

# Loaded once, then forked: a quick start, and less memory.
preload_app = True


def when_ready(server):
    """Just before the first worker is forked: what is there by now is garbage to no worker.

    Otherwise each would copy the pages that it looks at when it collects.
    """
    gc.collect()
    gc.freeze()


# Workers are not renewed: their memory stays level (`make bench` measures it), and a worker that
# begins again keeps the requests of its moment waiting.
max_requests = 0

timeout = 60
graceful_timeout = 12
control_socket_disable = True

# The route and never the address, which may hold the key of a link that was sent by email.
logger_class = "badgeproject.request_logs.RouteLogger"
accesslog = "-"
access_log_format = "%(m)s %(route)s %(s)s %(B)s bytes %(M)s ms"
