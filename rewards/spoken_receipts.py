"""Receipts that can be said aloud, such as “Amber Fox 42” (ADR 105).

A pure function of the place of a receipt in its frozen list and of the digest of that list. No
Django, no clock, no random numbers: anyone can compute it from the published files.
"""

from __future__ import annotations

from math import gcd

COLORS = (
    "Amber", "Apricot", "Ash", "Azure", "Beige", "Berry", "Black", "Blue", "Brass", "Bronze",
    "Brown", "Cherry", "Cinnamon", "Clay", "Cobalt", "Cocoa", "Copper", "Coral", "Cream", "Crimson",
    "Emerald", "Fern", "Ginger", "Gold", "Granite", "Gray", "Green", "Hazel", "Honey", "Indigo",
    "Ivory", "Jade", "Lavender", "Lemon", "Lilac", "Lime", "Magenta", "Maple", "Maroon", "Mint",
    "Navy", "Ochre", "Olive", "Orange", "Peach", "Pearl", "Pink", "Plum", "Purple", "Red", "Rose",
    "Ruby", "Rust", "Saffron", "Sand", "Scarlet", "Silver", "Teal", "Topaz", "Violet", "Walnut",
    "White", "Wine", "Yellow",
)  # fmt: skip
ANIMALS = (
    "Badger", "Bear", "Beaver", "Bee", "Bison", "Bobcat", "Camel", "Cat", "Condor", "Coyote",
    "Crab", "Crane", "Cricket", "Deer", "Dolphin", "Dragonfly", "Duck", "Eagle", "Elk", "Falcon",
    "Finch", "Fox", "Frog", "Gecko", "Goat", "Goose", "Hare", "Hawk", "Hedgehog", "Heron", "Horse",
    "Jay", "Koala", "Lark", "Lion", "Lizard", "Llama", "Lynx", "Mole", "Moose", "Mouse", "Newt",
    "Orca", "Osprey", "Otter", "Owl", "Panda", "Pelican", "Penguin", "Pony", "Puffin", "Quail",
    "Rabbit", "Raccoon", "Robin", "Salmon", "Seal", "Sparrow", "Squirrel", "Swan", "Tiger", "Toad",
    "Turtle", "Whale",
)  # fmt: skip
# Two digits, as long as there are words enough for the list.
FEWEST_NUMBERS = 90
FIRST_NUMBER = 10


def spoken_receipt(place: int, *, count: int, sha256: str) -> str:
    """The words for the receipt at this place, from 1, of a list with this length and digest.

    Different places have different words: a step that has no divisor in common with the number of
    all words visits each of them once.
    """
    pairs = len(COLORS) * len(ANIMALS)
    numbers = max(FEWEST_NUMBERS, -(-count // pairs))
    size = pairs * numbers
    seed = int(sha256, 16)
    step = seed // size % size
    while gcd(step, size) != 1:
        step += 1
    index = (seed + (place - 1) * step) % size
    index, number = divmod(index, numbers)
    color, animal = divmod(index, len(ANIMALS))
    return f"{COLORS[color]} {ANIMALS[animal]} {FIRST_NUMBER + number}"
