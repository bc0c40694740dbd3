import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('catalog', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MailingList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_es', models.CharField(blank=True, max_length=80, verbose_name='name in Spanish')),
                ('description', models.CharField(blank=True, help_text='What people get, and how often.', max_length=300, verbose_name='description')),
                ('description_es', models.CharField(blank=True, max_length=300, verbose_name='description in Spanish')),
                ('is_open', models.BooleanField(default=True, help_text='Without this, nobody can sign up. Those who already did still get emails.', verbose_name='anyone can sign up')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='The smallest number is shown first.', verbose_name='position')),
                ('agency', models.ForeignKey(help_text='Its coordinators run the list and write to it.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency', verbose_name='agency')),
            ],
            options={
                'verbose_name': 'mailing list',
                'verbose_name_plural': 'mailing lists',
                'ordering': ['position', 'name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(blank=True, choices=[('earner', 'earner'), ('reviewer', 'reviewer'), ('coordinator', 'coordinator'), ('reporter', 'reporter'), ('instructor', 'instructor')], max_length=20, verbose_name='with the role')),
                ('signed_in', models.CharField(blank=True, choices=[('in 30', 'in the last 30 days'), ('in 90', 'in the last 90 days'), ('in 365', 'in the last year'), ('not in 30', 'not in the last 30 days'), ('not in 90', 'not in the last 90 days'), ('not in 365', 'not in the last year')], max_length=10, verbose_name='last signed in')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('purpose', models.CharField(choices=[('news', 'News and invitations, to people who signed up for a list'), ('service', 'About how the program works, to people with an account')], default='news', max_length=10, verbose_name='what it is')),
                ('subject', models.CharField(max_length=150, verbose_name='subject')),
                ('subject_es', models.CharField(blank=True, max_length=150, verbose_name='subject in Spanish')),
                ('body', models.TextField(help_text='You can use Markdown: **bold**, lists, links and headings.', max_length=20000, verbose_name='text')),
                ('body_es', models.TextField(blank=True, help_text='Without it, everybody gets the other text.', max_length=20000, verbose_name='text in Spanish')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('sending', 'being sent'), ('stopped', 'stopped'), ('finished', 'sent')], default='draft', max_length=10)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(blank=True, help_text='They work or have a role there, or in an agency below it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency', verbose_name='people at')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.group', verbose_name='in the group')),
                ('has_badge', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.badgeclass', verbose_name='who have the badge')),
                ('lacks_badge', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.badgeclass', verbose_name='who do not have the badge')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pathway', models.ForeignKey(blank=True, help_text='They have at least one of its badges, and not all of them.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.pathway', verbose_name='who have begun the pathway')),
                ('mailing_list', models.ForeignKey(blank=True, help_text='For news.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='mailings.mailinglist', verbose_name='mailing list')),
            ],
            options={
                'verbose_name': 'announcement',
                'verbose_name_plural': 'announcements',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='NoAnnouncements',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'wish to get no announcements',
                'verbose_name_plural': 'wishes to get no announcements',
            },
        ),
        migrations.CreateModel(
            name='Subscriber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='email address')),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Spanish')], default='en', max_length=10, verbose_name='language')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'verbose_name': 'subscriber',
                'verbose_name_plural': 'subscribers',
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='subscriber_email_is_lower_case')],
            },
        ),
        migrations.CreateModel(
            name='SubscriberImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='file')),
                ('consent_how', models.CharField(help_text='For example: they signed the sheet at the workshop in Elm Creek.', max_length=300, verbose_name='how these people agreed')),
                ('consent_on', models.DateField(verbose_name='when they agreed')),
                ('consent_by', models.CharField(help_text='A person or an office.', max_length=150, verbose_name='who asked them')),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Spanish')], default='en', max_length=10, verbose_name='language')),
                ('status', models.CharField(choices=[('checked', 'checked, not started'), ('running', 'being added'), ('finished', 'added'), ('undone', 'undone')], default='checked', max_length=10)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('started_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='mailings.mailinglist')),
            ],
            options={
                'verbose_name': 'import of subscribers',
                'verbose_name_plural': 'imports of subscribers',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('email', models.CharField(blank=True, max_length=320)),
                ('outcome', models.CharField(choices=[('new', 'new'), ('already', 'already on the list'), ('pending', 'has signed up, not confirmed yet'), ('ended', 'unsubscribed before, or wants no announcements'), ('bad', 'not an email address'), ('twice', 'more than once in the file'), ('refused', 'emails to it came back, or it refused them'), ('closed', 'can’t be put on a list')], max_length=10)),
                ('is_done', models.BooleanField(default=False)),
                ('from_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='mailings.subscriberimport')),
            ],
            options={
                'verbose_name': 'row of an import of subscribers',
                'verbose_name_plural': 'rows of imports of subscribers',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('pending', 'not confirmed yet'), ('confirmed', 'confirmed'), ('ended', 'ended')], default='pending', max_length=10)),
                ('asked_at', models.DateTimeField(verbose_name='signed up')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('imported_in', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='mailings.subscriberimport')),
                ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='mailings.mailinglist')),
                ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='mailings.subscriber')),
            ],
            options={
                'verbose_name': 'subscription',
                'verbose_name_plural': 'subscriptions',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('waiting', 'waiting'), ('queued', 'queued'), ('left out', 'not sent: left the list, or has no active account any more')], default='waiting', max_length=10)),
                ('queued_at', models.DateTimeField(null=True)),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='mailings.announcement')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='letters_of_announcements', to=settings.AUTH_USER_MODEL)),
                ('subscription', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='mailings.subscription')),
            ],
            options={
                'verbose_name': 'email of an announcement',
                'verbose_name_plural': 'emails of announcements',
            },
        ),
        migrations.AddConstraint(
            model_name='mailinglist',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='mailing_list_has_a_name'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mailinglist',
            trigger=pgtrigger.compiler.Trigger(name='mailing_list_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='e1550493294be3a3a8de0f6c005471dc02957d03', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_mailing_list_changes_pages_a1d82', table='mailings_mailinglist', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='announcement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('started_at__isnull', True), ('status', 'draft')), models.Q(models.Q(('status', 'draft'), _negated=True), ('started_at__isnull', False)), _connector='OR'), name='announcement_started_unless_draft'),
        ),
        migrations.AddConstraint(
            model_name='announcement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('status', 'finished')), models.Q(models.Q(('status', 'finished'), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='announcement_finished_with_its_time'),
        ),
        migrations.AddConstraint(
            model_name='announcement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mailing_list__isnull', False), ('purpose', 'news')), models.Q(('agency__isnull', False), ('mailing_list', None), ('purpose', 'service')), _connector='OR'), name='news_have_a_list_and_service_letters_an_agency'),
        ),
        migrations.AddConstraint(
            model_name='subscriberimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('started_at', None), ('status', 'checked')), models.Q(models.Q(('status', 'checked'), _negated=True), ('started_at__isnull', False)), _connector='OR'), name='subscriber_import_started_unless_checked'),
        ),
        migrations.AddConstraint(
            model_name='subscriberimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('consent_how', ''), _negated=True), models.Q(('consent_by', ''), _negated=True)), name='subscriber_import_has_a_statement'),
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(fields=['from_import', 'outcome', 'id'], name='import_row_by_outcome'),
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(condition=models.Q(('is_done', False), ('outcome', 'new')), fields=['from_import', 'id'], name='import_row_to_do'),
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(fields=['email'], name='import_row_email'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['mailing_list', 'status'], name='subscription_by_status'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(fields=('mailing_list', 'subscriber'), name='one_subscription_per_list_and_address'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'confirmed'), _negated=True), ('confirmed_at__isnull', False), _connector='OR'), name='subscription_confirmed_with_its_time'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status', 'ended')), models.Q(models.Q(('status', 'ended'), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='subscription_ended_with_its_time'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['announcement', 'id'], name='letter_waiting'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(fields=['queued_at'], name='letter_queued'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.UniqueConstraint(fields=('announcement', 'subscription'), name='one_letter_for_each_address'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.UniqueConstraint(fields=('announcement', 'user'), name='one_letter_for_each_account'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('subscription', None), ('user__isnull', False)), models.Q(('subscription__isnull', False), ('user', None)), _connector='OR'), name='letter_to_a_subscription_or_an_account'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('queued_at__isnull', False), ('status', 'queued')), models.Q(models.Q(('status', 'queued'), _negated=True), ('queued_at__isnull', True)), _connector='OR'), name='letter_queued_with_its_time'),
        ),
    ]
