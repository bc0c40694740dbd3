"""Where every coordinator begins: rules that are complete, in words that anyone understands."""

from django.utils.translation import gettext as _


def template() -> str:
    """Dates, badges and prizes stand beside these words on the page, so they can't disagree."""
    return _(
        "# No purchase is needed\n\n"
        "Nothing is bought or paid to take part, and paying for anything makes nobody's chances "
        "better. Badges that cost money do not count. Everyone who may take part, with or without "
        "a badge, can take one free chance with the form on this page.\n\n"
        "# Who may take part\n\n"
        "Everyone who belongs to an agency named on this page, or to one that is part of it; if "
        "none is named, everyone with an account. Coordinators of the program, its operators, "
        "the sponsors, and the families that live with them cannot win.\n\n"
        "# How you get chances\n\n"
        "Every badge that counts and that you earn in the period named on this page is a chance. "
        "You need not sign up for it: the chance comes with the badge, and its receipt is on this "
        "page. A badge that is revoked before the close is no chance.\n\n"
        "# Your odds\n\n"
        "They depend on how many chances there are in all. This page counts them every day.\n\n"
        "# How the winners are found\n\n"
        "At the close the list of chances is frozen, numbered and published without names. The "
        "prizes are drawn in their order by RFC 3797, from public numbers that nobody can know "
        "at the close. Anyone can compute the result again from what is published here.\n\n"
        "# How winners are told\n\n"
        "By e-mail to the address of their account. Whoever does not confirm by the date in that "
        "letter leaves the prize to the next in the sequence. Winners pay no fee; taxes on a "
        "prize are the winner's own. A name is published only if the winner agrees.\n"
    )
