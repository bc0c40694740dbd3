"""Starts, watches and stops everything the program needs on one machine.

It only uses the standard library and imports nothing from the application. It runs `manage.py`,
gunicorn and Celery as processes, and configures them by environment variables.
"""
