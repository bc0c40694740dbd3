from django.apps import AppConfig


class ReviewingConfig(AppConfig):
    name = "reviewing"

    def ready(self) -> None:
        from reviewing import receivers  # noqa: F401
