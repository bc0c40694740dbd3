from itertools import islice

from django.db import migrations

from issuing.short_codes import new_short_code


def give(apps, schema_editor):
    """Awards made before there were codes get theirs now, a thousand at a time."""
    Assertion = apps.get_model('issuing', 'Assertion')
    without = Assertion.objects.filter(short_code=None).only('pk').iterator(chunk_size=1000)
    while batch := list(islice(without, 1000)):
        for assertion in batch:
            assertion.short_code = new_short_code()
        Assertion.objects.bulk_update(batch, ['short_code'])


class Migration(migrations.Migration):

    dependencies = [
        ('issuing', '0003_assertion_short_code'),
    ]

    operations = [
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
