from django.apps import AppConfig


class IssuingConfig(AppConfig):
    name = "issuing"

    def ready(self) -> None:
        from issuing import emails, receivers  # noqa: F401
