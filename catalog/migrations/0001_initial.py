import catalog.art_labels
import catalog.models.badges
import catalog.models.issuers
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from decimal import Decimal
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Search that forgives typing and accents (catalog/querysets.py).
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name='BadgeClass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=120, unique=True, verbose_name='short name in addresses')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('retired', 'retired')], default='draft', max_length=10, verbose_name='status')),
                ('turnaround_days', models.PositiveIntegerField(default=10, help_text='The deadline for an answer. It is promised on the badge’s page.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='turnaround in working days')),
                ('recording_megabytes', models.PositiveIntegerField(default=500, help_text='0: no video and no sound as evidence.', validators=[django.core.validators.MaxValueValidator(4000)], verbose_name='largest video or sound recording, in MB')),
                ('waiting_hours', models.PositiveIntegerField(blank=True, help_text='Between approval and issue. Leave blank to use the issuer’s.', null=True, verbose_name='waiting period in hours')),
                ('valid_months', models.PositiveIntegerField(blank=True, help_text='From the day it is awarded. Leave blank for a badge that does not expire.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='valid for months')),
                ('renewable', models.BooleanField(default=False, verbose_name='can be earned again')),
                ('renewal_days_before', models.PositiveIntegerField(default=0, verbose_name='days before it expires from which it can be earned again')),
                ('review_scheme', models.CharField(choices=[('one_reader', 'one reader'), ('approver', 'a reader and an approver'), ('two_readers', 'two independent readers')], default='one_reader', max_length=12, verbose_name='who reads it')),
                ('second_reading_share', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='share that is read twice, in percent')),
                ('second_reading_first', models.PositiveSmallIntegerField(default=0, verbose_name='first submissions that are read twice')),
                ('second_reading_of_new_reviewers', models.PositiveSmallIntegerField(default=0, verbose_name='first reviews of a reviewer that are read twice')),
                ('second_reading_of_declines', models.BooleanField(default=False, verbose_name='every decline is read twice')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'badge',
                'verbose_name_plural': 'badges',
            },
        ),
        migrations.CreateModel(
            name='BadgeVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveIntegerField(default=1, verbose_name='version')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('description', models.CharField(help_text='One or two sentences for the card.', max_length=400, verbose_name='short description')),
                ('about', models.TextField(blank=True, help_text='Markdown.', verbose_name='what it is about')),
                ('level', models.CharField(choices=[('foundation', 'foundation'), ('practitioner', 'practitioner'), ('leader', 'leader')], default='foundation', max_length=20, verbose_name='level')),
                ('hours', models.DecimalField(decimal_places=1, default=Decimal('0'), max_digits=5, verbose_name='hours of learning')),
                ('units', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=4, verbose_name='university units')),
                ('achievement_type', models.CharField(choices=[('MicroCredential', 'micro-credential'), ('Badge', 'badge'), ('Competency', 'competency'), ('Course', 'course'), ('CertificateOfCompletion', 'certificate of completion'), ('LearningProgram', 'learning program'), ('License', 'license'), ('Achievement', 'achievement'), ('ApprenticeshipCertificate', 'apprenticeship certificate'), ('Assessment', 'assessment'), ('Assignment', 'assignment'), ('AssociateDegree', 'associate degree'), ('Award', 'award'), ('BachelorDegree', 'bachelor’s degree'), ('Certificate', 'certificate'), ('Certification', 'certification'), ('CoCurricular', 'co-curricular activity'), ('CommunityService', 'community service'), ('Degree', 'degree'), ('Diploma', 'diploma'), ('DoctoralDegree', 'doctoral degree'), ('Fieldwork', 'fieldwork'), ('GeneralEducationDevelopment', 'general educational development (GED)'), ('JourneymanCertificate', 'journeyman certificate'), ('MasterCertificate', 'master certificate'), ('MasterDegree', 'master’s degree'), ('Membership', 'membership'), ('ProfessionalDoctorate', 'professional doctorate'), ('QualityAssuranceCredential', 'quality assurance credential'), ('ResearchDoctorate', 'research doctorate'), ('SecondarySchoolDiploma', 'high school diploma')], default='MicroCredential', max_length=40, verbose_name='kind of achievement')),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Español')], default='en', max_length=10, verbose_name='language')),
                ('ai_use', models.CharField(blank=True, choices=[('none', 'not allowed'), ('some', 'allowed for some things'), ('any', 'allowed')], help_text='Blank: the badge does not say, and nobody is asked.', max_length=4, verbose_name='use of AI')),
                ('ai_sentence', models.CharField(blank=True, max_length=300, verbose_name='use of AI, in a sentence')),
                ('shows_earner_to_reviewers', models.BooleanField(default=False, help_text='Of the version: nobody who sent evidence without a name is named afterwards.', verbose_name='reviewers see the educator’s name')),
                ('tags', models.JSONField(blank=True, default=list, verbose_name='tags')),
                ('art_spec', models.JSONField(blank=True, help_text='How the artwork was composed; blank when it was uploaded.', null=True)),
                ('image', models.ImageField(blank=True, upload_to=catalog.models.badges.art_path, verbose_name='artwork')),
                ('vector', models.FileField(blank=True, editable=False, help_text='The same artwork as SVG, if it was composed or uploaded as SVG.', upload_to=catalog.models.badges.vector_path)),
                ('art_losses', models.JSONField(blank=True, default=list, editable=False, help_text='What the artwork does not show of the uploaded file: pairs of kind and part.')),
                ('image_alt', models.CharField(blank=True, help_text='For people who can’t see it. A badge can’t be published without it.', max_length=250, verbose_name='description of the artwork')),
                ('published_at', models.DateTimeField(editable=False, null=True)),
                ('badge_class', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='catalog.badgeclass')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'version of a badge',
                'verbose_name_plural': 'versions of badges',
                'ordering': ['badge_class', '-number'],
            },
        ),
        migrations.AddField(
            model_name='badgeclass',
            name='current_version',
            field=models.OneToOneField(blank=True, help_text='The version people start with today.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.badgeversion'),
        ),
        migrations.CreateModel(
            name='Alignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target_name', models.CharField(max_length=250, verbose_name='standard')),
                ('target_url', models.URLField(verbose_name='web address')),
                ('target_code', models.CharField(blank=True, max_length=60, verbose_name='code')),
                ('target_framework', models.CharField(blank=True, max_length=150, verbose_name='framework')),
                ('target_description', models.TextField(blank=True, verbose_name='description')),
                ('target_type', models.CharField(blank=True, choices=[('CFItem', 'CASE: a standard'), ('CFRubric', 'CASE: a rubric'), ('CFRubricCriterion', 'CASE: a criterion of a rubric'), ('CFRubricCriterionLevel', 'CASE: a level of a rubric'), ('ceasn:Competency', 'Credential Engine: a competency'), ('ceterms:Credential', 'Credential Engine: a credential'), ('CTDL', 'Credential Engine: anything else in CTDL')], max_length=30, verbose_name='kind of standard')),
                ('thread', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alignments', to='catalog.badgeversion')),
            ],
            options={
                'verbose_name': 'standard',
                'verbose_name_plural': 'standards',
                'ordering': ['target_framework', 'target_code', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('name_es', models.CharField(blank=True, help_text='Leave blank to use the other name there, too.', max_length=100, verbose_name='name in Spanish')),
                ('slug', models.SlugField(unique=True, verbose_name='short name in addresses')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('description_es', models.TextField(blank=True, verbose_name='description in Spanish')),
                ('palette', models.CharField(blank=True, choices=catalog.art_labels.palettes, max_length=30, verbose_name='palette of its artwork')),
                ('icon', models.CharField(blank=True, choices=catalog.art_labels.icons, max_length=60, verbose_name='icon')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('retired_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='retired at')),
                ('merged_into', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.category', verbose_name='merged into')),
            ],
            options={
                'verbose_name': 'category',
                'verbose_name_plural': 'categories',
                'ordering': ['position', 'name'],
            },
        ),
        migrations.AddField(
            model_name='badgeclass',
            name='category',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='badge_classes', to='catalog.category'),
        ),
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='position')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('description', models.TextField(verbose_name='what must be shown')),
                ('evidence_prompt', models.TextField(verbose_name='the evidence it asks for')),
                ('accepts_files', models.BooleanField(default=True, verbose_name='files')),
                ('accepts_links', models.BooleanField(default=True, verbose_name='links')),
                ('accepts_text', models.BooleanField(default=True, verbose_name='text')),
                ('asks_questions', models.BooleanField(default=False, verbose_name='answers to questions')),
                ('required', models.BooleanField(default=True, verbose_name='required')),
                ('thread', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='catalog.badgeversion')),
            ],
            options={
                'verbose_name': 'criterion',
                'verbose_name_plural': 'criteria',
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Issuer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('url', models.URLField(verbose_name='web address')),
                ('email', models.EmailField(help_text='An office address, not a person’s: Open Badges makes it public.', max_length=254, verbose_name='public email address')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('logo', models.ImageField(blank=True, editable=False, upload_to=catalog.models.issuers.logo_path, verbose_name='logo')),
                ('logo_alt', models.CharField(blank=True, editable=False, max_length=250, verbose_name='description of the logo')),
                ('linkedin_id', models.CharField(blank=True, help_text='The number of its LinkedIn page. A badge that is added to a LinkedIn profile then shows the page’s logo and links to it.', max_length=20, validators=[django.core.validators.RegexValidator('^\\d+\\Z', 'Enter the number only, for example 1337.')], verbose_name='LinkedIn organization ID')),
                ('waiting_hours', models.PositiveIntegerField(default=0, help_text='Between approval and issue, unless a badge says otherwise.', verbose_name='waiting period in hours')),
                ('many_wait_minutes', models.PositiveIntegerField(default=60, help_text='Badges for more than 20 people at once, from a list, test scores, or another program, wait this long, so that a mistake can be undone before anyone hears of it. 0 means that they go out at once. If a badge’s own waiting period is longer, it applies.', validators=[django.core.validators.MaxValueValidator(10080)], verbose_name='wait before many badges go out, in minutes')),
                ('decision_wait_minutes', models.PositiveIntegerField(default=10, help_text='Until then the reviewer can take the decision back, and the educator doesn’t know of it. 0 means that it takes effect at once.', validators=[django.core.validators.MaxValueValidator(1440)], verbose_name='wait before a reviewer’s decision takes effect, in minutes')),
                ('appeal_days', models.PositiveSmallIntegerField(default=30, help_text='From the moment the educator is told. Each decision can be appealed once.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='days to appeal a decision')),
                ('appeal_answer_days', models.PositiveSmallIntegerField(default=10, help_text='The educator is promised an answer by that day.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='working days until an appeal is answered')),
                ('hold_answer_days', models.PositiveSmallIntegerField(default=14, help_text='When a submission is put on hold because of a doubt, its educator has this long to answer.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='days to answer a hold')),
                ('assigns_reviewers', models.BooleanField(default=False, help_text='A quarter of an hour after a submission arrives, it is given to the reviewer who fits best by load and by what they know. Reviewers can still take the next one themselves.', verbose_name='assign submissions to reviewers automatically')),
                ('days_to_begin', models.PositiveSmallIntegerField(default=0, help_text='If its reviewer has written nothing by then, the submission returns to the queue, after a reminder. 0 means that it stays with them.', validators=[django.core.validators.MaxValueValidator(20)], verbose_name='working days to begin a review')),
                ('checks_names', models.BooleanField(default=False, help_text='When an educator has changed their name or address and asks for new badges, a coordinator looks first.', verbose_name='check names before reissue')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issuers', to='accounts.agency')),
            ],
            options={
                'verbose_name': 'issuer',
                'verbose_name_plural': 'issuers',
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='badgeclass',
            name='issuer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='badge_classes', to='catalog.issuer'),
        ),
        migrations.CreateModel(
            name='LearningResource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('url', models.URLField(verbose_name='web address')),
                ('kind', models.CharField(blank=True, max_length=40, verbose_name='kind')),
                ('thread', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('badge_class', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resources', to='catalog.badgeclass')),
            ],
            options={
                'verbose_name': 'learning resource',
                'verbose_name_plural': 'learning resources',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Pathway',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, help_text='Blank to use the badge’s name.', max_length=120, verbose_name='name')),
                ('status', models.CharField(choices=[('active', 'active'), ('suspended', 'suspended')], default='active', max_length=10, verbose_name='status')),
                ('suspended_reason', models.TextField(blank=True, verbose_name='why it is suspended')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('badge_class', models.OneToOneField(help_text='The badge it leads to.', on_delete=django.db.models.deletion.PROTECT, related_name='pathway', to='catalog.badgeclass')),
            ],
            options={
                'verbose_name': 'pathway',
                'verbose_name_plural': 'pathways',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PathwayStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='position')),
                ('badge_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pathway_steps', to='catalog.badgeclass')),
                ('pathway', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='catalog.pathway')),
            ],
            options={
                'verbose_name': 'step of a pathway',
                'verbose_name_plural': 'steps of pathways',
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='position')),
                ('text', models.CharField(max_length=300, verbose_name='question')),
                ('help_text', models.CharField(blank=True, max_length=500, verbose_name='help')),
                ('kind', models.CharField(choices=[('short', 'a short text'), ('long', 'a long text'), ('one', 'one choice'), ('several', 'several choices'), ('number', 'a number'), ('date', 'a date')], default='short', max_length=7, verbose_name='kind of answer')),
                ('options', models.TextField(blank=True, help_text='One on each line.', verbose_name='choices')),
                ('required', models.BooleanField(default=True, verbose_name='required')),
                ('thread', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='catalog.criterion')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='RubricLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='position')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('description', models.TextField(verbose_name='what it looks like')),
                ('points', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='points')),
                ('thread', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='levels', to='catalog.criterion')),
            ],
            options={
                'verbose_name': 'level of a rubric',
                'verbose_name_plural': 'levels of rubrics',
                'ordering': ['position'],
            },
        ),
        migrations.AddConstraint(
            model_name='badgeversion',
            constraint=models.UniqueConstraint(fields=('badge_class', 'number'), name='one_version_per_number'),
        ),
        migrations.AddConstraint(
            model_name='badgeversion',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at__isnull', True)), fields=('badge_class',), name='one_unpublished_version_per_badge'),
        ),
        migrations.AddConstraint(
            model_name='badgeversion',
            constraint=models.CheckConstraint(condition=models.Q(('ai_sentence', ''), ('ai_use__in', ['none', 'some', 'any']), _connector='OR'), name='sentence_about_ai_explains_a_choice'),
        ),
        migrations.AddConstraint(
            model_name='badgeversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ai_use', 'some'), _negated=True), models.Q(('ai_sentence', ''), _negated=True), _connector='OR'), name='some_use_of_ai_is_explained'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='badgeversion',
            trigger=pgtrigger.compiler.Trigger(name='badge_version_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='5520ecd5c326e2e11377969f5769b1bef5fb32e7', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_badge_version_changes_pages_706c4', table='catalog_badgeversion', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='badgeversion',
            trigger=pgtrigger.compiler.Trigger(name='published_version_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."published_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='345a7273ca2cbdb12b7ded4043c2d4766e1706e4', operation='UPDATE OR DELETE', pgid='pgtrigger_published_version_is_frozen_eea47', table='catalog_badgeversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alignment',
            trigger=pgtrigger.compiler.Trigger(name='alignment_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='0f3b88517f5a93596df4a99fcf5d135b54df928a', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_alignment_changes_pages_21bc1', table='catalog_alignment', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alignment',
            trigger=pgtrigger.compiler.Trigger(name='published_alignment_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                \n                IF TG_OP <> 'INSERT' THEN\n                    the_row := OLD;\n                    \n            IF EXISTS (\n                SELECT 1 FROM catalog_badgeversion\n                WHERE id = (the_row.version_id) AND published_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a published badge version does not change';\n            END IF;\n        \n                END IF;\n                IF TG_OP <> 'DELETE' THEN\n                    the_row := NEW;\n                    \n            IF EXISTS (\n                SELECT 1 FROM catalog_badgeversion\n                WHERE id = (the_row.version_id) AND published_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a published badge version does not change';\n            END IF;\n        \n                END IF;\n                RETURN the_row;\n            ", hash='9cfea2fbc32a40eabd4ea28aa2e4c94899a7e3b4', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_published_alignment_is_frozen_1d95b', table='catalog_alignment', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('palette__in', ['', 'poppy', 'lapis', 'redwood', 'meadow', 'lagoon', 'dusk', 'rosehip', 'manzanita', 'sage', 'marigold', 'harbor', 'fern', 'ink', 'coral'])), name='category_has_a_known_palette'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('icon__in', ['', 'book-open', 'library-big', 'languages', 'speech', 'messages-square', 'feather', 'pencil', 'notebook-pen', 'quote', 'newspaper', 'presentation', 'apple', 'school', 'graduation-cap', 'backpack', 'puzzle', 'blocks', 'lightbulb', 'drama', 'music', 'palette', 'clipboard-check', 'list-checks', 'chart-column-increasing', 'chart-pie', 'target', 'gauge', 'scale', 'search-check', 'ruler', 'calculator', 'laptop', 'code', 'cpu', 'bot', 'brain-circuit', 'network', 'binary', 'sparkles', 'gamepad-2', 'qr-code', 'shield-check', 'lock-keyhole', 'fingerprint-pattern', 'eye', 'ear', 'accessibility', 'captions', 'megaphone', 'globe', 'users-round', 'handshake', 'heart-handshake', 'hand-heart', 'compass', 'map', 'flag', 'mountain', 'footprints', 'trophy', 'key-round', 'landmark', 'briefcase-business', 'sprout', 'leaf', 'tree-pine', 'sun', 'bird', 'microscope', 'flask-conical', 'atom', 'telescope', 'rocket', 'earth'])), name='category_has_a_known_icon'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), ('retired_at__isnull', False), _connector='OR'), name='merged_category_is_retired'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='category',
            trigger=pgtrigger.compiler.Trigger(name='category_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='c639c91a6220d82f60e7eb067942c85dab1b9d42', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_category_changes_pages_12d12', table='catalog_category', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('version', 'position'), name='one_criterion_per_position'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.CheckConstraint(condition=models.Q(('accepts_files', True), ('accepts_links', True), ('accepts_text', True), ('asks_questions', True), _connector='OR'), name='criterion_accepts_some_evidence'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterion',
            trigger=pgtrigger.compiler.Trigger(name='criterion_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='32a112690eb3c2fa2fa03ddfcf0ef51dcf3279c1', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_criterion_changes_pages_3e9eb', table='catalog_criterion', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterion',
            trigger=pgtrigger.compiler.Trigger(name='published_criterion_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                \n                IF TG_OP <> 'INSERT' THEN\n                    the_row := OLD;\n                    \n            IF EXISTS (\n                SELECT 1 FROM catalog_badgeversion\n                WHERE id = (the_row.version_id) AND published_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a published badge version does not change';\n            END IF;\n        \n                END IF;\n                IF TG_OP <> 'DELETE' THEN\n                    the_row := NEW;\n                    \n            IF EXISTS (\n                SELECT 1 FROM catalog_badgeversion\n                WHERE id = (the_row.version_id) AND published_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a published badge version does not change';\n            END IF;\n        \n                END IF;\n                RETURN the_row;\n            ", hash='9a83ea112f826cb928f3c0eaef86b49d11f68764', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_published_criterion_is_frozen_a2f95', table='catalog_criterion', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='issuer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('logo', ''), ('logo_alt', '')), models.Q(models.Q(('logo', ''), _negated=True), models.Q(('logo_alt', ''), _negated=True)), _connector='OR'), name='issuer_logo_has_a_description'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='issuer',
            trigger=pgtrigger.compiler.Trigger(name='issuer_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='036ae2d52e20c415ce5b44f43b79d98b17c27d7a', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_issuer_changes_pages_16fee', table='catalog_issuer', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='badgeclass',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('current_version__isnull', True), ('status', 'draft')), models.Q(models.Q(('status', 'draft'), _negated=True), ('current_version__isnull', False)), _connector='OR'), name='badge_has_a_current_version_unless_draft'),
        ),
        migrations.AddConstraint(
            model_name='badgeclass',
            constraint=models.CheckConstraint(condition=models.Q(('valid_months__isnull', True), ('valid_months__gte', 1), _connector='OR'), name='badge_is_valid_for_some_time'),
        ),
        migrations.AddConstraint(
            model_name='badgeclass',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('renewable', False), ('renewal_days_before', 0)), models.Q(('renewable', True), ('valid_months__isnull', False)), _connector='OR'), name='renewable_badge_expires'),
        ),
        migrations.AddConstraint(
            model_name='badgeclass',
            constraint=models.CheckConstraint(condition=models.Q(('second_reading_share__lte', 100)), name='second_readings_are_a_share_in_percent'),
        ),
        migrations.AddConstraint(
            model_name='badgeclass',
            constraint=models.CheckConstraint(condition=models.Q(('review_scheme', 'one_reader'), models.Q(('second_reading_first', 0), ('second_reading_of_declines', False), ('second_reading_of_new_reviewers', 0), ('second_reading_share', 0)), _connector='OR'), name='second_readings_are_of_one_reader'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='badgeclass',
            trigger=pgtrigger.compiler.Trigger(name='badge_class_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='d443aa098dc71966a839a07c5958c738c3f1055e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_badge_class_changes_pages_b5bf2', table='catalog_badgeclass', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='learningresource',
            trigger=pgtrigger.compiler.Trigger(name='learning_resource_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='23f8c77c3c26a4bf0c87f75be53fe3d2cd8cbe28', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_learning_resource_changes_pages_b8af4', table='catalog_learningresource', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='pathway',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'active'), ('suspended_reason', '')), models.Q(('status', 'suspended'), models.Q(('suspended_reason', ''), _negated=True)), _connector='OR'), name='pathway_is_suspended_for_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pathway',
            trigger=pgtrigger.compiler.Trigger(name='pathway_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='7b90e19e343c73d6b1e9e72ed7f7ec67bd5d2584', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_pathway_changes_pages_b903d', table='catalog_pathway', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='pathwaystep',
            constraint=models.UniqueConstraint(fields=('pathway', 'badge_class'), name='badge_is_one_step_of_a_pathway'),
        ),
        migrations.AddConstraint(
            model_name='pathwaystep',
            constraint=models.UniqueConstraint(fields=('pathway', 'position'), name='one_step_per_position'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pathwaystep',
            trigger=pgtrigger.compiler.Trigger(name='pathway_step_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='79299cabe934c2df45d3b3a73192dbcb01f7eed7', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_pathway_step_changes_pages_97048', table='catalog_pathwaystep', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(fields=('criterion', 'position'), name='one_question_per_position'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['one', 'several']), models.Q(('options', ''), _negated=True)), models.Q(models.Q(('kind__in', ['one', 'several']), _negated=True), ('options', '')), _connector='OR'), name='only_questions_with_choices_have_options'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='question',
            trigger=pgtrigger.compiler.Trigger(name='question_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='07958a0bd8b4e788d495fc87c4cc3c02dbbc7926', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_question_changes_pages_2013f', table='catalog_question', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='question',
            trigger=pgtrigger.compiler.Trigger(name='published_question_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                \n                IF TG_OP <> 'INSERT' THEN\n                    the_row := OLD;\n                    \n            IF EXISTS (\n                SELECT 1 FROM catalog_badgeversion\n                WHERE id = (SELECT version_id FROM catalog_criterion WHERE id = the_row.criterion_id) AND published_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a published badge version does not change';\n            END IF;\n        \n                END IF;\n                IF TG_OP <> 'DELETE' THEN\n                    the_row := NEW;\n                    \n            IF EXISTS (\n                SELECT 1 FROM catalog_badgeversion\n                WHERE id = (SELECT version_id FROM catalog_criterion WHERE id = the_row.criterion_id) AND published_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a published badge version does not change';\n            END IF;\n        \n                END IF;\n                RETURN the_row;\n            ", hash='ff6809afae8ce3f0fa46a4aeea9bdf1ea1649e0a', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_published_question_is_frozen_b5d3d', table='catalog_question', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='rubriclevel',
            constraint=models.UniqueConstraint(fields=('criterion', 'position'), name='one_level_per_position'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rubriclevel',
            trigger=pgtrigger.compiler.Trigger(name='rubric_level_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='9f6b14389ee48b1b1d99cc0bf7f8310899384583', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_rubric_level_changes_pages_7b312', table='catalog_rubriclevel', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rubriclevel',
            trigger=pgtrigger.compiler.Trigger(name='published_level_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                \n                IF TG_OP <> 'INSERT' THEN\n                    the_row := OLD;\n                    \n            IF EXISTS (\n                SELECT 1 FROM catalog_badgeversion\n                WHERE id = (SELECT version_id FROM catalog_criterion WHERE id = the_row.criterion_id) AND published_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a published badge version does not change';\n            END IF;\n        \n                END IF;\n                IF TG_OP <> 'DELETE' THEN\n                    the_row := NEW;\n                    \n            IF EXISTS (\n                SELECT 1 FROM catalog_badgeversion\n                WHERE id = (SELECT version_id FROM catalog_criterion WHERE id = the_row.criterion_id) AND published_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a published badge version does not change';\n            END IF;\n        \n                END IF;\n                RETURN the_row;\n            ", hash='abe19b3b43e18867c3547151874058fb7917c96b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_published_level_is_frozen_1b474', table='catalog_rubriclevel', when='BEFORE')),
        ),
    ]
