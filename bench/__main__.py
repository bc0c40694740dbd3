"""Measure the program: `make bench ARGS="--help"` lists the parts and their sizes."""

from __future__ import annotations

import argparse
import os
import sys

from bench.database import scratch_database
from bench.folders import scratch_folders

PARTS = ["pages", "first-view", "memory", "proxy", "awards", "bulk", "drawings", "documents"]


def main() -> None:
    options = _options()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    # What was counted in earlier runs limits nobody in this one.
    os.environ["CACHE_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/15"

    def documents_of_many(count: int, times: dict) -> None:
        # The part "awards" has used the next pairs of people and badges.
        start = options.assertions + options.awards
        if count > start:
            say(f"\nFilling: {count:,} assertions ...")
            filling.awards(
                count - start, status="issued", start=start, among=options.assertions // 20
            )
            pages.sign_enough()
            pages.measure(**times, documents_only=True)

    with scratch_database("badges_bench"), scratch_folders():
        import django

        django.setup()
        from django.core.cache import cache
        from django.core.management import call_command

        # Imported here because they need the settings, and the settings need the new database.
        from bench import awards, bulk, drawings, filling, first_view, memory, pages, proxy

        cache.clear()
        say("Collecting static files ...")
        call_command("collectstatic", interactive=False, verbosity=0)
        say(f"Filling: {options.badges} badges, {options.assertions:,} assertions ...")
        filling.fill(badges=options.badges, assertions=options.assertions)
        pages.sign_enough()
        times = {"seconds": options.seconds, "rounds": options.rounds}
        parts = {
            "pages": lambda: pages.measure(**times),
            "memory": lambda: memory.measure(requests=options.requests),
            "first-view": lambda: first_view.measure(rounds=options.rounds),
            "proxy": lambda: proxy.measure(**times),
            "awards": lambda: awards.measure(options.awards),
            "bulk": lambda: bulk.measure(options.people, options.many),
            "drawings": lambda: drawings.measure(
                chances=options.chances, people=options.chances // 10, prizes=options.prizes
            ),
            "documents": lambda: documents_of_many(options.more_assertions, times),
        }
        for name, measure in parts.items():
            if options.only in (None, name):
                measure()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench",
        usage='make bench ARGS="[--only PART] [options]"',
        description="Fills a database of its own, and measures each part on it. "
        "Without --only all parts are measured, which takes long.",
    )
    parser.add_argument("--only", choices=PARTS, metavar="PART", help=f"one of {', '.join(PARTS)}")

    def add(name: str, default: float, help: str) -> None:
        number = type(default)
        words = f"{help} (default: {default:,})"
        parser.add_argument(name, type=number, default=default, metavar="N", help=words)

    add("--badges", 200, "badges of the catalog")
    add("--assertions", 100_000, "issued badges that the database has at first")
    add("--more-assertions", 1_000_000, "documents: measured with this many, 0 to leave it out")
    add("--seconds", 4.0, "pages, proxy, documents: how long each address is asked for in a round")
    add("--rounds", 3, "pages, proxy, documents, first-view: how often; the median is printed")
    add("--requests", 10_000, "memory: requests to a web worker")
    add("--awards", 5_000, "awards: how many are made one by one")
    add("--people", 20_000, "bulk: people who get one badge")
    add("--many", 100_000, "bulk: the same again with more people, for the memory it takes")
    add("--chances", 1_000_000, "drawings: entries, ten for each person")
    add("--prizes", 500, "drawings: prizes")
    return parser.parse_args()


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
