"""Asks irrcac and statsmodels for their figures. Runs in an environment of its own, without us.

Reads JSON from standard input: a list of tables [both met, only first, only second, both not yet].
Writes, for each, what they say; null where they have no answer.
"""

import json
import math
import sys
import warnings

import numpy
import pandas
from irrCAC.raw import CAC
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint


def figures(both_met, only_first, only_second, both_not_yet):
    total = both_met + only_first + only_second + both_not_yet
    first = ["met"] * (both_met + only_first) + ["not yet"] * (only_second + both_not_yet)
    second = (
        ["met"] * both_met + ["not yet"] * only_first + ["met"] * only_second
        + ["not yet"] * both_not_yet
    )  # fmt: skip
    ratings = CAC(
        pandas.DataFrame({"first": first, "second": second}),
        categories=["met", "not yet"],
        digits=12,
    )
    low, high = proportion_confint(both_met + both_not_yet, total, method="wilson")
    return {
        "ac1 (irrcac)": number(ratings.gwet()["est"]["coefficient_value"]),
        "agreement (irrcac)": number(ratings.gwet()["est"]["pa"]),
        "kappa (irrcac)": number(ratings.conger()["est"]["coefficient_value"]),
        "kappa (statsmodels)": number(
            cohens_kappa(numpy.array([[both_met, only_first], [only_second, both_not_yet]])).kappa
        ),
        "wilson (statsmodels)": [number(low), number(high)],
    }


def number(value):
    return None if math.isnan(value) else round(float(value), 10)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    json.dump([figures(*table) for table in json.load(sys.stdin)], sys.stdout, indent=1)
