"""An Open Badge 3.0: its word counts wherever it is, as long as the issuer's signature is on it."""

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
from verification.conclusions import say_revoked
from verification.credential_status import CannotSay, Standing
from verification.key_ownership import NotKnown, NotTheIssuers, OwnerNotKnown
from verification.recipients import is_recipient
from verification.remote_documents import Web
from verification.report import Report, Stop, Verdict, day, host_of, printable
from verification.signatures import Changed, Checked, NotSigned, Unclear
from verification.well_formed import listed, valid_from, valid_until


def verify_signed(report: Report, signed: dict | str, email: str, now: datetime, web: Web) -> None:
    report.version = "3.0"
    try:
        credential = signatures.read(signed)
    except Changed:
        report.fails(_("Signature"), _("The signed text is damaged."))
        _end(report, Verdict.CHANGED)
    report.document = credential
    _introduce(report, credential)
    _check_form(report, signed, credential)
    _check_signature(report, signed, web)
    if not (report.award and report.award.is_revoked):
        newer_version.look_for(report, credential, web)
    standing = _check_status(report, credential, now, web)
    in_time = _check_dates(report, credential, now)
    is_theirs = _check_recipient(report, credential, email)
    endorsements.count(report, credential, now, web)
    _conclude(report, standing, in_time, is_theirs)


