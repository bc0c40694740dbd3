from django.apps import AppConfig


class AwardingConfig(AppConfig):
    name = "awarding"

    def ready(self) -> None:
        from awarding import receivers  # noqa: F401
