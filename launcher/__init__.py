"""Starts, watches and stops everything the program needs on one machine.

Standard library only, and it imports nothing of the application: it knows `manage.py`, a WSGI
and a Celery module by name, and talks to them through the environment.
"""
