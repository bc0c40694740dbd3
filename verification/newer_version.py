"""Whether the issuer has a newer version of a badge than the one that was brought."""

from __future__ import annotations

from django.utils.translation import gettext as _

from openbadges import parsing
from verification import signatures
from verification.remote_documents import NotAnswered, Web
from verification.report import Report, day
from verification.signatures import Changed
from verification.well_formed import valid_from


def look_for(report: Report, credential: dict, web: Web) -> None:
    """Asked once. What comes back is not protected in any way, so it is only mentioned."""
    service = credential.get("refreshService")
    service = service if isinstance(service, dict) else {}
    if report.award:
        service = {"id": parsing.reference(credential)}
    elif not parsing.has_type(service, "1EdTechCredentialRefresh"):
        return
    title = _("Newer version")
    try:
        newest = signatures.read(web.signed(parsing.reference(service)))
    except NotAnswered as error:
        if not report.award:  # ours is signed anew within a minute
            report.open(title, str(error))
        return
    except Changed:
        newest = {}
    is_same = parsing.reference(newest) == parsing.reference(credential) and (
        parsing.reference(newest.get("issuer")) == parsing.reference(credential.get("issuer"))
    )
    ours = parsing.parse_datetime(valid_from(credential))
    theirs = parsing.parse_datetime(valid_from(newest))
    if is_same and theirs and theirs > ours:
        report.open(
            title,
            _("The issuer has a newer one, of %(date)s. Ask for it.") % {"date": day(theirs)},
        )
    else:
        report.holds(title, _("The issuer has none."))
