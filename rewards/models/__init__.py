"""Sponsors, drawings, entries, draws and winners."""

from rewards.models.disputes import Dispute
from rewards.models.drawings import (
    Drawing,
    DrawingRules,
    ExcludedPerson,
    Follower,
    Prize,
)
from rewards.models.draws import Draw, Entry, EntryList, ListedEntry, ListPiece, Skip, Win
from rewards.models.repeats import DrawNote, RepeatRequest
from rewards.models.rounds import DrandRound
from rewards.models.seals import Seal
from rewards.models.sponsors import Sponsor
from rewards.models.stage import StageStep
from rewards.models.values import TypedValue

__all__ = [
    "Dispute",
    "DrandRound",
    "Draw",
    "DrawNote",
    "Drawing",
    "DrawingRules",
    "Entry",
    "EntryList",
    "ExcludedPerson",
    "Follower",
    "ListPiece",
    "ListedEntry",
    "Prize",
    "RepeatRequest",
    "Seal",
    "Skip",
    "Sponsor",
    "StageStep",
    "TypedValue",
    "Win",
]
