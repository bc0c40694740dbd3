from django.apps import AppConfig


class IssuingConfig(AppConfig):
    name = "issuing"

    def ready(self) -> None:
        from issuing import emails, receivers  # noqa: F401
        from issuing.keys import checks  # noqa: F401
