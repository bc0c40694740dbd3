"""Verifies an Open Badge 3.0 by its signature, wherever the file comes from."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from issuing import addresses, dates
from issuing.keys import identity
from issuing.models import Assertion
from openbadges import dids, parsing
from openbadges.dids import NotADid
from verification import (
    credential_status,
    descriptions,
    endorsements,
    local_documents,
    newer_version,
    own_addresses,
    signatures,
    well_formed,
)
from verification.credential_status import CredentialStatus, StatusNotKnown
from verification.key_ownership import CannotCheck, KeyOwnerNotKnown, NotIssuersKey
from verification.recipients import is_recipient
from verification.record_comparison import (
    check_end,
    check_recipient,
    report_replaced,
    report_revoked,
)
from verification.remote_documents import WebSession
from verification.report import Check, Report, Verdict, format_day, host_of, printable
from verification.signatures import Changed, NotSigned
from verification.well_formed import as_list, valid_from, valid_until


def verify_signed_badge(
    report: Report, signed: dict | str, email: str, now: datetime, web: WebSession
) -> None:
    """Every check is made as far as possible, so that a report can say several things at once."""
    report.version = "3.0"
    try:
        credential = signatures.read(signed)
    except CannotCheck as error:
        report.add_failed(_("Signature"), str(error), means=Verdict.UNREADABLE)
        report.stop()
    report.document = credential
    _describe(report, credential)
    is_well_formed = _check_format(report, signed, credential)
    is_signed = _check_signature(report, signed, web)
    is_over = report.replaced or (report.award and report.award.is_revoked)
    if is_well_formed and is_signed and not is_over:
        newer_version.check_newer_version(report, credential, web)
    if is_signed:
        _check_status(report, credential, now, web)
        if not {Verdict.REVOKED, Verdict.REPLACED} & {step.means for step in report.steps}:
            _check_dates(report, credential, now)
            check_recipient(report, is_recipient(credential.get("credentialSubject"), email), email)
            if is_well_formed:
                endorsements.check_endorsements(report, credential, now, web)
    report.conclude(_headline(report))


def _describe(report: Report, credential: dict) -> None:
    descriptions.describe_achievement(report, credential)
    report.issued_on = parsing.parse_datetime(
        credential.get("awardedDate")
    ) or parsing.parse_datetime(valid_from(credential))
    report.expires = parsing.parse_datetime(valid_until(credential))
    _find_award(report, credential)


def _find_award(report: Report, credential: dict) -> None:
    """Set `report.award` if it was issued here; stop if it only claims to be."""
    id, issuer = parsing.reference(credential), parsing.reference(credential.get("issuer"))
    if not (addresses.is_ours(id) or _is_our_issuer(issuer)):
        named = printable(host_of(id) or issuer)
        report.add_open(_("Issued here"), _("No: the badge names %(host)s.") % {"host": named})
        return
    public_id = addresses.award_id_in(id)
    award = public_id and (
        Assertion.objects.published().with_badge().filter(public_id=public_id).first()
    )
    if public_id and not award and (earlier := own_addresses.replaced(public_id=public_id)):
        report.replaced, award = earlier, earlier.assertion
    if (
        not award
        or id != addresses.credential_id((report.replaced or award).public_id)
        or issuer != identity.did_of(award.badge_class.issuer)
    ):
        report.stop_as_not_issued()
    report.award = award
    report.badge_name, report.issuer_name = award.version.name, award.badge_class.issuer.name
    report.issuer_url = award.badge_class.issuer.url
    report.add_passed(
        _("Issued here"),
        _("“%(badge)s”, issued by %(issuer)s.")
        % {"badge": report.badge_name, "issuer": report.issuer_name},
    )


def _is_our_issuer(issuer: str) -> bool:
    try:
        if issuer.startswith(dids.KEY):
            return local_documents.issuer_key(issuer.removeprefix(dids.KEY)) is not None
        return addresses.is_ours(dids.document_url(issuer))
    except NotADid:
        return addresses.is_ours(issuer)


def _check_format(report: Report, signed: dict | str, credential: dict) -> bool:
    title = _("Follows the standard")
    if wrong := well_formed.problems(credential):
        report.add_failed(
            title,
            _("Missing, unclear, or out of place: %(names)s.")
            % {"names": ", ".join(map(printable, wrong[:10]))},
            Check.FORM,
            means=Verdict.INVALID,
        )
        return False
    if unknown := well_formed.unknown_contexts(credential):
        words = _("It uses terms this page does not know: %(url)s.")
        report.add_open(title, words % {"url": ", ".join(map(printable, unknown))}, Check.FORM)
        return True
    remarks = []
    if well_formed.uses_data_model_1(credential):
        remarks.append(_("In the older form, from before 2024."))
    if isinstance(signed, dict) and isinstance(signed.get("proof"), dict):
        remarks.append(_("Its only signature is not in a list; some programs do not accept that."))
    report.add_passed(title, " ".join([_("Open Badges 3.0."), *remarks]), Check.FORM)
    return True


def _check_signature(report: Report, signed: dict | str, web: WebSession) -> bool:
    """Did the issuer sign it, with or without flaws?"""
    title, owner = _("Signature"), _("Whose key it is")
    try:
        checked = signatures.examine(web, signed)
    except NotSigned as error:
        report.add_failed(title, str(error), Check.UNCHANGED, means=Verdict.INVALID)
    except Changed as error:
        report.add_failed(title, str(error), Check.UNCHANGED, means=Verdict.CHANGED)
    except NotIssuersKey as error:
        report.add_failed(owner, str(error), Check.ISSUER, means=Verdict.WRONG_KEY)
    except KeyOwnerNotKnown as error:
        report.add_passed(title, _("It matches the key the badge names."), Check.UNCHANGED)
        report.add_open(owner, str(error), Check.ISSUER)
    except CannotCheck as error:
        report.add_open(title, str(error), Check.UNCHANGED)
    else:
        words = _("Unchanged since it was signed (%(form)s).") % {"form": checked.form}
        report.add_passed(title, " ".join([words, *checked.remarks]), Check.UNCHANGED)
        report.add_passed(owner, _key_owner_detail(report, checked.credential), Check.ISSUER)
        for flaw in checked.flaws:
            report.add_failed(
                _("What the signature covers"), flaw, Check.FORM, means=Verdict.INVALID
            )
        return True
    return False


def _headline(report: Report) -> str:
    """Another headline than the usual one, if nobody signed the badge."""
    unsigned = any(
        step.means is Verdict.INVALID and Check.UNCHANGED in step.checks for step in report.steps
    )
    return _("This badge is not signed, so it proves nothing.") if unsigned else ""


def _key_owner_detail(report: Report, credential: dict) -> str:
    if report.award:
        return _("The issuer’s: it is in our records.")
    issuer = parsing.reference(credential["issuer"])
    name = report.issuer_name or _("The issuer")
    if dids.embeds_key(issuer):
        return _(
            "%(name)s is known only by this key, which does not say who is behind it. You decide "
            "whether to trust this issuer."
        ) % {"name": name}
    try:
        host = host_of(dids.document_url(issuer))
    except NotADid:
        host = host_of(issuer)
    return _("%(name)s, at %(host)s. You decide whether to trust this issuer.") % {
        "name": name,
        "host": printable(host),
    }


def _check_status(report: Report, credential: dict, now: datetime, web: WebSession) -> None:
    title = _("Revoked?")
    if report.replaced:
        report_replaced(report, report.replaced.replaced_at)
        return
    if report.award and report.award.is_revoked:
        report_revoked(report, report.award.revocation_reason, report.award.revoked_at)
        return
    if not as_list(credential.get("credentialStatus")):
        report.add_passed(title, _("The badge names no list of revoked badges."), Check.STATUS)
        return
    try:
        status, reason = credential_status.check_status(web, credential, now)
    except StatusNotKnown as error:
        report.add_open(title, str(error), Check.STATUS)
        return
    if status is CredentialStatus.REVOKED:
        report_revoked(report, reason, None)
    elif status is CredentialStatus.SUSPENDED:
        words = _("The issuer has suspended it for now.")
        report.add_failed(title, words, Check.STATUS, means=Verdict.SUSPENDED)
    else:
        report.add_passed(title, _("No, says the issuer’s list."), Check.STATUS)


def _check_dates(report: Report, credential: dict, now: datetime) -> None:
    begins = parsing.parse_datetime(valid_from(credential))
    if begins is None:
        return  # the form of the badge says so
    if begins > now:
        words = _("It is not valid before %(date)s.") % {"date": format_day(begins)}
        report.add_failed(_("Date"), words, Check.DATES, means=Verdict.NOT_YET)
        return
    if report.award:
        words = f"{dates.in_words(report.award)}."
    elif earned := parsing.parse_datetime(credential.get("awardedDate")):
        words = f"{dates.days_in_words(earned, begins)}."
    else:
        words = _("Issued on %(date)s.") % {"date": format_day(begins)}
    report.add_passed(_("Date"), words)
    check_end(report, report.expires, now)
