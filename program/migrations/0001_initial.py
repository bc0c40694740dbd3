import django.contrib.postgres.fields
import django.core.validators
import pgtrigger.compiler
import pgtrigger.migrations
import program.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Program',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(default='Educator Badges', max_length=60, verbose_name='name')),
                ('name_es', models.CharField(blank=True, max_length=60, verbose_name='name in Spanish')),
                ('purpose', models.CharField(blank=True, max_length=240, verbose_name='purpose')),
                ('purpose_es', models.CharField(blank=True, max_length=240, verbose_name='purpose in Spanish')),
                ('office_name', models.CharField(blank=True, max_length=200, verbose_name='name of the office')),
                ('office_email', models.EmailField(blank=True, max_length=254, verbose_name='email address of the office')),
                ('postal_address', models.TextField(blank=True, max_length=500, verbose_name='postal address')),
                ('logo', models.ImageField(blank=True, editable=False, upload_to=program.models.logo_path, verbose_name='logo')),
                ('accent', models.CharField(blank=True, help_text='Blank for the color that comes with the software.', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-f]{6}\\Z')], verbose_name='accent color')),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=program.models.languages_known, size=None, verbose_name='languages offered')),
                ('home_text', models.TextField(blank=True, verbose_name='text on the home page')),
                ('home_text_es', models.TextField(blank=True, verbose_name='text on the home page, in Spanish')),
                ('footer_text', models.TextField(blank=True, verbose_name='text at the foot of every page')),
                ('footer_text_es', models.TextField(blank=True, verbose_name='text at the foot of every page, in Spanish')),
                ('holiday_country', models.CharField(default='US', max_length=2, verbose_name='country of holidays')),
                ('holiday_state', models.CharField(blank=True, max_length=10, verbose_name='state of holidays')),
                ('offers_lists', models.BooleanField(default=False, editable=False)),
                ('evidence_days', models.PositiveSmallIntegerField(blank=True, help_text='Counted from the end of a submission. Empty: evidence is kept.', null=True, verbose_name='days after which evidence is deleted')),
                ('request_days', models.PositiveSmallIntegerField(default=30, verbose_name='days in which privacy requests are answered')),
                ('hidden_pages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name='hidden pages')),
            ],
            options={
                'verbose_name': 'program',
                'verbose_name_plural': 'program',
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='version')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('text_es', models.TextField(blank=True, verbose_name='text in Spanish')),
                ('is_default', models.BooleanField(default=False, help_text='It came with the software.')),
                ('begun_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'statement',
                'verbose_name_plural': 'statements',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='EmailWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=50)),
                ('language', models.CharField(max_length=10)),
                ('subject', models.CharField(blank=True, max_length=120, verbose_name='subject')),
                ('opening', models.CharField(blank=True, max_length=1000, verbose_name='opening text')),
            ],
            options={
                'verbose_name': 'own words in emails',
                'verbose_name_plural': 'own words in emails',
                'constraints': [models.UniqueConstraint(fields=('kind', 'language'), name='own_words_once_for_each_kind_and_language'), models.CheckConstraint(condition=models.Q(('opening', ''), ('subject', ''), _negated=True), name='own_words_say_something')],
            },
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(choices=[('faq', 'Questions and answers'), ('help', 'Help'), ('resources', 'Resources'), ('contacts', 'Contacts'), ('privacy', 'Privacy'), ('terms', 'Terms of use'), ('accessibility', 'Accessibility')], max_length=20, unique=True, verbose_name='page')),
                ('title', models.CharField(blank=True, max_length=100, verbose_name='title')),
                ('title_es', models.CharField(blank=True, max_length=100, verbose_name='title in Spanish')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('body_es', models.TextField(blank=True, verbose_name='text in Spanish')),
            ],
            options={
                'verbose_name': 'own page',
                'verbose_name_plural': 'own pages',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('title', ''), ('title_es', ''), _negated=True), models.Q(('body', ''), ('body_es', ''), _negated=True)), name='page_has_a_title_and_a_text')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='page',
            trigger=pgtrigger.compiler.Trigger(name='page_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='6f5bb5fc725cc414e75ff49f15c5035d811566cc', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_page_changes_pages_bf1ec', table='program_page', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='program',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_program'),
        ),
        migrations.AddConstraint(
            model_name='program',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='program_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='program',
            constraint=models.CheckConstraint(condition=models.Q(('languages__len__gte', 1)), name='program_offers_a_language'),
        ),
        migrations.AddConstraint(
            model_name='program',
            constraint=models.CheckConstraint(condition=models.Q(('accent', ''), ('accent__regex', '^#[0-9a-f]{6}$'), _connector='OR'), name='program_accent_is_a_color'),
        ),
        migrations.AddConstraint(
            model_name='program',
            constraint=models.CheckConstraint(condition=models.Q(('evidence_days', None), ('evidence_days__range', (60, 3660)), _connector='OR'), name='evidence_is_kept_for_a_while'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='program',
            trigger=pgtrigger.compiler.Trigger(name='program_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='45e97cc523e67423f109f8d3e4971ba8f8116eef', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_program_changes_pages_8fe45', table='program_program', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), ('text_es', ''), _negated=True), name='statement_says_something'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='statement_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3e205b1f4a782800a6b8793caf3a93482abeee53', operation='UPDATE OR DELETE', pgid='pgtrigger_statement_never_changes_4e6bf', table='program_statement', when='BEFORE')),
        ),
    ]
