"""Two real drand rounds, and the dates of a drawing that uses the first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from rewards.drand import beacon
from tests.rewards import drawing_factories

# As answered by drand's HTTP API.
ROUND = 657413
SIGNATURE = (
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef"
    "9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
)
RANDOMNESS = "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
OTHER_ROUND = 1000
OTHER_SIGNATURE = (
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b1957"
    "6350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
)
OTHER_RANDOMNESS = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"

# The draw is at the time of the first round.
DRAW = beacon.moment_of(ROUND)
CLOSE = DRAW - timedelta(days=7)
CALENDAR = {
    "opens_on": date(2023, 7, 1),
    "ends_on": date(2023, 8, 31),
    "closes_at": CLOSE,
    "disputes_until": DRAW - timedelta(days=1),
    "draws_at": DRAW,
}
# Numbers that are published after the disputes and before the draw.
LOTTERY = {
    **drawing_factories.LOTTERY,
    "when": "2023-09-14",
    "at": (DRAW - timedelta(hours=8)).isoformat(),
}
EARNED = datetime(2023, 8, 1, 18, tzinfo=UTC)
