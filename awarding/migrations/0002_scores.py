from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion
import django.db.models.functions.text


class Migration(migrations.Migration):
    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('catalog', '0001_initial'),
        ("awarding", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='scorerule',
            name='score_rule_has_the_value_of_its_kind',
        ),
        migrations.AddField(
            model_name='scoreimport',
            name='ladder',
            field=models.CharField(blank=True, choices=[('esl', 'ESL, English as a second language'), ('abe', 'ABE, adult basic and secondary education'), ('cefr', 'CEFR, A1 to C2'), ('nrs', 'NRS'), ('elpac', 'ELPAC')], help_text='Of levels that name none.', max_length=8),
        ),
        migrations.AddField(
            model_name='scoreresult',
            name='earned_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='scoreresult',
            name='form',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='scoreresult',
            name='ladder',
            field=models.CharField(blank=True, choices=[('esl', 'ESL, English as a second language'), ('abe', 'ABE, adult basic and secondary education'), ('cefr', 'CEFR, A1 to C2'), ('nrs', 'NRS'), ('elpac', 'ELPAC')], help_text='As the heading of its column says.', max_length=8),
        ),
        migrations.AddField(
            model_name='scoreresult',
            name='pre_line',
            field=models.PositiveIntegerField(help_text='Of the pre-test, if it has a row of its own.', null=True),
        ),
        migrations.AddField(
            model_name='scoreresult',
            name='remark',
            field=models.CharField(blank=True, choices=[('no_result', 'The file says that there is no result.'), ('pre_only', 'This is a pre-test. It earns nothing until there is a post-test after it.'), ('superseded', 'The first pre-test and the last post-test of this person count, and this is another.'), ('not_in_percent', 'A rule is in percent, and the score does not say out of how many. Write 8 / 10 or 80%.'), ('below', 'The score is below what the test can measure, so it meets no minimum.'), ('ladder_unknown', 'The level does not say on which ladder it is, such as ESL or ABE.'), ('other_ladder', 'The level is on another ladder than the rule, such as ABE and ESL. They don’t compare.')], max_length=20),
        ),
        migrations.AddField(
            model_name='scorerule',
            name='in_percent',
            field=models.BooleanField(default=False, help_text='Else the score counts in points.'),
        ),
        migrations.AlterField(
            model_name='awardlistrow',
            name='problem',
            field=models.CharField(blank=True, choices=[('no_email', 'There is no email address. Add one.'), ('bad_email', 'This is not an email address. Check for a typo.'), ('twice', 'This person is already on the list, so this row is skipped.'), ('already', 'This person already has the badge, so there is nothing to do.'), ('date_unreadable', 'We can’t read the date. Write it as 2026-03-15.'), ('date_ambiguous', 'The date can be read in two ways. Write it as 2026-03-15.'), ('expires_unreadable', 'We can’t read the day it expires. Write it as 2028-03-15.'), ('not_chosen', 'You chose that rows with this value get no badge.'), ('name_too_long', 'The name is longer than 150 characters. Shorten it.'), ('text_too_long', 'The text is longer than 5,000 characters. Shorten it.'), ('control_characters', 'It contains invisible control characters. Enter the text again.'), ('score_unreadable', 'We can’t read a score. Write it as 228, 85%, or 8 / 10.'), ('no_result', 'There is no post-test score and no level. Add one.'), ('moment_unknown', 'The row says neither pre-test nor post-test. Write Pre or Post.'), ('test_too_long', 'The name of the test or level is too long. Shorten it.'), ('not_published', 'The badge is not open at the moment.'), ('in_the_future', 'The day is in the future. Award it on that day.'), ('too_long_ago', 'It was earned so long ago that it would have expired.'), ('narrative', 'The text is too long or contains characters that can’t be shown.'), ('expires_too_early', 'The day it expires is over, or is before the day it was earned. Change it.'), ('key_in_use', 'The same key was used for another person or badge.')], max_length=20),
        ),
        migrations.AlterField(
            model_name='scoreresult',
            name='problem',
            field=models.CharField(blank=True, choices=[('no_email', 'There is no email address. Add one.'), ('bad_email', 'This is not an email address. Check for a typo.'), ('twice', 'This person is already on the list, so this row is skipped.'), ('already', 'This person already has the badge, so there is nothing to do.'), ('date_unreadable', 'We can’t read the date. Write it as 2026-03-15.'), ('date_ambiguous', 'The date can be read in two ways. Write it as 2026-03-15.'), ('expires_unreadable', 'We can’t read the day it expires. Write it as 2028-03-15.'), ('not_chosen', 'You chose that rows with this value get no badge.'), ('name_too_long', 'The name is longer than 150 characters. Shorten it.'), ('text_too_long', 'The text is longer than 5,000 characters. Shorten it.'), ('control_characters', 'It contains invisible control characters. Enter the text again.'), ('score_unreadable', 'We can’t read a score. Write it as 228, 85%, or 8 / 10.'), ('no_result', 'There is no post-test score and no level. Add one.'), ('moment_unknown', 'The row says neither pre-test nor post-test. Write Pre or Post.'), ('test_too_long', 'The name of the test or level is too long. Shorten it.'), ('not_published', 'The badge is not open at the moment.'), ('in_the_future', 'The day is in the future. Award it on that day.'), ('too_long_ago', 'It was earned so long ago that it would have expired.'), ('narrative', 'The text is too long or contains characters that can’t be shown.'), ('expires_too_early', 'The day it expires is over, or is before the day it was earned. Change it.'), ('key_in_use', 'The same key was used for another person or badge.')], max_length=20),
        ),
        migrations.AlterField(
            model_name='scoreresult',
            name='test',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddConstraint(
            model_name='scorerule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('at_least__isnull', False), ('kind__in', ['score', 'gain']), ('levels', [])), models.Q(('at_least__isnull', True), ('in_percent', False), ('kind__in', ['level', 'levels']), models.Q(('levels', []), _negated=True)), _connector='OR'), name='score_rule_has_the_value_of_its_kind'),
        ),
        migrations.AddField(
            model_name='scoreresult',
            name='identifier',
            field=models.CharField(blank=True, help_text='Student or staff ID.', max_length=60),
        ),
        migrations.AddField(
            model_name='scoreresult',
            name='is_known_by_id',
            field=models.BooleanField(default=False, help_text='The address is that of the ID, not of the file.'),
        ),
        migrations.AddField(
            model_name='scoreresult',
            name='known_name',
            field=models.CharField(blank=True, help_text='The name with the ID.', max_length=150),
        ),
        migrations.AlterField(
            model_name='awardlistrow',
            name='problem',
            field=models.CharField(blank=True, choices=[('no_email', 'There is no email address. Add one.'), ('no_person', 'There is no person with this ID. Add them under IDs.'), ('bad_email', 'This is not an email address. Check for a typo.'), ('twice', 'This person is already on the list, so this row is skipped.'), ('already', 'This person already has the badge, so there is nothing to do.'), ('date_unreadable', 'We can’t read the date. Write it as 2026-03-15.'), ('date_ambiguous', 'The date can be read in two ways. Write it as 2026-03-15.'), ('expires_unreadable', 'We can’t read the day it expires. Write it as 2028-03-15.'), ('not_chosen', 'You chose that rows with this value get no badge.'), ('name_too_long', 'The name is longer than 150 characters. Shorten it.'), ('text_too_long', 'The text is longer than 5,000 characters. Shorten it.'), ('control_characters', 'It contains invisible control characters. Enter the text again.'), ('score_unreadable', 'We can’t read a score. Write it as 228, 85%, or 8 / 10.'), ('no_result', 'There is no post-test score and no level. Add one.'), ('moment_unknown', 'The row says neither pre-test nor post-test. Write Pre or Post.'), ('test_too_long', 'The name of the test or level is too long. Shorten it.'), ('not_published', 'The badge is not open at the moment.'), ('in_the_future', 'The day is in the future. Award it on that day.'), ('too_long_ago', 'It was earned so long ago that it would have expired.'), ('narrative', 'The text is too long or contains characters that can’t be shown.'), ('expires_too_early', 'The day it expires is over, or is before the day it was earned. Change it.'), ('key_in_use', 'The same key was used for another person or badge.')], max_length=20),
        ),
        migrations.AlterField(
            model_name='scoreresult',
            name='problem',
            field=models.CharField(blank=True, choices=[('no_email', 'There is no email address. Add one.'), ('no_person', 'There is no person with this ID. Add them under IDs.'), ('bad_email', 'This is not an email address. Check for a typo.'), ('twice', 'This person is already on the list, so this row is skipped.'), ('already', 'This person already has the badge, so there is nothing to do.'), ('date_unreadable', 'We can’t read the date. Write it as 2026-03-15.'), ('date_ambiguous', 'The date can be read in two ways. Write it as 2026-03-15.'), ('expires_unreadable', 'We can’t read the day it expires. Write it as 2028-03-15.'), ('not_chosen', 'You chose that rows with this value get no badge.'), ('name_too_long', 'The name is longer than 150 characters. Shorten it.'), ('text_too_long', 'The text is longer than 5,000 characters. Shorten it.'), ('control_characters', 'It contains invisible control characters. Enter the text again.'), ('score_unreadable', 'We can’t read a score. Write it as 228, 85%, or 8 / 10.'), ('no_result', 'There is no post-test score and no level. Add one.'), ('moment_unknown', 'The row says neither pre-test nor post-test. Write Pre or Post.'), ('test_too_long', 'The name of the test or level is too long. Shorten it.'), ('not_published', 'The badge is not open at the moment.'), ('in_the_future', 'The day is in the future. Award it on that day.'), ('too_long_ago', 'It was earned so long ago that it would have expired.'), ('narrative', 'The text is too long or contains characters that can’t be shown.'), ('expires_too_early', 'The day it expires is over, or is before the day it was earned. Change it.'), ('key_in_use', 'The same key was used for another person or badge.')], max_length=20),
        ),
        migrations.CreateModel(
            name='PersonId',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('student', 'student ID'), ('staff', 'staff ID'), ('other', 'another ID')], default='student', max_length=8, verbose_name='kind')),
                ('identifier', models.CharField(max_length=60, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='email')),
                ('name', models.CharField(blank=True, max_length=150, verbose_name='name')),
                ('made_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency', verbose_name='agency')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(help_text='Their account, if the address was theirs: the address of the account can change.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'ID of a person',
                'verbose_name_plural': 'IDs of people',
                'ordering': ['identifier', 'pk'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('identifier'), models.F('agency'), name='one_person_per_id_of_an_agency')],
            },
        ),
        migrations.AlterField(
            model_name='personid',
            name='person',
            field=models.ForeignKey(help_text='Their account, if the address was theirs. Its address can change.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='scorerule',
            name='also',
            field=models.JSONField(default=list, help_text="What further results must be; each is as this one's fields."),
        ),
        migrations.AddField(
            model_name='scorerule',
            name='needed',
            field=models.PositiveSmallIntegerField(help_text='How many of the results are enough; empty for all.', null=True),
        ),
        migrations.AlterField(
            model_name='scoreresult',
            name='remark',
            field=models.CharField(blank=True, choices=[('no_result', 'The file says that there is no result.'), ('pre_only', 'This is a pre-test. It earns nothing until there is a post-test after it.'), ('superseded', 'The first pre-test and the last post-test of this person count, and this is another.'), ('not_in_percent', 'A rule is in percent, and the score does not say out of how many. Write 8 / 10 or 80%.'), ('below', 'The score is below what the test can measure, so it meets no minimum.'), ('ladder_unknown', 'The level does not say on which ladder it is, such as ESL or ABE.'), ('other_ladder', 'The level is on another ladder than the rule, such as ABE and ESL. They don’t compare.'), ('part_of_a_rule', 'It is one of the results that a rule needs. Another is missing.')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='scoreresult',
            index=models.Index(condition=models.Q(('problem', '')), fields=['email'], name='score_result_of_a_person'),
        ),
    ]
