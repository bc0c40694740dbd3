import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import rewards.models.drawings
import rewards.models.draws
import rewards.models.sponsors
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
            name='Drawing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=120, unique=True, verbose_name='short name in addresses')),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('announced', 'announced'), ('closed', 'closed'), ('drawn', 'drawn'), ('settled', 'completed'), ('cancelled', 'canceled')], default='draft', max_length=10, verbose_name='status')),
                ('secret', models.CharField(default=rewards.models.drawings.new_secret, editable=False, max_length=64)),
                ('cancelled_because', models.TextField(blank=True, verbose_name='why it was canceled')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drawings', to='accounts.agency')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'drawing',
                'verbose_name_plural': 'drawings',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(default=1)),
                ('sources', models.JSONField()),
                ('key', models.TextField()),
                ('drawn_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True, help_text='Why the draw before this one was repeated.')),
                ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drawing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='draws', to='rewards.drawing')),
            ],
            options={
                'verbose_name': 'draw',
                'verbose_name_plural': 'draws',
                'ordering': ['drawing', '-number'],
            },
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='what is wrong')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('upheld', models.BooleanField(null=True, verbose_name='the list is corrected')),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drawing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='disputes', to='rewards.drawing')),
            ],
            options={
                'verbose_name': 'dispute',
                'verbose_name_plural': 'disputes',
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DrawingRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(default=1, verbose_name='version')),
                ('text', models.TextField(help_text='Markdown.', verbose_name='rules in plain language')),
                ('opens_on', models.DateField(verbose_name='first day that counts')),
                ('ends_on', models.DateField(verbose_name='last day that counts')),
                ('counts_by', models.CharField(choices=[('issued', 'the day the badge was issued'), ('approved', 'the day the submission was approved')], default='issued', max_length=10, verbose_name='which day counts')),
                ('closes_at', models.DateTimeField(help_text='A badge of the period issued later than this does not count.', verbose_name='the list closes')),
                ('disputes_until', models.DateTimeField(verbose_name='disputes are accepted until')),
                ('draws_at', models.DateTimeField(verbose_name='the draw')),
                ('confirm_days', models.PositiveIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1)], verbose_name='days to confirm a prize')),
                ('chances_per_badge', models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='entries per badge')),
                ('most_chances', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='maximum entries per person')),
                ('prizes_per_person', models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='prizes per person')),
                ('excludes_staff', models.BooleanField(default=True, verbose_name='coordinators and operators can’t take part')),
                ('offers_free_entry', models.BooleanField(default=True, verbose_name='a form gives one free entry')),
                ('sources', models.JSONField(default=list, verbose_name='public sources of randomness, in order')),
                ('announced_at', models.DateTimeField(editable=False, null=True)),
                ('announced_names', models.JSONField(default=dict, editable=False)),
                ('change_note', models.TextField(blank=True, verbose_name='what changed, and why')),
                ('agencies', models.ManyToManyField(blank=True, help_text='Blank: everyone.', related_name='+', to='accounts.agency', verbose_name='agencies whose people take part')),
                ('badge_classes', models.ManyToManyField(blank=True, help_text='Blank: all categories.', related_name='+', to='catalog.badgeclass', verbose_name='badges that count')),
                ('categories', models.ManyToManyField(blank=True, help_text='Blank: all.', related_name='+', to='catalog.category', verbose_name='categories that count')),
                ('drawing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules_versions', to='rewards.drawing')),
                ('excluded_badge_classes', models.ManyToManyField(blank=True, help_text='For example those that cost money.', related_name='+', to='catalog.badgeclass', verbose_name='badges that do not count')),
            ],
            options={
                'verbose_name': 'rules of a drawing',
                'verbose_name_plural': 'rules of drawings',
                'ordering': ['drawing', '-number'],
            },
        ),
        migrations.AddField(
            model_name='drawing',
            name='rules',
            field=models.OneToOneField(blank=True, help_text='The announced version that applies now.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.drawingrules'),
        ),
        migrations.CreateModel(
            name='DrawNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='note')),
                ('written_at', models.DateTimeField()),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='rewards.draw')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'note on a draw',
                'verbose_name_plural': 'notes on draws',
                'ordering': ['draw', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chance', models.PositiveIntegerField(default=1)),
                ('token', models.CharField(default=rewards.models.draws.new_token, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('voided_at', models.DateTimeField(null=True)),
                ('voided_because', models.CharField(blank=True, max_length=200)),
                ('assertion', models.ForeignKey(help_text='Blank for a free entry.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='issuing.assertion')),
                ('drawing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='rewards.drawing')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'entry',
                'verbose_name_plural': 'entries',
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EntryList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(default=1)),
                ('frozen_at', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
                ('people', models.PositiveIntegerField()),
                ('sha256', models.CharField(help_text='Of entries.csv, in hexadecimal.', max_length=64)),
                ('reason', models.TextField(blank=True, help_text='Why the list before this one was corrected.')),
                ('drawing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lists', to='rewards.drawing')),
            ],
            options={
                'verbose_name': 'entry list',
                'verbose_name_plural': 'entry lists',
                'ordering': ['drawing', '-number'],
            },
        ),
        migrations.AddField(
            model_name='draw',
            name='entry_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='rewards.entrylist'),
        ),
        migrations.CreateModel(
            name='ExcludedPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('excluded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('drawing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='excluded_people', to='rewards.drawing')),
                ('excluded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'excluded person',
                'verbose_name_plural': 'excluded people',
            },
        ),
        migrations.CreateModel(
            name='Follower',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('drawing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='rewards.drawing')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'follower',
                'verbose_name_plural': 'followers',
            },
        ),
        migrations.CreateModel(
            name='ListedEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('person', models.CharField(max_length=16)),
                ('entry', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.entry')),
                ('entry_list', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='rewards.entrylist')),
            ],
            options={
                'verbose_name': 'listed entry',
                'verbose_name_plural': 'listed entries',
                'ordering': ['entry_list', 'number'],
            },
        ),
        migrations.CreateModel(
            name='ListPiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.PositiveIntegerField(help_text='The number of its first line.')),
                ('first_token', models.CharField(help_text='The receipt of its first line.', max_length=16)),
                ('text', models.TextField()),
                ('entry_list', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='rewards.entrylist')),
            ],
            options={
                'verbose_name': 'part of an entry list',
                'verbose_name_plural': 'parts of entry lists',
                'ordering': ['entry_list', 'first'],
            },
        ),
        migrations.CreateModel(
            name='RepeatRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(help_text='Of the new values, and of who loses and gains what.', max_length=64)),
                ('reason', models.TextField(verbose_name='reason')),
                ('sealed_until', models.DateTimeField(help_text='Blank: the result is published at once.', null=True)),
                ('asked_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('open', 'waits for another coordinator'), ('confirmed', 'confirmed'), ('refused', 'refused'), ('withdrawn', 'withdrawn'), ('outdated', 'something changed meanwhile')], default='open', max_length=10)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='repeat_requests', to='rewards.draw')),
            ],
            options={
                'verbose_name': 'request to repeat a draw',
                'verbose_name_plural': 'requests to repeat a draw',
                'ordering': ['draw', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('inputs', models.TextField(help_text='inputs.json as it was sealed, byte for byte.')),
                ('sha256', models.CharField(help_text='Of the sealed inputs, in hexadecimal.', max_length=64)),
                ('opens_at', models.DateTimeField(verbose_name='revealed at the latest')),
                ('opened_at', models.DateTimeField(null=True)),
                ('draw', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='seal', to='rewards.draw')),
                ('opened_by', models.ForeignKey(help_text='Blank: the time had come.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'sealed result',
                'verbose_name_plural': 'sealed results',
            },
        ),
        migrations.CreateModel(
            name='Skip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.CharField(blank=True, max_length=16)),
                ('reason', models.CharField(max_length=200)),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skips', to='rewards.draw')),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.listedentry')),
            ],
            options={
                'verbose_name': 'skipped entry',
                'verbose_name_plural': 'skipped entries',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Sponsor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('slug', models.SlugField(max_length=100, unique=True, verbose_name='short name in addresses')),
                ('url', models.URLField(blank=True, verbose_name='web address')),
                ('thanks', models.CharField(blank=True, max_length=300, verbose_name='thank-you text')),
                ('tier', models.CharField(choices=[('presenting', 'presenting sponsor'), ('supporting', 'supporting sponsor'), ('friend', 'friend')], default='supporting', max_length=20, verbose_name='tier')),
                ('email', models.EmailField(blank=True, help_text='Never shown.', max_length=254, verbose_name='email address for thanks')),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Español')], default='en', max_length=10, verbose_name='language of emails')),
                ('logo', models.ImageField(blank=True, upload_to=rewards.models.sponsors.logo_path, verbose_name='logo')),
                ('since', models.PositiveIntegerField(blank=True, null=True, verbose_name='sponsor since (year)')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('is_current', models.BooleanField(default=True, verbose_name='shown on the home page')),
                ('agency', models.ForeignKey(help_text='Its coordinators keep the entry up to date.', on_delete=django.db.models.deletion.PROTECT, related_name='sponsors', to='accounts.agency', verbose_name='agency')),
            ],
            options={
                'verbose_name': 'sponsor',
                'verbose_name_plural': 'sponsors',
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Prize',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='position')),
                ('name', models.CharField(max_length=150, verbose_name='prize')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('worth', models.DecimalField(decimal_places=2, max_digits=9, validators=[django.core.validators.MinValueValidator(0)], verbose_name='value in dollars')),
                ('quantity', models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='how many')),
                ('adults_only', models.BooleanField(default=False, verbose_name='for adults only')),
                ('how_to_collect', models.TextField(blank=True, verbose_name='how to collect it')),
                ('picture', models.ImageField(blank=True, upload_to=rewards.models.drawings.picture_path, verbose_name='image')),
                ('picture_alt', models.CharField(blank=True, max_length=250, verbose_name='description of the image')),
                ('donor_name', models.CharField(blank=True, editable=False, max_length=150)),
                ('donor_url', models.URLField(blank=True, editable=False)),
                ('donor_logo', models.ImageField(blank=True, editable=False, upload_to=rewards.models.drawings.donor_logo_path)),
                ('donor_tier', models.CharField(blank=True, choices=[('presenting', 'presenting sponsor'), ('supporting', 'supporting sponsor'), ('friend', 'friend')], editable=False, max_length=20)),
                ('drawing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prizes', to='rewards.drawing')),
                ('sponsor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='prizes', to='rewards.sponsor')),
            ],
            options={
                'verbose_name': 'prize',
                'verbose_name_plural': 'prizes',
                'ordering': ['drawing', 'position'],
            },
        ),
        migrations.CreateModel(
            name='StageStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.PositiveIntegerField(default=0)),
                ('shown', models.JSONField(default=dict)),
                ('shown_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('draw', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='stage', to='rewards.draw')),
                ('shown_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'step on stage',
                'verbose_name_plural': 'steps on stage',
            },
        ),
        migrations.CreateModel(
            name='TypedValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.PositiveIntegerField(help_text='Its place among the sources, from 0.')),
                ('values', models.JSONField(help_text='The numbers, or one text.')),
                ('typed_at', models.DateTimeField()),
                ('rules', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='typed_values', to='rewards.drawingrules')),
                ('typed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'typed value',
                'verbose_name_plural': 'typed values',
                'ordering': ['rules', 'source', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='draw',
            name='typed_values',
            field=models.ManyToManyField(help_text="Two people's for each source that was typed in.", related_name='+', to='rewards.typedvalue'),
        ),
        migrations.CreateModel(
            name='Win',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('piece', models.PositiveIntegerField(help_text="Which of the prize's quantity, from 1.")),
                ('position', models.PositiveIntegerField(help_text='Place in the sequence of the draw.')),
                ('status', models.CharField(choices=[('told', 'notified'), ('confirmed', 'confirmed'), ('collected', 'collected'), ('declined', 'declined'), ('lapsed', 'not confirmed in time'), ('superseded', 'the draw was repeated')], default='told', max_length=10)),
                ('told_at', models.DateTimeField()),
                ('confirm_by', models.DateTimeField()),
                ('given_up', models.PositiveIntegerField(help_text="Which of the draw's prizes was given up first, second, ..., from 1.", null=True)),
                ('given_up_because', models.CharField(blank=True, max_length=200)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('collected_at', models.DateTimeField(null=True)),
                ('collected_note', models.CharField(blank=True, help_text='By whom, and where.', max_length=200)),
                ('shows_name', models.BooleanField(default=False, help_text='The winner agreed to their name on the results page.')),
                ('continues', models.ForeignKey(help_text='The first win of this prize by this person, if a repeated draw confirmed it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.win')),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wins', to='rewards.draw')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.listedentry')),
                ('prize', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wins', to='rewards.prize')),
            ],
            options={
                'verbose_name': 'win',
                'verbose_name_plural': 'wins',
                'ordering': ['draw', 'position'],
            },
        ),
        migrations.CreateModel(
            name='DrandRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(verbose_name='round')),
                ('due_at', models.DateTimeField(help_text='When the program asks for it next.')),
                ('tries', models.PositiveIntegerField(default=0)),
                ('signature', models.CharField(blank=True, help_text='In hexadecimal; checked.', max_length=96)),
                ('found_at', models.DateTimeField(null=True)),
                ('found_by', models.ForeignKey(help_text='Who asked for it or pasted it; empty: the schedule did.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drawing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rounds', to='rewards.drawing')),
            ],
            options={
                'verbose_name': 'drand round',
                'verbose_name_plural': 'drand rounds',
                'ordering': ['drawing', 'number'],
                'constraints': [models.UniqueConstraint(fields=('drawing', 'number'), name='one_wait_for_a_round'), models.CheckConstraint(condition=models.Q(models.Q(('found_at__isnull', True), ('found_by__isnull', True), ('signature', '')), models.Q(models.Q(('signature', ''), _negated=True), ('found_at__isnull', False)), _connector='OR'), name='a_round_is_found_with_its_signature')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='drandround',
            trigger=pgtrigger.compiler.Trigger(name='a_signature_once_found_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."signature" = \'\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d40cb85eaf8c1ed50151bd7b1c9df4c7aa72ca7f', operation='UPDATE OR DELETE', pgid='pgtrigger_a_signature_once_found_stays_0f1e5', table='rewards_drandround', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('upheld__isnull', True)), models.Q(('answered_at__isnull', False), ('upheld__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='a_dispute_is_answered_whole'),
        ),
        migrations.AddConstraint(
            model_name='drawingrules',
            constraint=models.UniqueConstraint(fields=('drawing', 'number'), name='one_rules_per_number'),
        ),
        migrations.AddConstraint(
            model_name='drawingrules',
            constraint=models.UniqueConstraint(condition=models.Q(('announced_at__isnull', True)), fields=('drawing',), name='one_unannounced_rules_per_drawing'),
        ),
        migrations.AddConstraint(
            model_name='drawingrules',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('opens_on')), ('disputes_until__gte', models.F('closes_at')), ('draws_at__gte', models.F('disputes_until'))), name='rules_follow_the_calendar'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='drawingrules',
            trigger=pgtrigger.compiler.Trigger(name='drawing_rules_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='f65562b53661aa9772c3f561a2e2f75997c401c2', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_drawing_rules_changes_pages_acf98', table='rewards_drawingrules', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='drawingrules',
            trigger=pgtrigger.compiler.Trigger(name='announced_rules_are_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."announced_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b1153cec058bd0c1543898f3a8384b92368771b1', operation='UPDATE OR DELETE', pgid='pgtrigger_announced_rules_are_frozen_f2357', table='rewards_drawingrules', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='drawing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rules__isnull', True), ('status', 'draft')), models.Q(models.Q(('status', 'draft'), _negated=True), ('rules__isnull', False)), _connector='OR'), name='drawing_has_rules_unless_draft'),
        ),
        migrations.AddConstraint(
            model_name='drawing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'cancelled'), _negated=True), models.Q(('cancelled_because', ''), _negated=True), _connector='OR'), name='drawing_is_cancelled_with_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='drawing',
            trigger=pgtrigger.compiler.Trigger(name='drawing_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='1989638ffe11100101c6f18cfb6706d0a8f79b03', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_drawing_changes_pages_1d77b', table='rewards_drawing', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='drawing',
            trigger=pgtrigger.compiler.Trigger(name='drawing_keeps_its_secret', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."secret" IS DISTINCT FROM (NEW."secret"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a0364e2f1cda61108446fa7215ca06843bf6ede3', operation='UPDATE', pgid='pgtrigger_drawing_keeps_its_secret_2e76f', table='rewards_drawing', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='drawnote',
            trigger=pgtrigger.compiler.Trigger(name='draw_note_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='e13c16d8d6dcdb6c55e3c58559a8c1f98a382118', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_draw_note_changes_pages_bba76', table='rewards_drawnote', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='drawnote',
            trigger=pgtrigger.compiler.Trigger(name='note_on_a_draw_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d1e51a6b1836570664fd99f5c47e316bc9dca5ae', operation='UPDATE OR DELETE', pgid='pgtrigger_note_on_a_draw_stays_d0352', table='rewards_drawnote', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('drawing', 'assertion', 'chance'), name='one_entry_per_award_and_chance'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('assertion__isnull', True)), fields=('drawing', 'user'), name='one_free_entry_per_person'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='entry_is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='df3f2f78ec5c07daa300c972c8d8502b31c5cd90', operation='DELETE', pgid='pgtrigger_entry_is_never_deleted_eeac6', table='rewards_entry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='entry_keeps_its_token', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."assertion_id" IS DISTINCT FROM (NEW."assertion_id") OR OLD."drawing_id" IS DISTINCT FROM (NEW."drawing_id") OR OLD."token" IS DISTINCT FROM (NEW."token") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='fbce795dcc6830d337af45b5986ad9d4fbdaf3e9', operation='UPDATE', pgid='pgtrigger_entry_keeps_its_token_e5fd2', table='rewards_entry', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='entrylist',
            constraint=models.UniqueConstraint(fields=('drawing', 'number'), name='one_list_per_number'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entrylist',
            trigger=pgtrigger.compiler.Trigger(name='frozen_list_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e442340a01460392098c45b84f175786e2f5558f', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_list_stays_79126', table='rewards_entrylist', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='excludedperson',
            constraint=models.UniqueConstraint(fields=('drawing', 'user'), name='a_person_is_excluded_once'),
        ),
        migrations.AddConstraint(
            model_name='follower',
            constraint=models.UniqueConstraint(fields=('drawing', 'user'), name='a_drawing_is_followed_once'),
        ),
        migrations.AddConstraint(
            model_name='listedentry',
            constraint=models.UniqueConstraint(fields=('entry_list', 'number'), name='one_line_per_number'),
        ),
        migrations.AddConstraint(
            model_name='listedentry',
            constraint=models.UniqueConstraint(fields=('entry', 'entry_list'), name='one_line_per_entry'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listedentry',
            trigger=pgtrigger.compiler.Trigger(name='frozen_line_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='afc9a05127b3836513e6f87250a6d1b53f804a68', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_line_stays_60fe9', table='rewards_listedentry', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='listpiece',
            constraint=models.UniqueConstraint(fields=('entry_list', 'first'), name='one_piece_per_place'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listpiece',
            trigger=pgtrigger.compiler.Trigger(name='frozen_piece_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d07f5a415e0057c250299dd501800034ffe54ab2', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_piece_stays_861c4', table='rewards_listpiece', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='repeatrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'open')), fields=('draw',), name='one_open_repeat_of_a_draw'),
        ),
        migrations.AddConstraint(
            model_name='repeatrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None), ('outcome', 'open')), models.Q(models.Q(('outcome', 'open'), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='an_answered_repeat_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='repeatrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'confirmed'), _negated=True), models.Q(('answered_by', models.F('asked_by')), _negated=True), _connector='OR'), name='a_repeat_is_confirmed_by_another_person'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='repeatrequest',
            trigger=pgtrigger.compiler.Trigger(name='what_a_repeat_asks_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."draw_id" IS DISTINCT FROM (NEW."draw_id") OR OLD."mark" IS DISTINCT FROM (NEW."mark") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."sealed_until" IS DISTINCT FROM (NEW."sealed_until"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='f5f02169f0498c51b1ab30f4379524aaa3ba0180', operation='UPDATE', pgid='pgtrigger_what_a_repeat_asks_stays_322c1', table='rewards_repeatrequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='repeatrequest',
            trigger=pgtrigger.compiler.Trigger(name='an_answered_repeat_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."outcome" = \'open\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='af422734e284d3216226671e6db3d91618f41a41', operation='UPDATE', pgid='pgtrigger_an_answered_repeat_stays_20d49', table='rewards_repeatrequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='repeatrequest',
            trigger=pgtrigger.compiler.Trigger(name='a_repeat_is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='bd79e051f52f624673cd960e14f7e0e4d0855454', operation='DELETE', pgid='pgtrigger_a_repeat_is_never_deleted_5cf0a', table='rewards_repeatrequest', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='seal',
            index=models.Index(condition=models.Q(('opened_at', None)), fields=['opens_at'], name='results_still_sealed'),
        ),
        migrations.AddConstraint(
            model_name='seal',
            constraint=models.CheckConstraint(condition=models.Q(('opened_by', None), ('opened_at__isnull', False), _connector='OR'), name='a_seal_opened_by_somebody_is_open'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='seal',
            trigger=pgtrigger.compiler.Trigger(name='seal_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='355f8e85a03f1c84f551e36c2a3de4fd4515d041', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_seal_changes_pages_e69a2', table='rewards_seal', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='seal',
            trigger=pgtrigger.compiler.Trigger(name='seal_is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='f2fb8ea3e5159d70d1a63e7cb4d8047b58b780e4', operation='DELETE', pgid='pgtrigger_seal_is_never_deleted_4f5ef', table='rewards_seal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='seal',
            trigger=pgtrigger.compiler.Trigger(name='sealed_result_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."draw_id" IS DISTINCT FROM (NEW."draw_id") OR OLD."inputs" IS DISTINCT FROM (NEW."inputs") OR OLD."opens_at" IS DISTINCT FROM (NEW."opens_at") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='81e8a82a989b2116e895e0830f5a9e68bb4d619b', operation='UPDATE', pgid='pgtrigger_sealed_result_stays_0fddc', table='rewards_seal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='seal',
            trigger=pgtrigger.compiler.Trigger(name='a_seal_is_opened_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."opened_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='23a38ffd5ce096b7d8d55ee1bc14506116f674d9', operation='UPDATE', pgid='pgtrigger_a_seal_is_opened_once_005a8', table='rewards_seal', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='skip',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('line__isnull', False), ('person', '')), models.Q(models.Q(('person', ''), _negated=True), ('line__isnull', True)), _connector='OR'), name='skip_is_of_a_person_or_of_one_entry'),
        ),
        migrations.AddConstraint(
            model_name='skip',
            constraint=models.UniqueConstraint(fields=('draw', 'person', 'line'), name='skipped_once_in_a_draw', nulls_distinct=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='skip',
            trigger=pgtrigger.compiler.Trigger(name='skip_is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='33f988d7a60342f40fa2b0f222b7f46ce1a1e850', operation='UPDATE OR DELETE', pgid='pgtrigger_skip_is_never_changed_0e674', table='rewards_skip', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='sponsor',
            constraint=models.UniqueConstraint(fields=('agency', 'name'), name='one_sponsor_of_a_name_per_agency', violation_error_message='This agency already has a sponsor with this name.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sponsor',
            trigger=pgtrigger.compiler.Trigger(name='sponsor_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='969950303ea156c0f8f818f11902c7f8e67dad2d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_sponsor_changes_pages_9429d', table='rewards_sponsor', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='prize',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('drawing', 'position'), name='one_prize_per_position'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='prize',
            trigger=pgtrigger.compiler.Trigger(name='prize_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='7ed2519bd8500acfdece9edd540bad01aa3abd63', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_prize_changes_pages_2f530', table='rewards_prize', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='prize',
            trigger=pgtrigger.compiler.Trigger(name='announced_prizes_are_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE drawing_status text;', func="\n                    SELECT status INTO drawing_status FROM rewards_drawing\n                    WHERE id = (CASE WHEN TG_OP = 'DELETE' THEN OLD.drawing_id\n                                ELSE NEW.drawing_id END);\n                    IF drawing_status <> 'draft' AND NOT (TG_OP = 'UPDATE'\n                        AND (OLD.drawing_id, OLD.position, OLD.name, OLD.description, OLD.worth,\n                             OLD.quantity, OLD.adults_only, OLD.picture, OLD.picture_alt,\n                             OLD.sponsor_id, OLD.donor_name, OLD.donor_url, OLD.donor_logo,\n                             OLD.donor_tier)\n                            IS NOT DISTINCT FROM\n                            (NEW.drawing_id, NEW.position, NEW.name, NEW.description, NEW.worth,\n                             NEW.quantity, NEW.adults_only, NEW.picture, NEW.picture_alt,\n                             NEW.sponsor_id, NEW.donor_name, NEW.donor_url, NEW.donor_logo,\n                             NEW.donor_tier)) THEN\n                        RAISE EXCEPTION 'pgtrigger: prizes are frozen once they are announced';\n                    END IF;\n                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n                    RETURN NEW;\n                ", hash='a9c0eeb7427433816b0ad28574f430fc972e488b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_announced_prizes_are_frozen_d71de', table='rewards_prize', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='typedvalue',
            trigger=pgtrigger.compiler.Trigger(name='typed_value_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7992d3a92781160fe3802054feb48b6eb442f4cf', operation='UPDATE OR DELETE', pgid='pgtrigger_typed_value_stays_bae1c', table='rewards_typedvalue', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='draw',
            constraint=models.UniqueConstraint(fields=('drawing', 'number'), name='one_draw_per_number'),
        ),
        migrations.AddConstraint(
            model_name='draw',
            constraint=models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_repeated_draw_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draw',
            trigger=pgtrigger.compiler.Trigger(name='draw_is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='58b39d2925291ee90f4907fda99333b1877db3c0', operation='UPDATE OR DELETE', pgid='pgtrigger_draw_is_never_changed_f2bee', table='rewards_draw', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='win',
            constraint=models.UniqueConstraint(fields=('draw', 'position'), name='one_win_per_position'),
        ),
        migrations.AddConstraint(
            model_name='win',
            constraint=models.UniqueConstraint(fields=('draw', 'given_up'), name='prizes_are_given_up_in_order'),
        ),
        migrations.AddConstraint(
            model_name='win',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('given_up__isnull', False), ('status__in', ['declined', 'lapsed'])), models.Q(models.Q(('status__in', ['declined', 'lapsed']), _negated=True), ('given_up__isnull', True)), _connector='OR'), name='a_prize_given_up_has_its_turn_and_reason'),
        ),
        migrations.AddConstraint(
            model_name='win',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['collected', 'confirmed', 'told'])), fields=('draw', 'prize', 'piece'), name='a_prize_stands_with_one_winner'),
        ),
        # Receipts and codes are random: compressing them costs time and saves no space.
        migrations.RunSQL(
            "ALTER TABLE rewards_listpiece ALTER COLUMN text SET STORAGE EXTERNAL",
            "ALTER TABLE rewards_listpiece ALTER COLUMN text SET STORAGE EXTENDED",
        ),
    ]
