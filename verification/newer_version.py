"""Checks whether the issuer has a newer version of an uploaded badge."""

from __future__ import annotations

from django.utils.translation import gettext as _

from openbadges import parsing
from verification import signatures
from verification.key_ownership import CannotCheck
from verification.remote_documents import NotAnswered, WebSession
from verification.report import Report, format_day
from verification.well_formed import valid_from


def check_newer_version(report: Report, credential: dict, web: WebSession) -> None:
    """Add a step about a newer version. Its signature is not verified, so it does not count."""
    service = credential.get("refreshService")
    service = service if isinstance(service, dict) else {}
    if report.award:
        service = {"id": parsing.reference(credential)}
    elif not parsing.has_type(service, "1EdTechCredentialRefresh"):
        return
    title = _("Newer version")
    try:
        newest = signatures.read(web.signed_document(parsing.reference(service)))
    except NotAnswered as error:
        if not report.award:  # local badges are signed again within a minute
            report.add_open(title, str(error))
        return
    except CannotCheck:
        newest = {}
    is_same = parsing.reference(newest) == parsing.reference(credential) and (
        parsing.reference(newest.get("issuer")) == parsing.reference(credential.get("issuer"))
    )
    current = parsing.parse_datetime(valid_from(credential))
    offered = parsing.parse_datetime(valid_from(newest))
    if is_same and offered and current and offered > current:
        report.add_open(
            title,
            _("The issuer has a newer one, of %(date)s. Ask for it.")
            % {"date": format_day(offered)},
        )
    else:
        report.add_passed(title, _("The issuer has none."))
