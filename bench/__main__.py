"""python -m bench [--only pages] [--assertions 100000] [--more-assertions 1000000] [--seconds 4]"""

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
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--badges", type=int, default=200)
    parser.add_argument("--assertions", type=int, default=100_000)
    parser.add_argument("--more-assertions", type=int, default=1_000_000, help="0: not")
    parser.add_argument("--requests", type=int, default=10_000, help="to look at memory")
    parser.add_argument("--awards", type=int, default=5_000)
    parser.add_argument("--people", type=int, default=20_000, help="who get one badge in bulk")
    parser.add_argument("--many", type=int, default=100_000, help="more, to look at memory")
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--chances", type=int, default=1_000_000, help="of ten for a person")
    parser.add_argument("--prizes", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each round")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