def _introduce(report: Report, credential: dict) -> None:
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
    """Whether it was issued here is a question to our records, and the first one."""
    id, issuer = parsing.reference(credential), parsing.reference(credential.get("issuer"))
    if not (addresses.is_ours(id) or _is_our_issuer(issuer)):
        named = printable(host_of(id) or issuer)
        report.open(_("Issued here"), _("No: the badge names %(host)s.") % {"host": named})
        return
    public_id = addresses.award_at(id)
    award = public_id and (
        Assertion.objects.published().with_badge().filter(public_id=public_id).first()
    )
    if (
        not award
        or id != addresses.credential_id(award.public_id)
        or issuer != identity.did_of(award.badge_class.issuer)
    ):
        report.fails(
            _("Issued here"),
            _("It says so, but our records hold no such award. Somebody else made this file."),
        )
        report.ends(Verdict.NOT_ISSUED, _("This badge was not issued here."))
        raise Stop
    report.award = award
    report.badge_name, report.issuer_name = award.version.name, award.badge_class.issuer.name
    report.issuer_url = award.badge_class.issuer.url
    report.holds(
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


def _check_form(report: Report, signed: dict | str, credential: dict) -> None:
    title = _("Written as the standard says")
    wrong = well_formed.problems(credential)
    if wrong:
        report.fails(
            title,
            _("Missing, unclear or out of place: %(names)s.")
            % {"names": ", ".join(map(printable, wrong[:10]))},
        )
        report.ends(Verdict.INVALID, _("This badge does not hold."))
        raise Stop
    remarks = []
    if well_formed.is_older(credential):
        remarks.append(_("In the older form, of before 2024."))
    if isinstance(signed, dict) and isinstance(signed.get("proof"), dict):
        remarks.append(_("Its one signature stands without a list; some programs mind."))
    report.holds(title, " ".join([_("Open Badges 3.0."), *remarks]))


def _check_signature(report: Report, signed: dict | str, web: Web) -> Checked:
    try:
        checked = signatures.check(web, signed)
    except NotSigned as error:
        report.fails(_("Signature"), str(error))
        report.ends(Verdict.INVALID, _("This badge is not signed, so it proves nothing."))
    except Unclear as error:
        report.fails(_("Signature"), str(error))
        report.ends(Verdict.INVALID, _("This badge does not hold."))
    except Changed as error:
        report.fails(_("Signature"), str(error))
        report.ends(Verdict.CHANGED, _("This badge was changed after it was signed."))
    except NotTheIssuers as error:
        report.fails(_("Whose key it is"), str(error))
        report.ends(
            Verdict.WRONG_KEY,
            _("The signature is not the issuer’s. Somebody else may have made this badge."),
        )
    except OwnerNotKnown as error:
        report.holds(_("Signature"), _("It fits the key that the badge names."))
        report.open(_("Whose key it is"), str(error))
        report.ends(
            Verdict.NOT_CHECKED,
            _("It is unchanged since it was signed, but by whom could not be checked."),
        )
    except NotKnown as error:
        report.open(_("Signature"), str(error))
        report.ends(Verdict.NOT_CHECKED, _("It could not be checked, so nothing is said about it."))
    else:
        words = _("Unchanged since it was signed (%(form)s).") % {"form": checked.form}
        report.holds(_("Signature"), " ".join([words, *checked.remarks]))
        report.holds(_("Whose key it is"), _whose(report, checked.credential))
        return checked
    raise Stop


def _whose(report: Report, credential: dict) -> str:
    if report.award:
        return _("The issuer’s: it is on record here.")
    issuer = parsing.reference(credential["issuer"])
    name = report.issuer_name or _("The issuer")
    if dids.embeds_key(issuer):
        return _(
            "%(name)s is known by this key alone, which says nothing of who stands behind it. "
            "Whether you trust this issuer is for you to judge."
        ) % {"name": name}
    try:
        host = host_of(dids.document_url(issuer))
    except NotADid:
        host = host_of(issuer)
    return _("%(name)s, at %(host)s. Whether you trust this issuer is for you to judge.") % {
        "name": name,
        "host": printable(host),
    }


def _check_status(report: Report, credential: dict, now: datetime, web: Web) -> Standing | None:
    """None if the issuer's list cannot be had."""
    title = _("Taken back?")
    if report.award and report.award.is_revoked:
        say_revoked(report, report.award.revocation_reason, report.award.revoked_at)
        raise Stop
    if not listed(credential.get("credentialStatus")):
        report.holds(title, _("The badge names no list of badges that were taken back."))
        return Standing.IN_FORCE
    try:
        standing, reason = credential_status.of(web, credential, now)
    except CannotSay as error:
        report.open(title, str(error))
        return None
    if standing is Standing.REVOKED:
        say_revoked(report, reason, None)
        raise Stop
    if standing is Standing.SUSPENDED:
        report.fails(title, _("The issuer has suspended it for the time being."))
    else:
        report.holds(title, _("No, says the issuer’s list."))
    return standing


def _check_dates(report: Report, credential: dict, now: datetime) -> Verdict | None:
    """What is wrong with the time, if anything is."""
    begins = parsing.parse_datetime(valid_from(credential))
    if begins > now:
        report.fails(_("Date"), _("It is not in force before %(date)s.") % {"date": day(begins)})
        return Verdict.NOT_YET
    report.holds(_("Date"), _("Issued on %(date)s.") % {"date": day(report.issued_on or begins)})
    ends = report.expires
    if ends is None:
        report.holds(_("Status"), _("In force; it does not expire."))
    elif ends <= now:
        report.fails(_("Status"), _("It expired on %(date)s.") % {"date": day(ends)})
        return Verdict.EXPIRED
    else:
        report.holds(_("Status"), _("In force until %(date)s.") % {"date": day(ends)})
    return None


def _check_recipient(report: Report, credential: dict, email: str) -> bool | None:
    title = _("Recipient")
    if not email.strip():
        report.open(
            title, _("Not checked. Type the person’s e-mail address to see whether it is theirs.")
        )
        return None
    answer = is_recipient(credential["credentialSubject"], email)
    if answer:
        report.holds(title, _("It was issued to this e-mail address."))
    elif answer is None:
        report.open(title, _("The badge does not name its recipient by e-mail address."))
    else:
        report.fails(
            title,
            _("It was issued to another e-mail address. People often have several: ask which."),
        )
    return answer


def _conclude(
    report: Report, standing: Standing | None, in_time: Verdict | None, is_theirs: bool | None
) -> None:
    if is_theirs is False:
        _end(report, Verdict.OTHER_PERSON)
    elif standing is None:
        _end(report, Verdict.NOT_CHECKED)
    elif standing is Standing.SUSPENDED:
        _end(report, Verdict.SUSPENDED)
    elif in_time:
        _end(report, in_time)
    else:
        _end(report, Verdict.VALID)


def _end(report: Report, verdict: Verdict) -> None:
    report.ends(
        verdict,
        {
            Verdict.OTHER_PERSON: _("The badge is real, but for another e-mail address."),
            Verdict.NOT_CHECKED: _(
                "The badge is signed by its issuer, but whether it was taken back since could not "
                "be checked."
            ),
            Verdict.SUSPENDED: _("This badge is real, and suspended for the time being."),
            Verdict.NOT_YET: _("This badge is real, but not in force yet."),
            Verdict.EXPIRED: _("This badge is real, and has expired."),
            Verdict.CHANGED: _("This badge was changed after it was signed."),
            Verdict.VALID: _("This badge holds."),
        }[verdict],
    )
    if verdict is Verdict.CHANGED:
        raise Stop
