"""Acts are recorded in English, as keys; the activity log shows each in the reader's language."""

import pytest

from reporting import activity
from rewards import note_translations
from tests.reporting.recorded_acts import recorded_acts


@pytest.mark.parametrize("act", sorted(set(recorded_acts())))
def test_every_recorded_act_has_words_for_readers(act):
    known = {*activity._ACTS, *note_translations._TRANSLATIONS}

    assert act in known
