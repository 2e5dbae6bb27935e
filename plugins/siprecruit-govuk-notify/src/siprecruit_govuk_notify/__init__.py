"""GOV.UK Notify as a notifier: e-mails from the authority's own templates."""

from __future__ import annotations

from collections.abc import Iterable

from siprecruit.api import Notifier, Setting, hookimpl

from siprecruit_govuk_notify import reports, sending, settings

siprecruit_api = ">=1,<2"


@hookimpl
def siprecruit_settings() -> Setting:
    """The key, and which template is for which message."""
    return Setting(schema=settings.SCHEMA, make=settings.made)


@hookimpl
def siprecruit_notifiers() -> Iterable[Notifier]:
    """E-mail. It looks before it sends, so that the same key twice is sent once."""
    return [
        Notifier(
            name="govuk-notify",
            address="email",
            send=sending.send,
            collect=reports.collect,
            receive=reports.receive,
            idempotent=True,
            timeout=sending.TIMEOUT_SECONDS,
        )
    ]
