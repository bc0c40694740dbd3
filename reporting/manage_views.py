from collections import defaultdict

from django.core.paginator import Paginator
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import restrict_to
from accounts.models import Agency
from reporting import issued_table, metrics
from reporting.activity import activity_lines
from reporting.forms import ActivityForm, PeriodForm
from reporting.periods import Period, Span, period_of
from reporting.permissions import agencies_reported_to, agencies_with_addresses, can_report
from reporting.scopes import Basis, Scope
from spreadsheets.writing import XLSX, csv_lines, write_xlsx

BADGES_PER_PAGE = 50
LINES_PER_PAGE = 50

reporters_only = restrict_to(can_report)


@require_safe
@reporters_only
def overview(request):
    form = PeriodForm.asked(request)
    scope, period = form.chosen_scope(), form.chosen_period()
    badges = scope.badges().for_cards().order_by("current_version__name", "pk")
    page = Paginator(badges, BADGES_PER_PAGE).get_page(request.GET.get("page"))
    by_issuer = scope.basis == Basis.ISSUER
    turn_around = metrics.turn_around(scope.agencies, period=period) if by_issuer else {}
    context = {
        "form": form,
        "period": period,
        "by_issuer": by_issuer,
        "waiting": metrics.backlog(scope.agencies, today=form.today) if by_issuer else None,
        "awards": metrics.awards(
            scope, month=period_of(Span.MONTH, today=form.today), period=period
        ),
        "by_agency": [] if by_issuer else _agency_rows(scope, period),
        "funnel": metrics.funnel(scope, period=period),
        "turn_around": turn_around.get(None),
        "page": page,
        "rows": _badge_rows(scope, page.object_list, period, turn_around),
    }
    status = 422 if form.errors else 200
    return render(request, "reporting/manage/overview.html", context, status=status)


@require_safe
@reporters_only
def activity(request):
    form = ActivityForm(request.GET)
    is_valid = form.is_valid()
    agencies = list(agencies_reported_to(request.user).order_by().values_list("pk", flat=True))
    lines = activity_lines(
        request.user,
        agencies,
        limit=LINES_PER_PAGE + 1,
        act=form.cleaned_data.get("act", ""),
        person=form.cleaned_data.get("person", ""),
        period=form.chosen_period(),
        older_than=request.GET.get("older_than", ""),
    )
    page = lines[:LINES_PER_PAGE]
    context = {
        "form": form,
        "lines": page,
        "older_than": page[-1].cursor if len(lines) > LINES_PER_PAGE else "",
        "is_newest": "older_than" not in request.GET,
        "is_filtered": any(form.cleaned_data.values()),
    }
    return render(
        request, "reporting/manage/activity.html", context, status=200 if is_valid else 422
    )


@require_safe
@reporters_only
def issued_csv(request):
    form = PeriodForm.asked(request)
    lines = csv_lines(_issued_rows(request, form))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return _as_download(response, form, "csv")


@require_safe
@reporters_only
def issued_xlsx(request):
    form = PeriodForm.asked(request)
    file = write_xlsx(_issued_rows(request, form), title=_("Badges issued"))
    return _as_download(FileResponse(file, content_type=XLSX), form, "xlsx")


@require_safe
@reporters_only
def workplaces_csv(request):
    form = PeriodForm.asked(request)
    response = StreamingHttpResponse(
        csv_lines(_workplace_table(form)), content_type="text/csv; charset=utf-8"
    )
    return _as_download(response, form, "csv", name="badges-by-workplace")


@require_safe
@reporters_only
def workplaces_xlsx(request):
    form = PeriodForm.asked(request)
    file = write_xlsx(_workplace_table(form), title=_("Where people work"))
    response = FileResponse(file, content_type=XLSX)
    return _as_download(response, form, "xlsx", name="badges-by-workplace")


def _workplace_table(form: PeriodForm):
    """Numbers only: who holds a badge of somebody else's is not a workplace's to know."""
    scope, period = Scope(form.chosen_agencies(), Basis.WORKPLACE), form.chosen_period()
    yield [_("Agency"), _("Part of"), _("Badges"), _("People"), _("From"), _("Through")]
    for row in _agency_rows(scope, period):
        agency, parent = row["agency"], row["parent"]
        above = parent.name if parent else None
        yield [agency.name, above, row["badges"], row["people"], period.first, period.last]


def _issued_rows(request, form: PeriodForm):
    awards = issued_table.issued_awards(form.chosen_agencies(), period=form.chosen_period())
    with_addresses = set(agencies_with_addresses(request.user).values_list("pk", flat=True))
    return issued_table.rows(awards, with_addresses=with_addresses)


def _as_download(response, form: PeriodForm, kind: str, *, name: str = "badges-issued"):
    name = f"{name}-{form.today.isoformat()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _agency_rows(scope: Scope, period: Period) -> list[dict]:
    """The agencies as a tree, each below what it belongs to, with what it counts."""
    agencies = list(Agency.objects.filter(pk__in=scope.agencies).order_by("name", "pk"))
    known = {agency.pk: agency for agency in agencies}
    below = defaultdict(list)
    for agency in agencies:
        below[agency.parent_id if agency.parent_id in known else None].append(agency)
    counts, rows = scope.held_by_agency(period), []
    waiting = [(agency, 0) for agency in reversed(below[None])]
    while waiting:
        agency, depth = waiting.pop()
        badges, people = counts.get(agency.pk, (0, 0))
        rows.append(
            {
                "agency": agency,
                "parent": known.get(agency.parent_id),
                "depth": depth,
                "badges": badges,
                "people": people,
            }
        )
        waiting += [(child, depth + 1) for child in reversed(below[agency.pk])]
    return rows


def _badge_rows(scope: Scope, badges, period: Period, turn_around) -> list[dict]:
    keys = [badge.pk for badge in badges]
    started_and_sent = metrics.started_and_sent_by_badge(scope, keys, period=period)
    issued = metrics.issued_by_badge(scope, keys, period=period)
    rows = []
    for badge in badges:
        started, sent = started_and_sent.get(badge.pk, (0, 0))
        rows.append(
            {
                "badge": badge,
                "started": started,
                "sent": sent,
                "issued": issued.get(badge.pk, 0),
                "turn_around": turn_around.get(badge.pk),
            }
        )
    return rows
