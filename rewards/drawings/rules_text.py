"""The default text of the rules: complete, and in plain words."""

from django.utils.translation import gettext as _


def default_rules_text() -> str:
    """Names no dates, badges or prizes: the page shows them from the rules themselves."""
    return _(
        "# No purchase necessary\n\n"
        "No purchase or payment is needed to enter or win, and buying something does not improve "
        "your chances. Badges that cost money do not count. Everyone who may take part, with or "
        "without a badge, can get one free entry with the form on this page.\n\n"
        "# Who may take part\n\n"
        "Everyone who belongs to an agency named on this page, or to one that is part of it. If "
        "none is named, everyone with an account. Coordinators of the program, its operators, "
        "the sponsors, and members of their households can’t win.\n\n"
        "# How you get entries\n\n"
        "Every badge that counts and that you earn in the period named on this page is an entry. "
        "You don’t need to sign up: the entry comes with the badge, and its receipt is on this "
        "page. A badge revoked before the closing date does not count as an entry.\n\n"
        "# Your odds\n\n"
        "They depend on the total number of entries. This page counts them every day.\n\n"
        "# How the winners are chosen\n\n"
        "On the closing date the list of entries becomes final; it is numbered and published "
        "without names. The prizes are drawn in order by RFC 3797, from public numbers that no "
        "one can know on the closing date. Anyone can check the result with what is published "
        "here.\n\n"
        "# How winners are notified\n\n"
        "By email to the address of their account. If a winner does not confirm by the date and "
        "time in that email, the prize goes to the next entry in the sequence. Winners pay no "
        "fee. Winners are responsible for any taxes on a prize. A name is published only if the "
        "winner agrees.\n"
    )
