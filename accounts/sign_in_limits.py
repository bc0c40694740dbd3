"""Limits on wrong passwords that slow guessing down and lock no owner out.

Wrong tries are counted for an address together with the place they come from: a browser that has
signed in to this account before, or else the network. So nobody can use up the tries of somebody
else. Guessing from many networks is stopped for the address as a whole, but not for browsers that
know the account, and never for the link of an email: docs/adr/0039-sign-in-limits-and-logs.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.known_browsers import known_browser_of
from accounts.rate_limits import decrease, increase, origin_of

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
# Wrong tries for one address from one place.
TRIES_OF_PLACE = (10, 5 * MINUTE)
TRIES_OF_PLACE_A_DAY = (50, DAY)
# Wrong tries for all addresses from one network, in which a whole school may be.
TRIES_OF_NETWORK = (60, MINUTE)
# Wrong tries for one address from everywhere. Each network adds only a share to it.
TRIES_OF_ADDRESS = (50, HOUR)
SHARE_OF_NETWORK = 10


class Refusal(Enum):
    PLACE = auto()  # too many wrong tries from here
    ADDRESS = auto()  # too many wrong tries for this address, from many places
    CLASS = auto()  # too many wrong tries for the names of this class


@dataclass
class Try:
    """One try to sign in, counted as wrong until it is taken back."""

    counted: list[str]
    refusal: Refusal | None = None

    def take_back(self) -> None:
        """The password was right."""
        for key in self.counted:
            decrease(key)


def begin_try(request: HttpRequest, address: str) -> Try:
    """Count a try for this address from the place of the request, and say whether it is refused."""
    address = salted_hmac("sign-in", address.strip().lower()).hexdigest()
    browser = known_browser_of(request, address)
    place = f"browser:{browser}" if browser else f"network:{origin_of(request)}"
    attempt = Try([])
    limits = [
        (f"sign-in:{address}:{place}", TRIES_OF_PLACE),
        (f"sign-in:day:{address}:{place}", TRIES_OF_PLACE_A_DAY),
    ]
    if not browser:
        limits.append((f"sign-in:{place}", TRIES_OF_NETWORK))
    for key, (times, seconds) in limits:
        attempt.counted.append(key)
        if increase(key, seconds=seconds) > times:
            attempt.refusal = Refusal.PLACE
    if attempt.refusal is None and not browser:
        _count_for_address(attempt, address, place)
    return attempt


def _count_for_address(attempt: Try, address: str, network: str) -> None:
    times, seconds = TRIES_OF_ADDRESS
    everywhere = f"sign-in:{address}"
    share = f"sign-in:share:{address}:{network}"
    attempt.counted.append(share)
    if increase(share, seconds=seconds) <= SHARE_OF_NETWORK:
        attempt.counted.append(everywhere)
        total = increase(everywhere, seconds=seconds)
    else:
        total = cache.get(everywhere, 0)
    if total > times:
        attempt.refusal = Refusal.ADDRESS
