import awarding.models.claim_codes
import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('catalog', '0001_initial'),
        ('issuing', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClaimCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(default=awarding.models.claim_codes.new_code, editable=False, max_length=8, unique=True)),
                ('label', models.CharField(help_text='The event or course. People read it when they claim the badge.', max_length=120, verbose_name='what it is for')),
                ('limit', models.PositiveIntegerField(blank=True, help_text='Leave blank for no limit.', null=True, verbose_name='how many people at most')),
                ('opens_at', models.DateTimeField(verbose_name='from')),
                ('closes_at', models.DateTimeField(verbose_name='until')),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(editable=False, null=True)),
                ('badge_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claim_codes', to='catalog.badgeclass')),
                ('group', models.ForeignKey(editable=False, help_text='Only its members can claim the badge.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.group')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'claim code',
                'verbose_name_plural': 'claim codes',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claimed_at', models.DateTimeField()),
                ('assertion', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='claim', to='issuing.assertion')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('claim_code', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='awarding.claimcode')),
            ],
            options={
                'verbose_name': 'claim',
                'verbose_name_plural': 'claims',
                'ordering': ['claimed_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='GroupBadge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('allowed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('allowed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('badge_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.badgeclass')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.group')),
            ],
            options={
                'verbose_name': 'badge of a group',
                'verbose_name_plural': 'badges of groups',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ListUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(help_text="The file's name, or when it was pasted.", max_length=200)),
                ('content', models.BinaryField(help_text='As uploaded, compressed with zlib.', null=True)),
                ('is_pasted', models.BooleanField(default=False)),
                ('choice', models.JSONField(default=dict, help_text='Which sheet, encoding and rows of the file to read.')),
                ('reading', models.JSONField(default=dict, help_text='What else could be read: sheets, hidden rows, encodings.')),
                ('columns', models.JSONField(default=list, help_text='The columns in their order, what each means, and its values.')),
                ('badges', models.JSONField(default=dict, help_text='The badge of each value of the badge column; 0 for none.')),
                ('has_questions', models.BooleanField(default=True)),
                ('kept_until', models.DateTimeField(help_text='It is deleted then, unless somebody answers its questions.', null=True)),
                ('revision', models.PositiveIntegerField(default=1, help_text='Grows with each change.')),
                ('made_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('badge_class', models.ForeignKey(help_text='The badge of rows that name none.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.badgeclass')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'uploaded list',
                'verbose_name_plural': 'uploaded lists',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PathwaySweep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(db_index=True)),
                ('reached', models.BigIntegerField(default=0, help_text='The key of the last person looked at; 0 before the first.')),
                ('pathway', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sweep', to='catalog.pathway')),
            ],
            options={
                'verbose_name': 'check of a pathway',
                'verbose_name_plural': 'checks of pathways',
            },
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
                ('person', models.ForeignKey(help_text='Their account, if the address was theirs. Its address can change.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'ID of a person',
                'verbose_name_plural': 'IDs of people',
                'ordering': ['identifier', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RememberedColumn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('heading', models.CharField(help_text='In lower case, without punctuation.', max_length=120)),
                ('field', models.CharField(choices=[('ignored', 'not used'), ('email', 'email address'), ('name', 'full name'), ('first_name', 'first name'), ('middle_name', 'middle name'), ('last_name', 'last name'), ('id', 'student or staff ID'), ('day', 'date earned'), ('decides', 'says who gets the badge'), ('badge', 'which badge'), ('narrative', 'text shown with the badge (public)'), ('expires', 'day it expires'), ('evidence', 'evidence link (private until the person shows it)'), ('public_link', 'evidence link shown with the badge (public)')], max_length=12)),
                ('made_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agency')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'remembered column',
                'verbose_name_plural': 'remembered columns',
            },
        ),
        migrations.CreateModel(
            name='ScoreImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('columns', models.JSONField(default=dict)),
                ('ladder', models.CharField(blank=True, choices=[('esl', 'ESL, English as a second language'), ('abe', 'ABE, adult basic and secondary education'), ('cefr', 'CEFR, A1 to C2'), ('nrs', 'NRS'), ('elpac', 'ELPAC')], help_text='Of levels that name none.', max_length=8)),
                ('made_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'upload of test results',
                'verbose_name_plural': 'uploads of test results',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AwardList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('source', models.CharField(choices=[('submission', 'evidence approved by a reviewer'), ('pathway', 'a completed pathway'), ('list', 'an award list'), ('claim_code', 'a claim code'), ('scores', 'a score import'), ('api', 'another system')], default='list', max_length=12)),
                ('name', models.CharField(help_text="The file's name, or when it was pasted.", max_length=200)),
                ('columns', models.JSONField(default=dict, help_text='Which heading was read as what, and which were not used.')),
                ('status', models.CharField(choices=[('draft', 'being checked'), ('checked', 'ready to be awarded'), ('running', 'being awarded'), ('stopped', 'stopped'), ('done', 'awarded'), ('undoing', 'being taken back'), ('halted', 'taking back stopped'), ('undone', 'taken back')], default='draft', max_length=10)),
                ('reads_day_first', models.BooleanField(default=False, help_text='Some date in it can only be read with the day first.')),
                ('made_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('wait_minutes', models.PositiveIntegerField(default=0, help_text='How long its awards wait at least, decided when it was started.')),
                ('undone_because', models.TextField(blank=True)),
                ('undone_from', models.DateTimeField(help_text='When somebody decided to undo it.', null=True)),
                ('looked_through', models.BigIntegerField(default=0)),
                ('awarded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('badge_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='award_lists', to='catalog.badgeclass')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('upload', models.ForeignKey(help_text='Where its rows come from, if not from scores.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='award_lists', to='awarding.listupload')),
                ('score_import', models.ForeignKey(help_text='The results by whose scores these people earn the badge.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='award_lists', to='awarding.scoreimport')),
            ],
            options={
                'verbose_name': 'award list',
                'verbose_name_plural': 'award lists',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ScoreResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('pre_line', models.PositiveIntegerField(help_text='Of the pre-test, if it has a row of its own.', null=True)),
                ('email', models.CharField(blank=True, max_length=320)),
                ('name', models.TextField(blank=True)),
                ('identifier', models.CharField(blank=True, help_text='Student or staff ID.', max_length=60)),
                ('is_known_by_id', models.BooleanField(default=False, help_text='The address is that of the ID, not of the file.')),
                ('known_name', models.CharField(blank=True, help_text='The name with the ID.', max_length=150)),
                ('test', models.CharField(blank=True, max_length=120)),
                ('form', models.CharField(blank=True, max_length=120)),
                ('day_given', models.CharField(blank=True, max_length=60)),
                ('earned_on', models.DateField(null=True)),
                ('pre', models.CharField(blank=True, max_length=40)),
                ('post', models.CharField(blank=True, max_length=40)),
                ('level', models.CharField(blank=True, max_length=80)),
                ('ladder', models.CharField(blank=True, choices=[('esl', 'ESL, English as a second language'), ('abe', 'ABE, adult basic and secondary education'), ('cefr', 'CEFR, A1 to C2'), ('nrs', 'NRS'), ('elpac', 'ELPAC')], help_text='As the heading of its column says.', max_length=8)),
                ('problem', models.CharField(blank=True, choices=[('no_email', 'There is no email address. Add one.'), ('no_person', 'There is no person with this ID. Add them under IDs.'), ('no_email_or_id', 'There is no email address and no ID. Add one.'), ('ids_differ', 'The IDs belong to different people. Keep only one.'), ('bad_email', 'This is not an email address. Check for a typo.'), ('twice', 'This person is already on the list, so this row is skipped.'), ('already', 'This person already has the badge, so there is nothing to do.'), ('date_unreadable', 'We can’t read the date. Write it as 2026-03-15.'), ('date_ambiguous', 'The date can be read in two ways. Write it as 2026-03-15.'), ('expires_unreadable', 'We can’t read the day it expires. Write it as 2028-03-15.'), ('link_unreadable', 'We can’t read the evidence link. Write only links, as https://example.org/page.'), ('link_private', 'Nobody else can open the evidence link. Use the address of a page that others can open, or leave it empty.'), ('links_too_many', 'There are more than 10 evidence links. Remove some.'), ('not_chosen', 'You chose that rows with this value get no badge.'), ('name_too_long', 'The name is longer than 150 characters. Shorten it.'), ('text_too_long', 'The text is longer than 5,000 characters. Shorten it.'), ('control_characters', 'It contains invisible control characters. Enter the text again.'), ('score_unreadable', 'We can’t read a score. Write it as 228, 85%, or 8 / 10.'), ('no_result', 'There is no post-test score and no level. Add one.'), ('moment_unknown', 'The row says neither pre-test nor post-test. Write Pre or Post.'), ('test_too_long', 'The name of the test or level is too long. Shorten it.'), ('not_published', 'The badge is not open at the moment.'), ('in_the_future', 'The day is in the future. Award it on that day.'), ('too_long_ago', 'Earned on that day, it would have expired already. Check the day.'), ('narrative', 'The text is too long or contains characters that can’t be shown.'), ('expires_too_early', 'The day it expires is over, or is before the day it was earned. Change it.'), ('key_in_use', 'The same key was used for another person or badge.')], max_length=20)),
                ('remark', models.CharField(blank=True, choices=[('no_result', 'The file says that there is no result.'), ('pre_only', 'This is a pre-test. It earns nothing until there is a post-test after it.'), ('superseded', 'The first pre-test and the last post-test of this person count, and this is another.'), ('not_in_percent', 'A rule is in percent, and the score does not say out of how many. Write 8 / 10 or 80%.'), ('below', 'The score is below what the test can measure, so it meets no minimum.'), ('ladder_unknown', 'The level does not say on which ladder it is, such as ESL or ABE.'), ('other_ladder', 'The level is on another ladder than the rule, such as ABE and ESL. They don’t compare.'), ('part_of_a_rule', 'It is one of the results that a rule needs. Another is missing.')], max_length=20)),
                ('earns', models.PositiveIntegerField(default=0, help_text="By how many badges' rules.")),
                ('score_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='awarding.scoreimport')),
            ],
            options={
                'verbose_name': 'test result',
                'verbose_name_plural': 'test results',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ScoreRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('test', models.CharField(blank=True, help_text='Its name, * for any letters; empty for any test.', max_length=120)),
                ('kind', models.CharField(choices=[('score', 'a score of at least'), ('gain', 'a gain (after minus before) of at least'), ('level', 'a level of at least'), ('levels', 'one of these levels')], max_length=10)),
                ('at_least', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('in_percent', models.BooleanField(default=False, help_text='Else the score counts in points.')),
                ('levels', models.JSONField(default=list, help_text='One for “at least”; several for “one of”.')),
                ('also', models.JSONField(default=list, help_text="What further results must be; each is as this one's fields.")),
                ('needed', models.PositiveSmallIntegerField(help_text='How many of the results are enough; empty for all.', null=True)),
                ('made_at', models.DateTimeField()),
                ('badge_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='score_rules', to='catalog.badgeclass')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'rule for test results',
                'verbose_name_plural': 'rules for test results',
                'ordering': ['badge_class', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='StepToCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issuing.assertion')),
            ],
            options={
                'verbose_name': 'step to be counted',
                'verbose_name_plural': 'steps to be counted',
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('digest', models.CharField(editable=False, help_text='SHA-256.', max_length=64, unique=True)),
                ('ending', models.CharField(editable=False, help_text='By which people know it.', max_length=4)),
                ('made_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(null=True)),
                ('hour_began_at', models.DateTimeField(help_text='Awards from then on are counted together, for an hour.', null=True)),
                ('awards_in_hour', models.PositiveIntegerField(default=0)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_tokens', to='accounts.agency')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'token',
                'verbose_name_plural': 'tokens',
                'ordering': ['-made_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('agency', 'name'), name='one_token_in_force_of_a_name'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='token_is_revoked_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='AwardListRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(help_text='Where it stands in the file.')),
                ('email', models.CharField(blank=True, max_length=320)),
                ('name', models.TextField(blank=True)),
                ('ids_given', models.TextField(blank=True, help_text='The IDs of the person, as written.')),
                ('narrative', models.TextField(blank=True)),
                ('evidence_given', models.TextField(blank=True, help_text='The links as they were written.')),
                ('evidence', models.JSONField(default=list, help_text='Links, each with whether the list makes it public.')),
                ('day_given', models.TextField(blank=True, help_text='The date as it was written.')),
                ('earned_on', models.DateField(null=True)),
                ('expires_given', models.TextField(blank=True, help_text='The day it expires as it was written.')),
                ('expires_on', models.DateField(null=True)),
                ('problem', models.CharField(blank=True, choices=[('no_email', 'There is no email address. Add one.'), ('no_person', 'There is no person with this ID. Add them under IDs.'), ('no_email_or_id', 'There is no email address and no ID. Add one.'), ('ids_differ', 'The IDs belong to different people. Keep only one.'), ('bad_email', 'This is not an email address. Check for a typo.'), ('twice', 'This person is already on the list, so this row is skipped.'), ('already', 'This person already has the badge, so there is nothing to do.'), ('date_unreadable', 'We can’t read the date. Write it as 2026-03-15.'), ('date_ambiguous', 'The date can be read in two ways. Write it as 2026-03-15.'), ('expires_unreadable', 'We can’t read the day it expires. Write it as 2028-03-15.'), ('link_unreadable', 'We can’t read the evidence link. Write only links, as https://example.org/page.'), ('link_private', 'Nobody else can open the evidence link. Use the address of a page that others can open, or leave it empty.'), ('links_too_many', 'There are more than 10 evidence links. Remove some.'), ('not_chosen', 'You chose that rows with this value get no badge.'), ('name_too_long', 'The name is longer than 150 characters. Shorten it.'), ('text_too_long', 'The text is longer than 5,000 characters. Shorten it.'), ('control_characters', 'It contains invisible control characters. Enter the text again.'), ('score_unreadable', 'We can’t read a score. Write it as 228, 85%, or 8 / 10.'), ('no_result', 'There is no post-test score and no level. Add one.'), ('moment_unknown', 'The row says neither pre-test nor post-test. Write Pre or Post.'), ('test_too_long', 'The name of the test or level is too long. Shorten it.'), ('not_published', 'The badge is not open at the moment.'), ('in_the_future', 'The day is in the future. Award it on that day.'), ('too_long_ago', 'Earned on that day, it would have expired already. Check the day.'), ('narrative', 'The text is too long or contains characters that can’t be shown.'), ('expires_too_early', 'The day it expires is over, or is before the day it was earned. Change it.'), ('key_in_use', 'The same key was used for another person or badge.')], max_length=20)),
                ('given_key', models.CharField(blank=True, help_text='What it is known by beyond this list.', max_length=120)),
                ('same_as_line', models.PositiveIntegerField(null=True)),
                ('is_new_person', models.BooleanField(default=False)),
                ('outcome', models.CharField(blank=True, choices=[('granted', 'awarded'), ('already', 'already had it'), ('refused', 'not awarded')], max_length=10)),
                ('assertion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issuing.assertion')),
                ('award_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='awarding.awardlist')),
            ],
            options={
                'verbose_name': 'row of an award list',
                'verbose_name_plural': 'rows of award lists',
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('outcome', ''), ('problem', '')), fields=['award_list', 'id'], name='award_list_row_waits'), models.Index(condition=models.Q(('given_key', ''), _negated=True), fields=['given_key'], name='award_list_row_given_key')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'granted'), _negated=True), ('assertion__isnull', False), _connector='OR'), name='row_that_awarded_names_its_award')],
            },
        ),
        migrations.AddConstraint(
            model_name='claimcode',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='claim_code_closes_after_it_opens'),
        ),
        migrations.AddConstraint(
            model_name='claimcode',
            constraint=models.CheckConstraint(condition=models.Q(('limit__isnull', True), ('limit__gte', 1), _connector='OR'), name='claim_code_is_for_somebody'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(fields=('claim_code', 'user'), name='one_claim_per_person'),
        ),
        migrations.AddConstraint(
            model_name='groupbadge',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('group', 'badge_class'), name='a_badge_is_allowed_once_for_a_group'),
        ),
        migrations.AddIndex(
            model_name='listupload',
            index=models.Index(condition=models.Q(('has_questions', True)), fields=['kept_until'], name='list_upload_unanswered'),
        ),
        migrations.AddConstraint(
            model_name='listupload',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('has_questions', True), ('kept_until__isnull', False)), models.Q(('has_questions', False), ('kept_until__isnull', True)), _connector='OR'), name='list_upload_is_kept_for_good_once_answered'),
        ),
        migrations.AddConstraint(
            model_name='personid',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('identifier'), models.F('agency'), name='one_person_per_id_of_an_agency'),
        ),
        migrations.AddConstraint(
            model_name='rememberedcolumn',
            constraint=models.UniqueConstraint(fields=('agency', 'heading'), name='one_meaning_per_heading'),
        ),
        migrations.AddIndex(
            model_name='awardlist',
            index=models.Index(condition=models.Q(('status__in', ['draft', 'running', 'undoing'])), fields=['id'], name='award_list_in_work'),
        ),
        migrations.AddConstraint(
            model_name='awardlist',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'checked']), models.Q(('awarded_by__isnull', False), ('started_at__isnull', False)), _connector='OR'), name='award_list_is_awarded_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='awardlist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['undoing', 'halted', 'undone']), _negated=True), models.Q(('undone_by__isnull', False), ('undone_from__isnull', False), models.Q(('undone_because', ''), _negated=True)), _connector='OR'), name='award_list_is_undone_by_somebody_with_a_reason'),
        ),
        migrations.AddIndex(
            model_name='scoreresult',
            index=models.Index(fields=['email'], name='score_result_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='scorerule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('at_least__isnull', False), ('kind__in', ['score', 'gain']), ('levels', [])), models.Q(('at_least__isnull', True), ('in_percent', False), ('kind__in', ['level', 'levels']), models.Q(('levels', []), _negated=True)), _connector='OR'), name='score_rule_has_the_value_of_its_kind'),
        ),
    ]
