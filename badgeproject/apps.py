from django.apps import AppConfig


class BadgeProjectConfig(AppConfig):
    name = "badgeproject"
