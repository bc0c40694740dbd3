"""Drawings, sponsors and prizes of one place, with a mark in each text that people write."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from accounts.links import operations as links
from accounts.models import AccountLink, User
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.states import GrantSource
from rewards.drawings.operations import disputes, drafts
from rewards.drawings.operations import life_cycle as drawings
from rewards.drawings.operations.drafts import PrizeContent
from rewards.models import Drawing, DrawingRules, Sponsor, Win
from rewards.prizes import operations as prizes
from rewards.repeats import operations as repeats
from rewards.sponsors import operations as sponsors
from tests.access.marks import Marks
from tests.factories import png
from tests.rewards import drawing_factories as rewards


class MarkedDrawings(Marks):
    """For `MarkedRecords`, which makes the people before."""

    quiet: User
    skipped: User

    def make_drawings(self) -> None:
        self._sponsor()
        self._link_accounts()
        self._drawing("draft")
        announced = self._drawing("announced")
        self._announce(announced)
        reason = self.mark("rewards.ExcludedPerson.reason", "not on the list")
        drafts.exclude(announced, self.quiet, reason=reason, **self.by)
        self._write_next_rules(announced)
        self._announce(announced)
        cancelled = self._drawing("announced")
        self._announce(cancelled)
        drawings.cancel(cancelled, reason=self.mark("rewards.Drawing.cancelled_because"), **self.by)
        closed = self._closed()
        disputed = disputes.dispute(
            closed, user=self.earner, text=self.mark("rewards.Dispute.text"), now=rewards.CLOSE
        )
        disputes.answer(
            disputed,
            text=self.mark("rewards.Dispute.answer"),
            upheld=False,
            now=rewards.CLOSE,
            **self.by,
        )
        upheld = disputes.dispute(closed, user=self.earner, text="Look again.", now=rewards.CLOSE)
        reason = self.mark("rewards.EntryList.reason")
        disputes.answer(upheld, text=reason, upheld=True, now=rewards.CLOSE, **self.by)
        self._drawn()

    def _sponsor(self) -> None:
        def mark(field):
            return self.mark(f"rewards.Sponsor.{field}")

        self.sponsor = Sponsor(
            agency=self.agency,
            name=mark("name"),
            slug="sponsor-own",
            url=f"https://{mark('url')}.example",
            thanks=mark("thanks"),
            email=f"{mark('email')}@sponsor.example",
        )
        sponsors.save_sponsor(self.sponsor, logo=png(20), **self.by)
        self.add("sponsor", slug=self.sponsor.slug)

    def _drawing(self, state: str) -> Drawing:
        def mark(text):
            return self.mark(f"rewards.{text}", state)

        rules = DrawingRules(
            text=mark("DrawingRules.text"),
            opens_on=rewards.OPENS,
            ends_on=rewards.ENDS,
            closes_at=rewards.CLOSE,
            disputes_until=rewards.DISPUTES,
            draws_at=rewards.DRAW,
            sources=[
                {**rewards.LOTTERY, "name": mark("DrawingRules.sources")},
                rewards.MARKET,
            ],
        )
        drawing = drafts.create_drawing(
            title=mark("Drawing.title"), agency=self.agency, rules=rules, m2m={}, **self.by
        )
        prize = PrizeContent(
            name=mark("Prize.name"),
            worth=Decimal(50),
            quantity=9,
            sponsor=self.sponsor,
            description=mark("Prize.description"),
            how_to_collect=mark("Prize.how_to_collect"),
            picture=png(20),
            picture_alt=mark("Prize.picture_alt"),
        )
        drafts.save_prizes(drawing, [prize], **self.by)
        self.add("drawing", slug=drawing.slug, position=1, number=1)
        return drawing

    def _announce(self, drawing: Drawing) -> None:
        announced_at = rewards.IN_THE_PERIOD - timedelta(days=30)
        drawings.announce(drawing, now=announced_at, **self.by)
        drawing.refresh_from_db()

    def _write_next_rules(self, drawing: Drawing) -> None:
        rules = drafts.rules_to_edit(drawing)
        rules.change_note = self.mark("rewards.DrawingRules.change_note")
        drafts.save_rules(drawing, rules, m2m={}, **self.by)

    def _closed(self) -> Drawing:
        drawing = self._drawing("announced")
        self._announce(drawing)
        for person in (self.earner, self.quiet, self.skipped, self._earner()):
            grant = Grant(
                person, self._old_version(), GrantSource.LIST, key=f"{drawing.pk}:{person.pk}"
            )
            grant_all([grant], now=rewards.IN_THE_PERIOD, **self.by)
            issue_batch(now=rewards.IN_THE_PERIOD)
        drawings.close(drawing, now=rewards.CLOSE)
        reason = self.mark("rewards.ExcludedPerson.reason", "skipped in the sequence")
        drafts.exclude(drawing, self.skipped, reason=reason, now=rewards.CLOSE, **self.by)
        return Drawing.objects.get(pk=drawing.pk)

    def _link_accounts(self) -> None:
        reason = self.mark("accounts.AccountLink.reason")
        source = AccountLink.Source.COORDINATOR
        account, main = self._earner(), self.earner
        links.link(account, main, reason=reason, source=source, **self.by)

    def _old_version(self):
        return self._plain_badge().current_version

    def _drawn(self) -> None:
        drawing = self._closed()
        rewards.draw_with(drawing, values=rewards.VALUES, now=rewards.DRAW, **self.by)
        rewards.type_values(drawing, rewards.OTHER_VALUES)
        reason = self.mark("rewards.RepeatRequest.reason")
        asked = repeats.ask(drawing.draws.get(), reason=reason, now=rewards.DRAW, **self.by)
        repeats.refuse(asked, now=rewards.DRAW, **self.by)
        again = self.mark("rewards.Draw.reason")
        rewards.draw_with(drawing, values=rewards.OTHER_VALUES, reason=again, **self.by)
        wins = Win.objects.filter(draw__drawing=drawing, draw__number=2)
        for win in wins.select_related("draw__drawing", "prize", "line__entry__user"):
            if win.line.entry.user_id == self.earner.pk:
                prizes.confirm(win, shows_name=False, now=rewards.DRAW)
            elif win.line.entry.user_id == self.quiet.pk:
                prizes.confirm(win, shows_name=False, now=rewards.DRAW)
                note = self.mark("rewards.Win.collected_note")
                prizes.collect(win, note=note, **self.by)
            else:
                reason = self.mark("rewards.Win.given_up_because")
                prizes.decline(win, reason=reason, **self.by)
            self.add("win", slug=drawing.slug, pk=win.pk)
        text = self.mark("rewards.DrawNote.text")
        repeats.add_note(drawing.draws.latest("number"), text=text, **self.by)
        prizes.thank_sponsors(drawing, **self.by)
