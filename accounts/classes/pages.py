"""The page of a class and its cards, as coordinators and instructors both see them."""

from __future__ import annotations

import base64

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.agencies.operations import Closed
from accounts.classes import operations as classes
from accounts.classes.forms import NewLearnersForm
from accounts.groups.operations import GroupClosed
from accounts.languages import current_language
from accounts.models import ClassCode, ClassSignIn, Group
from accounts.ticked import ticked_people
from serving.qr_codes import qr_svg


class ClassPages:
    """The pages of one group, with the addresses and templates for the role that opened them."""

    def __init__(self, request: HttpRequest, group: Group, *, name: str, template: str) -> None:
        self.request, self.group, self.name, self.template = request, group, name, template

    def show(self, form: NewLearnersForm | None = None, *, status: int = 200) -> HttpResponse:
        code = ClassCode.objects.current().filter(group=self.group).first()
        places = list(classes.members_without_email(self.group))
        current = ClassSignIn.objects.current().filter(group=self.group)
        names = dict(current.values_list("user", "user_name"))
        context = {
            **self._addresses(code),
            "form": form or NewLearnersForm(),
            "has_errors": bool(form and form.errors),
            "lines": [(place, names.get(place.user_id, "")) for place in places],
        }
        response = render(self.request, f"{self.template}.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response

    def add(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._shown_once()
        form = NewLearnersForm(self.request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        names = form.cleaned_data["names"]
        try:
            cards = classes.add_learners(
                self.group, names, by=self.request.user, language=current_language()
            )
        except classes.NamesThere as error:
            said = _(
                "In the group already: %(names)s. Remove these lines. If their cards are lost, "
                "make new ones above."
            )
            form.add_error("names", said % {"names": ", ".join(error.names[:20])})
            return self.show(form, status=422)
        except (GroupClosed, Closed):
            form.add_error(None, _("This group has closed. Open it again first."))
            return self.show(form, status=422)
        return self._sheet(cards)

    def renew_cards(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._shown_once()
        keys = ticked_people(self.request, most=500)
        try:
            cards = classes.renew_cards(self.group, keys, by=self.request.user)
        except (GroupClosed, Closed):
            messages.error(self.request, _("This group has closed. Open it again first."))
            return self.back()
        if not cards:
            messages.error(self.request, _("Tick the people who need a new card."))
            return self.back()
        return self._sheet(cards)

    def change_code(self) -> HttpResponse:
        try:
            if self.request.POST.get("act") == "end":
                classes.end_code(self.group, by=self.request.user)
                said = _("The class code has ended. Nobody can sign in with it.")
            else:
                code = classes.renew_code(self.group, by=self.request.user)
                said = _("The class code is now %(code)s.") % {"code": code}
        except (GroupClosed, Closed):
            messages.error(self.request, _("This group has closed. Open it again first."))
        else:
            messages.success(self.request, said)
        return self.back()

    def _shown_once(self) -> HttpResponse:
        """The address of a sheet of cards was opened again."""
        said = _(
            "Cards are shown only once. If you have not printed yours, tick the people below and "
            "make new cards: the earlier ones end."
        )
        messages.info(self.request, said)
        return self.back()

    def back(self) -> HttpResponse:
        return redirect(self.name, self.group.public_id)

    def _sheet(self, cards: list[classes.Card]) -> HttpResponse:
        """Only in this answer: the secrets are stored nowhere."""
        code = ClassCode.objects.current().filter(group=self.group).get()
        context = {**self._addresses(code), "cards": cards}
        response = render(self.request, f"{self.template}_cards.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def _addresses(self, code: ClassCode | None) -> dict[str, object]:
        address = settings.PUBLIC_ORIGIN + code.get_sign_in_url() if code else ""
        return {
            "group": self.group,
            "code": code,
            "address": address,
            "shown_address": address.partition("://")[2].rstrip("/"),
            "qr": _qr(address) if address else "",
            "class_url": self.name,
            "add_url": f"{self.name}_add",
            "cards_url": f"{self.name}_cards",
            "code_url": f"{self.name}_code",
        }


def _qr(address: str) -> str:
    """Within the page, which is in the answer to one request only."""
    picture = qr_svg(address, quiet_zone=2)
    return "data:image/svg+xml;base64," + base64.b64encode(picture).decode()
