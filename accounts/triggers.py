"""What the database refuses about links of accounts, and roles of people without email."""

from __future__ import annotations

import pgtrigger

from postgres.erasure import ProtectUnlessErased

LINK_OF_NO_CHAIN = pgtrigger.Trigger(
    name="account_is_linked_to_a_main_account",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("linked_to_id"),
    condition=pgtrigger.Q(new__linked_to__isnull=False),
    # The main account is locked, so that it is not linked to another one at the same moment.
    func="""
        PERFORM 1 FROM accounts_user WHERE id = NEW.linked_to_id FOR NO KEY UPDATE;
        IF EXISTS (
            SELECT 1 FROM accounts_user
            WHERE (id = NEW.linked_to_id AND linked_to_id IS NOT NULL)
               OR linked_to_id = NEW.id
        ) THEN
            RAISE EXCEPTION 'an account is linked to a main account, which is linked to none';
        END IF;
        RETURN NEW;
    """,
)
ONLY_LEARNS_WITHOUT_EMAIL = pgtrigger.Trigger(
    name="without_email_one_only_learns",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("role", "user_id"),
    condition=~pgtrigger.Q(new__role="earner"),
    # mail/no_mailbox.py: DOMAIN
    func="""
        IF EXISTS (
            SELECT 1 FROM accounts_user
            WHERE id = NEW.user_id AND split_part(email, '@', 2) = 'no-email.invalid'
        ) THEN
            RAISE EXCEPTION 'somebody without email has no role but that of a learner';
        END IF;
        RETURN NEW;
    """,
)
LINK_ONLY_ENDS = [
    ProtectUnlessErased(
        personal=["reason"],
        name="link_keeps_what_was_linked",
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(
            "account", "main", "source", "reason", "linked_by", "linked_at", "follows"
        ),
    ),
    ProtectUnlessErased(
        personal=["reason"],
        name="ended_link_is_frozen",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__ended_at__isnull=False),
    ),
    pgtrigger.Protect(name="link_stays", operation=pgtrigger.Delete),
]
