from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import emails, receivers  # noqa: F401
        from accounts.addresses import emails as address_emails  # noqa: F401
        from accounts.minors import emails as minor_emails  # noqa: F401
        from accounts.people import emails as people_emails  # noqa: F401
