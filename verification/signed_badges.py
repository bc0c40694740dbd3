"""Verifies an Open Badge 3.0 by its signature, wherever the file comes from."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from issuing import addresses
from issuing.keys import identity
from issuing.models import Assertion
from openbadges import dids, parsing
from openbadges.dids import NotADid
from verification import (
    credential_status,
    endorsements,
    local_documents,
    newer_version,
    signatures,
    well_formed,
)
from verification.credential_status import CredentialStatus, StatusNotKnown
from verification.key_ownership import CannotCheck, KeyOwnerNotKnown, NotIssuersKey
from verification.recipients import is_recipient
from verification.remote_documents import WebSession
from verification.report import Report, Verdict, VerdictReached, format_day, host_of, printable
from verification.signatures import Changed, CheckedCredential, Contradictory, NotSigned
from verification.verdicts import report_revoked
from verification.well_formed import as_list, valid_from, valid_until


def verify_signed_badge(
    report: Report, signed: dict | str, email: str, now: datetime, web: WebSession
) -> None:
    report.version = "3.0"
    try:
        credential = signatures.read(signed)
    except Changed:
        report.add_failed(_("Signature"), _("The signed text is damaged."))
        _set_verdict(report, Verdict.CHANGED)
    report.document = credential
    _describe(report, credential)
    _check_format(report, signed, credential)
    _check_signature(report, signed, web)
    if not (report.award and report.award.is_revoked):
        newer_version.check_newer_version(report, credential, web)
    status = _check_status(report, credential, now, web)
    date_verdict = _check_dates(report, credential, now)
    matches_recipient = _check_recipient(report, credential, email)
    endorsements.check_endorsements(report, credential, now, web)
    _conclude(report, status, date_verdict, matches_recipient)


def _describe(report: Report, credential: dict) -> None:
    subject, issuer = credential.get("credentialSubject"), credential.get("issuer")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    if isinstance(achievement, dict):
        report.badge_name = printable(achievement.get("name"))
    if isinstance(issuer, dict):
        report.issuer_name = printable(issuer.get("name"))
        url = issuer.get("url")
        is_link = isinstance(url, str) and url.startswith(("https://", "http://"))
        report.issuer_url = url if is_link else ""
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
    if (
        not award
        or id != addresses.credential_id(award.public_id)
        or issuer != identity.did_of(award.badge_class.issuer)
    ):
        report.add_failed(
            _("Issued here"),
            _("It says so, but our records contain no such award. Someone else made this file."),
        )
        report.set_verdict(Verdict.NOT_ISSUED, _("This badge was not issued here."))
        raise VerdictReached
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


def _check_format(report: Report, signed: dict | str, credential: dict) -> None:
    title = _("Follows the standard")
    wrong = well_formed.problems(credential)
    if wrong:
        report.add_failed(
            title,
            _("Missing, unclear, or out of place: %(names)s.")
            % {"names": ", ".join(map(printable, wrong[:10]))},
        )
        report.set_verdict(Verdict.INVALID, _("This badge is not valid."))
        raise VerdictReached
    remarks = []
    if well_formed.uses_data_model_1(credential):
        remarks.append(_("In the older form, from before 2024."))
    if isinstance(signed, dict) and isinstance(signed.get("proof"), dict):
        remarks.append(_("Its only signature is not in a list; some programs do not accept that."))
    report.add_passed(title, " ".join([_("Open Badges 3.0."), *remarks]))


def _check_signature(report: Report, signed: dict | str, web: WebSession) -> CheckedCredential:
    try:
        checked = signatures.check(web, signed)
    except NotSigned as error:
        report.add_failed(_("Signature"), str(error))
        report.set_verdict(Verdict.INVALID, _("This badge is not signed, so it proves nothing."))
    except Contradictory as error:
        report.add_failed(_("Signature"), str(error))
        report.set_verdict(Verdict.INVALID, _("This badge is not valid."))
    except Changed as error:
        report.add_failed(_("Signature"), str(error))
        report.set_verdict(Verdict.CHANGED, _("This badge was changed after it was signed."))
    except NotIssuersKey as error:
        report.add_failed(_("Whose key it is"), str(error))
        report.set_verdict(
            Verdict.WRONG_KEY,
            _("The signature is not the issuer’s. Someone else may have made this badge."),
        )
    except KeyOwnerNotKnown as error:
        report.add_passed(_("Signature"), _("It matches the key the badge names."))
        report.add_open(_("Whose key it is"), str(error))
        report.set_verdict(
            Verdict.NOT_CHECKED,
            _("It has not changed since it was signed, but we could not check who signed it."),
        )
    except CannotCheck as error:
        report.add_open(_("Signature"), str(error))
        report.set_verdict(
            Verdict.NOT_CHECKED, _("It could not be checked, so this page makes no claim about it.")
        )
    else:
        words = _("Unchanged since it was signed (%(form)s).") % {"form": checked.form}
        report.add_passed(_("Signature"), " ".join([words, *checked.remarks]))
        report.add_passed(_("Whose key it is"), _key_owner_detail(report, checked.credential))
        return checked
    raise VerdictReached


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


def _check_status(
    report: Report, credential: dict, now: datetime, web: WebSession
) -> CredentialStatus | None:
    """None if the status is unknown."""
    title = _("Revoked?")
    if report.award and report.award.is_revoked:
        report_revoked(report, report.award.revocation_reason, report.award.revoked_at)
        raise VerdictReached
    if not as_list(credential.get("credentialStatus")):
        report.add_passed(title, _("The badge names no list of revoked badges."))
        return CredentialStatus.IN_FORCE
    try:
        status, reason = credential_status.check_status(web, credential, now)
    except StatusNotKnown as error:
        report.add_open(title, str(error))
        return None
    if status is CredentialStatus.REVOKED:
        report_revoked(report, reason, None)
        raise VerdictReached
    if status is CredentialStatus.SUSPENDED:
        report.add_failed(title, _("The issuer has suspended it for now."))
    else:
        report.add_passed(title, _("No, says the issuer’s list."))
    return status


def _check_dates(report: Report, credential: dict, now: datetime) -> Verdict | None:
    """NOT_YET or EXPIRED, or None if it is in force."""
    begins = parsing.parse_datetime(valid_from(credential))
    if begins > now:
        report.add_failed(
            _("Date"), _("It is not valid before %(date)s.") % {"date": format_day(begins)}
        )
        return Verdict.NOT_YET
    report.add_passed(
        _("Date"), _("Issued on %(date)s.") % {"date": format_day(report.issued_on or begins)}
    )
    ends = report.expires
    if ends is None:
        report.add_passed(_("Status"), _("Valid; it does not expire."))
    elif ends <= now:
        report.add_failed(_("Status"), _("It expired on %(date)s.") % {"date": format_day(ends)})
        return Verdict.EXPIRED
    else:
        report.add_passed(_("Status"), _("Valid until %(date)s.") % {"date": format_day(ends)})
    return None


def _check_recipient(report: Report, credential: dict, email: str) -> bool | None:
    title = _("Recipient")
    if not email.strip():
        report.add_open(
            title, _("Not checked. Enter the person’s email address to see whether it is theirs.")
        )
        return None
    answer = is_recipient(credential["credentialSubject"], email)
    if answer:
        report.add_passed(title, _("It was issued to this email address."))
    elif answer is None:
        report.add_open(title, _("The badge does not name its recipient by email address."))
    else:
        report.add_failed(
            title,
            _("It was issued to another email address. People often have several: ask which one."),
        )
    return answer


def _conclude(
    report: Report,
    status: CredentialStatus | None,
    date_verdict: Verdict | None,
    matches_recipient: bool | None,
) -> None:
    if matches_recipient is False:
        _set_verdict(report, Verdict.OTHER_PERSON)
    elif status is None:
        _set_verdict(report, Verdict.NOT_CHECKED)
    elif status is CredentialStatus.SUSPENDED:
        _set_verdict(report, Verdict.SUSPENDED)
    elif date_verdict:
        _set_verdict(report, date_verdict)
    else:
        _set_verdict(report, Verdict.VALID)


def _set_verdict(report: Report, verdict: Verdict) -> None:
    report.set_verdict(
        verdict,
        {
            Verdict.OTHER_PERSON: _("The badge is real, but for another email address."),
            Verdict.NOT_CHECKED: _(
                "The badge is signed by its issuer, but we could not check whether it has been "
                "revoked since."
            ),
            Verdict.SUSPENDED: _("This badge is real but suspended for now."),
            Verdict.NOT_YET: _("This badge is real but not valid yet."),
            Verdict.EXPIRED: _("This badge is real but has expired."),
            Verdict.CHANGED: _("This badge was changed after it was signed."),
            Verdict.VALID: _("This badge is valid."),
        }[verdict],
    )
    if verdict is Verdict.CHANGED:
        raise VerdictReached
