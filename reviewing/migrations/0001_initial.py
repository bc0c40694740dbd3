import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import submissions.recording_models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('catalog', '0001_initial'),
        ('submissions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AnchorConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('is_given', models.BooleanField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='anchor_consent', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'consent to an anchor',
                'verbose_name_plural': 'consents to anchors',
            },
        ),
        migrations.CreateModel(
            name='Anchor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(help_text='For coordinators; reviewers see a number.', max_length=120)),
                ('use', models.CharField(choices=[('practice', 'practice'), ('qualification', 'qualification')], default='practice', max_length=13)),
                ('made_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('badge_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='anchors', to='catalog.badgeclass')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('consent', models.ForeignKey(help_text='Of the earner whose work it is; empty if it was written by hand.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='anchors', to='reviewing.anchorconsent')),
            ],
            options={
                'verbose_name': 'anchor',
                'verbose_name_plural': 'anchors',
                'ordering': ['badge_class', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AnchorReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('use', models.CharField(choices=[('practice', 'practice'), ('qualification', 'qualification')], max_length=13)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('given_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('dropped_at', models.DateTimeField(help_text='When the anchor was taken out before it was answered.', null=True)),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='anchor_readings', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(help_text='Whose criteria were shown.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.badgeversion')),
            ],
            options={
                'verbose_name': 'reading of an anchor',
                'verbose_name_plural': 'readings of anchors',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AnchorAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(blank=True, choices=[('met', 'met'), ('not_yet', 'not yet')], max_length=10)),
                ('agreed', models.CharField(choices=[('met', 'met'), ('not_yet', 'not yet')], max_length=10)),
                ('is_must', models.BooleanField(default=False)),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.criterion')),
                ('reading', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='reviewing.anchorreading')),
            ],
            options={
                'verbose_name': 'answer about an anchor',
                'verbose_name_plural': 'answers about anchors',
                'ordering': ['criterion__position'],
            },
        ),
        migrations.CreateModel(
            name='AnchorVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('published_at', models.DateTimeField(null=True)),
                ('anchor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='reviewing.anchor')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(help_text='Whose criteria were judged.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.badgeversion')),
            ],
            options={
                'verbose_name': 'version of an anchor',
                'verbose_name_plural': 'versions of anchors',
                'ordering': ['anchor', 'number'],
            },
        ),
        migrations.CreateModel(
            name='AnchorVerdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(blank=True, choices=[('met', 'met'), ('not_yet', 'not yet')], max_length=10)),
                ('why', models.TextField(blank=True)),
                ('is_must', models.BooleanField(default=False, help_text='Nobody qualifies who judges this one differently.')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.criterion')),
                ('anchor_version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='reviewing.anchorversion')),
            ],
            options={
                'verbose_name': 'agreed verdict',
                'verbose_name_plural': 'agreed verdicts',
                'ordering': ['criterion__position'],
            },
        ),
        migrations.AddField(
            model_name='anchorreading',
            name='anchor_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='reviewing.anchorversion'),
        ),
        migrations.CreateModel(
            name='AnchorEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('file', 'file'), ('link', 'link'), ('text', 'text')], max_length=4)),
                ('text', models.TextField(blank=True)),
                ('url', models.URLField(blank=True, max_length=1000)),
                ('file', models.FileField(blank=True, storage=submissions.recording_models.evidence_storage, upload_to=submissions.recording_models.evidence_path)),
                ('content_type', models.CharField(blank=True, max_length=100)),
                ('size', models.PositiveBigIntegerField(default=0, help_text='Bytes.')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.criterion')),
                ('anchor_version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='reviewing.anchorversion')),
            ],
            options={
                'verbose_name': 'evidence of an anchor',
                'verbose_name_plural': 'evidence of anchors',
                'ordering': ['criterion__position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CalibrationRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.PositiveSmallIntegerField(default=80, help_text='Percent of the verdicts that have to be the agreed ones.')),
                ('is_required', models.BooleanField(default=False, help_text='Only reviewers who have qualified review it.')),
                ('needs_badge', models.BooleanField(default=False, help_text='Only people who hold the badge can qualify.')),
                ('recheck_months', models.PositiveSmallIntegerField(default=12, help_text='After so many months a reviewer qualifies again; 0 for never.')),
                ('badge_class', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='calibration_rules', to='catalog.badgeclass')),
                ('reviewer_badge', models.ForeignKey(help_text='What reviewers are awarded when they qualify, and again when they do so again.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.badgeclass')),
            ],
            options={
                'verbose_name': 'what a badge asks of its reviewers',
                'verbose_name_plural': 'what badges ask of their reviewers',
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('needs_approver', models.BooleanField(default=False, help_text='A second person confirms it, whatever the outcome is.')),
                ('outcome', models.CharField(choices=[('approve', 'approve'), ('return', 'return'), ('decline', 'decline')], max_length=10)),
                ('status', models.CharField(choices=[('unconfirmed', 'waits for a second person'), ('due', 'takes effect soon'), ('in_effect', 'in effect'), ('recalled', 'taken back'), ('sent_back', 'sent back to the reviewer'), ('dropped', 'dropped')], max_length=12)),
                ('decided_at', models.DateTimeField()),
                ('takes_effect_at', models.DateTimeField(help_text='Due from then on; empty while a second person has to confirm it.', null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(help_text='When it took effect, or was taken back, sent back or dropped.', null=True)),
                ('note', models.TextField(blank=True, help_text='What the second person wrote when they sent it back.')),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='submissions.attempt')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(help_text='Nobody, if it took effect or the educator withdrew.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='FeedbackAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('helpful', models.CharField(choices=[('yes', 'Yes'), ('partly', 'Partly'), ('no', 'No')], max_length=6)),
                ('answered_at', models.DateTimeField()),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feedback_answer', to='reviewing.decision')),
            ],
            options={
                'verbose_name': 'answer about feedback',
                'verbose_name_plural': 'answers about feedback',
            },
        ),
        migrations.CreateModel(
            name='IntegrityHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('placed_at', models.DateTimeField()),
                ('answer_until', models.DateTimeField(help_text='It is not confirmed before, without an answer.')),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('status', models.CharField(choices=[('open', 'open'), ('lifted', 'lifted'), ('confirmed', 'confirmed'), ('dropped', 'ended: the submission was withdrawn')], default='open', max_length=10)),
                ('ended_because', models.TextField(blank=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('remind_at', models.DateTimeField(help_text='When coordinators are reminded that it waits for them.', null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('placed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'hold of a submission',
                'verbose_name_plural': 'holds of submissions',
                'ordering': ['placed_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('due_on', models.DateField(help_text='By when an answer was promised.')),
                ('given_at', models.DateTimeField(null=True)),
                ('status', models.CharField(choices=[('open', 'open'), ('upheld', 'the decision stays'), ('changed', 'the decision was changed'), ('dropped', 'ended without a decision')], default='open', max_length=10)),
                ('outcome', models.CharField(blank=True, choices=[('uphold', 'The decision stays'), ('approve', 'Approve: every required criterion is met'), ('return', 'Return it: the educator may send it again')], max_length=10)),
                ('reasons', models.TextField(blank=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('remind_at', models.DateTimeField(help_text='When its reader is reminded; without a reader, the coordinators.', null=True)),
                ('reader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='submissions.submission')),
                ('decision', models.OneToOneField(help_text='What it is about.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='reviewing.decision')),
                ('hold', models.OneToOneField(help_text='Or the confirmed hold that it is about.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='reviewing.integrityhold')),
            ],
            options={
                'verbose_name': 'appeal',
                'verbose_name_plural': 'appeals',
                'ordering': ['due_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='NamedConflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(blank=True, help_text='Of somebody who has no account yet. Empty once `other` is known.', max_length=254)),
                ('named_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('other', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(help_text='In which the person recognized the other one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'people who do not judge each other',
                'verbose_name_plural': 'people who do not judge each other',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PastSchool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('named_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='past_schools', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'school where a reviewer was',
                'verbose_name_plural': 'schools where reviewers were',
                'ordering': ['agency__name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(choices=[('first', 'every submission is read'), ('scheme', 'two readers read every submission for this badge'), ('share', 'drawn at random to be read twice'), ('first_ones', 'one of the first submissions for this badge'), ('new_reviewer', 'one of the first reviews of its reviewer'), ('decline', 'the first reader wants to decline it'), ('differ', 'the two readers differ')], max_length=12)),
                ('opened_at', models.DateTimeField()),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='submissions.attempt')),
            ],
            options={
                'verbose_name': 'place of a reader',
                'verbose_name_plural': 'places of readers',
                'ordering': ['attempt', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assigned_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('begin_by', models.DateField(help_text='It returns to the queue if its reviewer has written nothing by then.', null=True)),
                ('why', models.JSONField(help_text='Why it was assigned automatically: `reviewing/automatic/words.py`.', null=True)),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='submissions.submission')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='reviewing.place')),
            ],
            options={
                'verbose_name': 'assignment',
                'verbose_name_plural': 'assignments',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='PutOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
                ('place', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reviewing.place')),
            ],
            options={
                'verbose_name': 'place that waits for a reviewer with time',
                'verbose_name_plural': 'places that wait for a reviewer with time',
            },
        ),
        migrations.CreateModel(
            name='Qualification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.PositiveSmallIntegerField(help_text='As the badge asked when it began.')),
                ('begun_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('judged', models.PositiveIntegerField(default=0)),
                ('as_agreed', models.PositiveIntegerField(default=0)),
                ('musts_missed', models.PositiveIntegerField(default=0)),
                ('is_reached', models.BooleanField(null=True)),
                ('recheck_on', models.DateField(help_text='Up to this day it counts; empty: always.', null=True)),
                ('remind_on', models.DateField(help_text='When the reviewer is told; empty once told.', null=True)),
                ('badge_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='catalog.badgeclass')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'qualification of a reviewer',
                'verbose_name_plural': 'qualifications of reviewers',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='anchorreading',
            name='qualification',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='reviewing.qualification'),
        ),
        migrations.CreateModel(
            name='ReadingPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(choices=[('one_reader', 'one reader'), ('approver', 'a reader and an approver'), ('two_readers', 'two independent readers')], max_length=12)),
                ('share', models.PositiveSmallIntegerField(help_text='Percent that is read twice by chance.')),
                ('of_first', models.PositiveSmallIntegerField(help_text='So many first submissions of a badge.')),
                ('of_new_reviewers', models.PositiveSmallIntegerField(help_text='So many first reviews of each.')),
                ('of_declines', models.BooleanField()),
                ('seed', models.CharField(help_text='Anyone can draw again with it: `drawn`.', max_length=32)),
                ('made_at', models.DateTimeField()),
                ('attempt', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reading_plan', to='submissions.attempt')),
            ],
            options={
                'verbose_name': 'plan of the reviews of an attempt',
                'verbose_name_plural': 'plans of the reviews of attempts',
            },
        ),
        migrations.CreateModel(
            name='Reopening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('by_others', models.BooleanField(help_text='Nobody reads it who has read it before.')),
                ('reopened_at', models.DateTimeField()),
                ('attempt', models.OneToOneField(help_text='The same evidence, for the new reading.', on_delete=django.db.models.deletion.PROTECT, related_name='reopening', to='submissions.attempt')),
                ('reopened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reopenings', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'reopened submission',
                'verbose_name_plural': 'reopened submissions',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('reader', 'reader'), ('third', 'third reader'), ('approver', 'approver')], default='reader', max_length=8)),
                ('summary', models.TextField(blank=True, verbose_name='overall comment')),
                ('decision', models.CharField(blank=True, choices=[('approve', 'approve'), ('return', 'return'), ('decline', 'decline')], max_length=10)),
                ('begun_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(help_text='When the reviewer had decided. It is frozen from then on.', null=True)),
                ('others_shown_at', models.DateTimeField(help_text='When a third reader, who had judged the evidence, saw both reviews.', null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='submissions.attempt')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'review',
                'verbose_name_plural': 'reviews',
                'ordering': ['sent_at'],
            },
        ),
        migrations.CreateModel(
            name='DecisionBasis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='basis', to='reviewing.decision')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviewing.review')),
            ],
            options={
                'verbose_name': 'review that a decision rests on',
                'verbose_name_plural': 'reviews that decisions rest on',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='rests_on',
            field=models.ManyToManyField(related_name='supports', through='reviewing.DecisionBasis', to='reviewing.review'),
        ),
        migrations.AddField(
            model_name='decision',
            name='review',
            field=models.ForeignKey(help_text='Of those it rests on, the one that is sent to the earner.', on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='reviewing.review'),
        ),
        migrations.AddField(
            model_name='decision',
            name='wording',
            field=models.ForeignKey(help_text='What the earner reads in place of the review, if the approver reworded it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='worded_decisions', to='reviewing.review'),
        ),
        migrations.CreateModel(
            name='CriterionJudgment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(blank=True, choices=[('met', 'met'), ('not_yet', 'not yet')], max_length=10)),
                ('comment', models.TextField(blank=True)),
                ('reopened_because', models.TextField(blank=True, help_text='Why it was judged, although it was met in an earlier attempt.')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.criterion')),
                ('level', models.ForeignKey(blank=True, help_text='How far it was reached, if the criterion has a rubric and the reviewer chose.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.rubriclevel')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judgments', to='reviewing.review')),
            ],
            options={
                'verbose_name': 'judgment of a criterion',
                'verbose_name_plural': 'judgments of criteria',
                'ordering': ['criterion__position'],
            },
        ),
        migrations.CreateModel(
            name='ReviewerSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekly_maximum', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='at most so many new submissions a week')),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, help_text='Empty for every language.', size=None, verbose_name='languages that you read')),
                ('never_at_a_school_at', models.DateTimeField(help_text='When they said that they never worked or learned at a school.', null=True)),
                ('badges', models.ManyToManyField(blank=True, related_name='+', to='catalog.badgeclass', verbose_name='badges that you know well')),
                ('categories', models.ManyToManyField(blank=True, related_name='+', to='catalog.category', verbose_name='categories that you know well')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reviewer_settings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'settings of a reviewer',
                'verbose_name_plural': 'settings of reviewers',
            },
        ),
        migrations.CreateModel(
            name='Snippet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('text', models.TextField()),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agency')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='snippets', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'snippet',
                'verbose_name_plural': 'snippets',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SubmissionNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='internal_notes', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'internal note',
                'verbose_name_plural': 'internal notes',
                'ordering': ['written_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(verbose_name='first day away')),
                ('last_day', models.DateField(verbose_name='last day away')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviewing_absences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'absence of a reviewer',
                'verbose_name_plural': 'absences of reviewers',
                'ordering': ['first_day', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='an_absence_ends_after_it_begins'), models.UniqueConstraint(fields=('user', 'first_day', 'last_day'), name='an_absence_is_named_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='anchorconsent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('is_given', None)), models.Q(('answered_at__isnull', False), ('is_given__isnull', False)), _connector='OR'), name='consent_to_an_anchor_is_given_or_refused_when_answered'),
        ),
        migrations.AddConstraint(
            model_name='anchorconsent',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), ('is_given', True), _connector='OR'), name='only_a_given_consent_to_an_anchor_is_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='anchor',
            constraint=models.UniqueConstraint(fields=('badge_class', 'name'), name='one_anchor_per_name_and_badge'),
        ),
        migrations.AddConstraint(
            model_name='anchoranswer',
            constraint=models.UniqueConstraint(fields=('reading', 'criterion'), name='one_answer_per_criterion_and_reading'),
        ),
        migrations.AddConstraint(
            model_name='anchoranswer',
            constraint=models.CheckConstraint(condition=models.Q(('agreed', ''), _negated=True), name='an_answer_is_compared_with_an_agreed_verdict'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='anchoranswer',
            trigger=pgtrigger.compiler.Trigger(name='answer_about_an_anchor_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                \n                IF TG_OP <> 'INSERT' THEN\n                    the_row := OLD;\n                    \n            IF EXISTS (\n                SELECT 1 FROM reviewing_anchorreading\n                WHERE id = (the_row.reading_id) AND answered_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'an answer about an anchor does not change';\n            END IF;\n        \n                END IF;\n                IF TG_OP <> 'DELETE' THEN\n                    the_row := NEW;\n                    \n            IF EXISTS (\n                SELECT 1 FROM reviewing_anchorreading\n                WHERE id = (the_row.reading_id) AND answered_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'an answer about an anchor does not change';\n            END IF;\n        \n                END IF;\n                RETURN the_row;\n            ", hash='9086d2eb287840ff86e26f2b1415858ebf979ab2', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_answer_about_an_anchor_is_frozen_e8fd8', table='reviewing_anchoranswer', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='anchorversion',
            constraint=models.UniqueConstraint(fields=('anchor', 'number'), name='one_anchor_version_per_number'),
        ),
        migrations.AddConstraint(
            model_name='anchorversion',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at', None)), fields=('anchor',), name='one_unpublished_version_per_anchor'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='anchorversion',
            trigger=pgtrigger.compiler.Trigger(name='published_anchor_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."published_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='622210b1ae3200d6b7c4712a4a7ad413d132a635', operation='UPDATE OR DELETE', pgid='pgtrigger_published_anchor_is_frozen_31003', table='reviewing_anchorversion', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='anchorverdict',
            constraint=models.UniqueConstraint(fields=('anchor_version', 'criterion'), name='one_agreed_verdict_per_criterion'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='anchorverdict',
            trigger=pgtrigger.compiler.Trigger(name='published_agreed_verdict_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                \n                IF TG_OP <> 'INSERT' THEN\n                    the_row := OLD;\n                    \n            IF EXISTS (\n                SELECT 1 FROM reviewing_anchorversion\n                WHERE id = (the_row.anchor_version_id) AND published_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a published anchor does not change';\n            END IF;\n        \n                END IF;\n                IF TG_OP <> 'DELETE' THEN\n                    the_row := NEW;\n                    \n            IF EXISTS (\n                SELECT 1 FROM reviewing_anchorversion\n                WHERE id = (the_row.anchor_version_id) AND published_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a published anchor does not change';\n            END IF;\n        \n                END IF;\n                RETURN the_row;\n            ", hash='d0df42adda5128807cce4a3a3f16fad421e71aee', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_published_agreed_verdict_is_frozen_cc02d', table='reviewing_anchorverdict', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='anchorevidence',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'text')), fields=('anchor_version', 'criterion'), name='one_text_per_criterion_and_anchor'),
        ),
        migrations.AddConstraint(
            model_name='anchorevidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'file'), ('text', ''), ('url', ''), models.Q(('file', ''), _negated=True)), models.Q(('file', ''), ('kind', 'link'), ('text', ''), models.Q(('url', ''), _negated=True)), models.Q(('file', ''), ('kind', 'text'), ('url', ''), models.Q(('text', ''), _negated=True)), _connector='OR'), name='evidence_of_an_anchor_is_of_its_kind'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='anchorevidence',
            trigger=pgtrigger.compiler.Trigger(name='published_anchor_evidence_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                IF TG_OP = 'DELETE' AND current_setting('privacy.erasing', true) = 'on' THEN RETURN OLD; END IF;IF TG_OP = 'DELETE' AND current_setting('privacy.deleting_evidence', true) = 'on' THEN RETURN OLD; END IF;\n                IF TG_OP <> 'INSERT' THEN\n                    the_row := OLD;\n                    \n            IF EXISTS (\n                SELECT 1 FROM reviewing_anchorversion\n                WHERE id = (the_row.anchor_version_id) AND published_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a published anchor does not change';\n            END IF;\n        \n                END IF;\n                IF TG_OP <> 'DELETE' THEN\n                    the_row := NEW;\n                    \n            IF EXISTS (\n                SELECT 1 FROM reviewing_anchorversion\n                WHERE id = (the_row.anchor_version_id) AND published_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a published anchor does not change';\n            END IF;\n        \n                END IF;\n                RETURN the_row;\n            ", hash='d42a95ab94ef6d1a7b3ed2a0fdc4f42d3a70536c', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_published_anchor_evidence_is_frozen_6113f', table='reviewing_anchorevidence', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='calibrationrules',
            constraint=models.CheckConstraint(condition=models.Q(('mark__gte', 1), ('mark__lte', 100)), name='mark_of_a_qualification_is_in_percent'),
        ),
        migrations.AddConstraint(
            model_name='calibrationrules',
            constraint=models.CheckConstraint(condition=models.Q(('reviewer_badge', None), models.Q(('reviewer_badge', models.F('badge_class')), _negated=True), _connector='OR'), name='reviewers_are_awarded_another_badge_than_they_review'),
        ),
        migrations.AddIndex(
            model_name='integrityhold',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['remind_at'], name='hold_reminders'),
        ),
        migrations.AddConstraint(
            model_name='integrityhold',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('submission',), name='one_open_hold'),
        ),
        migrations.AddConstraint(
            model_name='integrityhold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('status', 'open')), models.Q(models.Q(('status', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='a_hold_has_ended_unless_open'),
        ),
        migrations.AddConstraint(
            model_name='integrityhold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'confirmed'), _negated=True), models.Q(('ended_by__isnull', False), models.Q(('ended_by', models.F('placed_by')), _negated=True)), _connector='OR'), name='a_second_person_confirms_a_hold'),
        ),
        migrations.AddConstraint(
            model_name='integrityhold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'confirmed'), _negated=True), ('answered_at__isnull', False), ('ended_at__gte', models.F('answer_until')), _connector='OR'), name='a_hold_is_confirmed_once_it_could_be_answered'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='integrityhold',
            trigger=pgtrigger.compiler.Trigger(name='nobody_holds_their_own_submission', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission\n                    WHERE id = (NEW.submission_id) AND earner_id = NEW.placed_by_id\n                ) OR (TG_OP = 'INSERT' OR NEW.placed_by_id IS DISTINCT FROM OLD.placed_by_id) AND EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user own ON own.person_key = earner.person_key\n                    WHERE submission.id = (NEW.submission_id) AND own.id = NEW.placed_by_id\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews their own submission';\n                END IF;\n                RETURN NEW;\n            ", hash='3cbee237d5fcaca85bfc7e00332f7c6fe206b873', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_holds_their_own_submission_26868', table='reviewing_integrityhold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='integrityhold',
            trigger=pgtrigger.compiler.Trigger(name='nobody_ends_a_hold_of_their_own_submission', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission\n                    WHERE id = (NEW.submission_id) AND earner_id = NEW.ended_by_id\n                ) OR (TG_OP = 'INSERT' OR NEW.ended_by_id IS DISTINCT FROM OLD.ended_by_id) AND EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user own ON own.person_key = earner.person_key\n                    WHERE submission.id = (NEW.submission_id) AND own.id = NEW.ended_by_id\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews their own submission';\n                END IF;\n                RETURN NEW;\n            ", hash='50645afe9f5532e9eec86658b4162f9c9ebc373e', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_ends_a_hold_of_their_own_submission_77fe9', table='reviewing_integrityhold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='integrityhold',
            trigger=pgtrigger.compiler.Trigger(name='nobody_confirms_a_hold_with_another_account', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."status" = \'confirmed\' AND OLD."status" = \'open\')', func="\n                IF EXISTS (\n                    SELECT 1 FROM accounts_user one\n                    JOIN accounts_user other\n                        ON other.person_key = one.person_key AND other.id <> one.id\n                    WHERE one.id = NEW.placed_by_id AND other.id = NEW.ended_by_id\n                ) THEN\n                    RAISE EXCEPTION 'it takes two people';\n                END IF;\n                RETURN NEW;\n            ", hash='72010069852f3f08818eafcc004e063e41d8b02a', operation='UPDATE', pgid='pgtrigger_nobody_confirms_a_hold_with_another_account_2e612', table='reviewing_integrityhold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='integrityhold',
            trigger=pgtrigger.compiler.Trigger(name='a_hold_is_answered_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."answered_at" IS NOT NULL)', func="\n        IF NEW.answered_at IS DISTINCT FROM OLD.answered_at\n            OR NEW.answer <> OLD.answer\n                AND coalesce(current_setting('privacy.erasing', true), '') <> 'on' THEN\n            RAISE EXCEPTION 'an answer to a hold does not change';\n        END IF;\n        RETURN NEW;\n    ", hash='c88457b589af87b988ad3c32fd563dd7be26b629', operation='UPDATE', pgid='pgtrigger_a_hold_is_answered_once_07728', table='reviewing_integrityhold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='integrityhold',
            trigger=pgtrigger.compiler.Trigger(name='what_is_held_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."answer_until" IS DISTINCT FROM (NEW."answer_until") OR OLD."placed_at" IS DISTINCT FROM (NEW."placed_at") OR OLD."placed_by_id" IS DISTINCT FROM (NEW."placed_by_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."submission_id" IS DISTINCT FROM (NEW."submission_id"))', func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['reason'] = to_jsonb(NEW) - ARRAY['reason'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='90154572fae684700883cf8c5f73a58af2d0b247', operation='UPDATE', pgid='pgtrigger_what_is_held_is_frozen_f6505', table='reviewing_integrityhold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='integrityhold',
            trigger=pgtrigger.compiler.Trigger(name='an_ended_hold_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['reason', 'answer', 'ended_because'] = to_jsonb(NEW) - ARRAY['reason', 'answer', 'ended_because'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='f25be75d466d30f03c6c71a0198aad79dc734aa3', operation='UPDATE', pgid='pgtrigger_an_ended_hold_is_frozen_ff77b', table='reviewing_integrityhold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='integrityhold',
            trigger=pgtrigger.compiler.Trigger(name='a_hold_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='2fc2ba3136cf70013e7f756cad4a7f418a928e91', operation='DELETE', pgid='pgtrigger_a_hold_is_kept_d06c8', table='reviewing_integrityhold', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['remind_at'], name='appeal_reminders'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('submission',), name='one_open_appeal'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', False), ('hold__isnull', True)), models.Q(('decision__isnull', True), ('hold__isnull', False)), _connector='OR'), name='an_appeal_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('status', 'open')), models.Q(models.Q(('status', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='an_appeal_has_ended_unless_open'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reader__isnull', False), ('status__in', ['changed', 'upheld']), models.Q(('outcome', ''), _negated=True)), models.Q(models.Q(('status__in', ['changed', 'upheld']), _negated=True), ('outcome', '')), _connector='OR'), name='an_appeal_is_decided_by_its_reader'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('status', 'upheld'), _negated=True), models.Q(('outcome', 'uphold'), _negated=True)), models.Q(('outcome', 'uphold'), ('status', 'upheld')), _connector='OR'), name='an_appeal_is_upheld_or_changed_as_it_says'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='nobody_reads_their_own_appeal', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission\n                    WHERE id = (NEW.submission_id) AND earner_id = NEW.reader_id\n                ) OR (TG_OP = 'INSERT' OR NEW.reader_id IS DISTINCT FROM OLD.reader_id) AND EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user own ON own.person_key = earner.person_key\n                    WHERE submission.id = (NEW.submission_id) AND own.id = NEW.reader_id\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews their own submission';\n                END IF;\n                RETURN NEW;\n            ", hash='19004f05b67550e2bf3c5b635ff0613afbfbc299', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_reads_their_own_appeal_d74ff', table='reviewing_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='nobody_reads_an_appeal_in_conflict', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."reader_id" IS NOT NULL AND NEW."ended_at" IS NULL)', declare='DECLARE the_person BIGINT; the_earner BIGINT;', func="\n                SELECT person_key INTO the_person FROM accounts_user WHERE id = NEW.reader_id;\n                SELECT earner.person_key INTO the_earner\n                FROM submissions_submission submission\n                JOIN accounts_user earner ON earner.id = submission.earner_id\n                WHERE submission.id = (NEW.submission_id);\n                IF EXISTS (\n                    SELECT 1 FROM (\n    SELECT account.person_key, held.agency_id\n    FROM accounts_membership held\n    JOIN accounts_user account ON account.id = held.user_id\n    JOIN accounts_agency school ON school.id = held.agency_id AND school.kind IN ('school', 'adult_school')\n    UNION ALL\n    SELECT account.person_key, past.agency_id\n    FROM reviewing_pastschool past JOIN accounts_user account ON account.id = past.user_id\n) own\n                    JOIN (\n    SELECT account.person_key, held.agency_id\n    FROM accounts_membership held\n    JOIN accounts_user account ON account.id = held.user_id\n    JOIN accounts_agency school ON school.id = held.agency_id AND school.kind IN ('school', 'adult_school')\n    UNION ALL\n    SELECT account.person_key, past.agency_id\n    FROM reviewing_pastschool past JOIN accounts_user account ON account.id = past.user_id\n) theirs ON theirs.agency_id = own.agency_id\n                    WHERE own.person_key = the_person AND theirs.person_key = the_earner\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews the submission of a colleague';\n                END IF;\n                IF EXISTS (\n                    SELECT 1 FROM reviewing_namedconflict named\n                    JOIN accounts_user one ON one.id = named.person_id\n                    JOIN accounts_user other ON other.id = named.other_id\n                    WHERE named.ended_at IS NULL\n                        AND (one.person_key, other.person_key)\n                            IN ((the_person, the_earner), (the_earner, the_person))\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews the submission of a person who was named';\n                END IF;\n                RETURN NEW;\n            ", hash='67d30bb8d3e7b6a1ed673b6fe05d72d41e02cc85', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_reads_an_appeal_in_conflict_b9375', table='reviewing_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='an_appeal_is_read_by_the_uninvolved', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."reader_id" IS NOT NULL AND NEW."ended_at" IS NULL)', func="\n        IF EXISTS (\n            SELECT 1 FROM (\n    SELECT reviewer_id AS person_id FROM reviewing_assignment WHERE submission_id = NEW.submission_id\n    UNION ALL\n    SELECT review.reviewer_id FROM reviewing_review review\n    JOIN submissions_attempt attempt ON attempt.id = review.attempt_id\n    WHERE attempt.submission_id = NEW.submission_id\n    UNION ALL\n    SELECT unnest(ARRAY[decision.decided_by_id, decision.confirmed_by_id, decision.ended_by_id])\n    FROM reviewing_decision decision\n    JOIN submissions_attempt attempt ON attempt.id = decision.attempt_id\n    WHERE attempt.submission_id = NEW.submission_id\n    UNION ALL\n    SELECT unnest(ARRAY[placed_by_id, ended_by_id]) FROM reviewing_integrityhold\n    WHERE submission_id = NEW.submission_id\n    UNION ALL\n    SELECT reopened_by_id FROM reviewing_reopening WHERE submission_id = NEW.submission_id\n) part\n            JOIN accounts_user involved ON involved.id = part.person_id\n            JOIN accounts_user reader ON reader.person_key = involved.person_key\n            WHERE reader.id = NEW.reader_id\n        ) THEN\n            RAISE EXCEPTION 'an appeal is read by somebody who had no part in the submission';\n        END IF;\n        RETURN NEW;\n    ", hash='5ec2f4fac871e59b30f19715727b597e16d63c20', operation='INSERT OR UPDATE', pgid='pgtrigger_an_appeal_is_read_by_the_uninvolved_e9856', table='reviewing_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='an_appeal_is_about_a_decision_in_effect', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF NOT EXISTS (\n            SELECT 1 FROM reviewing_decision decision\n            JOIN submissions_attempt attempt ON attempt.id = decision.attempt_id\n            WHERE decision.id = NEW.decision_id AND attempt.submission_id = NEW.submission_id\n                AND decision.status = 'in_effect' AND decision.outcome <> 'approve'\n        ) AND NOT EXISTS (\n            SELECT 1 FROM reviewing_integrityhold\n            WHERE id = NEW.hold_id AND submission_id = NEW.submission_id AND status = 'confirmed'\n        ) THEN\n            RAISE EXCEPTION 'an appeal is about a decision that is in effect';\n        END IF;\n        RETURN NEW;\n    ", hash='8c85e9023fac2cff19054b63415136e4c9e6d507', operation='INSERT', pgid='pgtrigger_an_appeal_is_about_a_decision_in_effect_782b2', table='reviewing_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='what_is_appealed_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."decision_id" IS DISTINCT FROM (NEW."decision_id") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."hold_id" IS DISTINCT FROM (NEW."hold_id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."submission_id" IS DISTINCT FROM (NEW."submission_id") OR OLD."words" IS DISTINCT FROM (NEW."words"))', func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['words'] = to_jsonb(NEW) - ARRAY['words'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3505e358bf15d2f1776b17c77eb4c146bb73d612', operation='UPDATE', pgid='pgtrigger_what_is_appealed_is_frozen_f6f30', table='reviewing_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='an_ended_appeal_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['words', 'reasons'] = to_jsonb(NEW) - ARRAY['words', 'reasons'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='9f224216ffc02d20aa80e3f6ce1821530ebd5012', operation='UPDATE', pgid='pgtrigger_an_ended_appeal_is_frozen_a6231', table='reviewing_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='an_appeal_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='ef351ce1afd01ca7dc85c658e624b9a2f40ef298', operation='DELETE', pgid='pgtrigger_an_appeal_is_kept_d3c8e', table='reviewing_appeal', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='namedconflict',
            index=models.Index(condition=models.Q(('ended_at', None), models.Q(('address', ''), _negated=True)), fields=['address'], name='conflicts_without_an_account'),
        ),
        migrations.AddConstraint(
            model_name='namedconflict',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('address', ''), ('other__isnull', False)), models.Q(('address', django.db.models.functions.text.Lower('address')), ('other__isnull', True), models.Q(('address', ''), _negated=True)), _connector='OR'), name='a_conflict_is_with_an_account_or_an_address'),
        ),
        migrations.AddConstraint(
            model_name='namedconflict',
            constraint=models.CheckConstraint(condition=models.Q(('other', None), models.Q(('other', models.F('person')), _negated=True), _connector='OR'), name='nobody_names_themselves'),
        ),
        migrations.AddConstraint(
            model_name='namedconflict',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None), ('other__isnull', False)), fields=('person', 'other'), name='a_conflict_is_named_once'),
        ),
        migrations.AddConstraint(
            model_name='namedconflict',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None), models.Q(('address', ''), _negated=True)), fields=('person', 'address'), name='a_conflict_is_named_once_by_address'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='namedconflict',
            trigger=pgtrigger.compiler.Trigger(name='an_ended_conflict_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='80800160376a8a30dfb97d233b9721d52f1c7aeb', operation='UPDATE', pgid='pgtrigger_an_ended_conflict_is_frozen_e8191', table='reviewing_namedconflict', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='pastschool',
            constraint=models.UniqueConstraint(fields=('user', 'agency'), name='a_past_school_is_named_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pastschool',
            trigger=pgtrigger.compiler.Trigger(name='a_past_school_is_a_school', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF NOT EXISTS (\n            SELECT 1 FROM accounts_agency WHERE id = NEW.agency_id AND kind IN ('school', 'adult_school')\n        ) THEN\n            RAISE EXCEPTION 'only a school makes colleagues';\n        END IF;\n        RETURN NEW;\n    ", hash='2718145431355c4c59bcd6f031d261c80c290761', operation='INSERT OR UPDATE', pgid='pgtrigger_a_past_school_is_a_school_aef0a', table='reviewing_pastschool', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.UniqueConstraint(fields=('attempt', 'number'), name='one_place_per_number'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', 1), ('reason', 'first')), models.Q(('number', 3), ('reason', 'differ')), models.Q(('number', 2), models.Q(('reason__in', ['first', 'differ']), _negated=True)), _connector='OR'), name='a_place_has_the_reason_of_its_number'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='place',
            trigger=pgtrigger.compiler.Trigger(name='place_of_a_reader_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='96a908a8046f46ab794cb764c6ba3f2d4c3eae48', operation='UPDATE OR DELETE', pgid='pgtrigger_place_of_a_reader_is_kept_d9812', table='reviewing_place', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('released_at__isnull', True)), fields=('place',), name='one_assignment_per_place'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('released_at__isnull', True), ('decided_at__isnull', True), _connector='OR'), name='assignment_is_released_or_decided_not_both'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='nobody_takes_their_own_submission', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission\n                    WHERE id = (NEW.submission_id) AND earner_id = NEW.reviewer_id\n                ) OR (TG_OP = 'INSERT' OR NEW.reviewer_id IS DISTINCT FROM OLD.reviewer_id) AND EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user own ON own.person_key = earner.person_key\n                    WHERE submission.id = (NEW.submission_id) AND own.id = NEW.reviewer_id\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews their own submission';\n                END IF;\n                RETURN NEW;\n            ", hash='00508e316453558d619fbaacb85ce90419a644b6', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_takes_their_own_submission_066bc', table='reviewing_assignment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='only_one_place_of_an_attempt_each', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_attempt BIGINT; the_submission BIGINT;', func="\n        SELECT place.attempt_id, attempt.submission_id INTO the_attempt, the_submission\n        FROM reviewing_place place JOIN submissions_attempt attempt ON attempt.id = place.attempt_id\n        WHERE place.id = NEW.place_id;\n        IF the_submission IS DISTINCT FROM NEW.submission_id THEN\n            RAISE EXCEPTION 'a reviewer takes a place of the submission';\n        END IF;\n        IF EXISTS (\n            SELECT 1 FROM reviewing_assignment taken\n            JOIN reviewing_place place ON place.id = taken.place_id\n            JOIN accounts_user reader ON reader.id = taken.reviewer_id\n            JOIN accounts_user person ON person.person_key = reader.person_key\n            WHERE place.attempt_id = the_attempt AND taken.released_at IS NULL\n                AND person.id = NEW.reviewer_id\n        ) THEN\n            RAISE EXCEPTION 'nobody reads the same attempt in two places';\n        END IF;\n        RETURN NEW;\n    ", hash='37bd23db0d8d72e0c6cc3c3de82a6761e191983b', operation='INSERT', pgid='pgtrigger_only_one_place_of_an_attempt_each_29dba', table='reviewing_assignment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='nobody_takes_the_submission_of_a_colleague', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_person BIGINT; the_earner BIGINT;', func="\n                SELECT person_key INTO the_person FROM accounts_user WHERE id = NEW.reviewer_id;\n                SELECT earner.person_key INTO the_earner\n                FROM submissions_submission submission\n                JOIN accounts_user earner ON earner.id = submission.earner_id\n                WHERE submission.id = (NEW.submission_id);\n                IF EXISTS (\n                    SELECT 1 FROM (\n    SELECT account.person_key, held.agency_id\n    FROM accounts_membership held\n    JOIN accounts_user account ON account.id = held.user_id\n    JOIN accounts_agency school ON school.id = held.agency_id AND school.kind IN ('school', 'adult_school')\n    UNION ALL\n    SELECT account.person_key, past.agency_id\n    FROM reviewing_pastschool past JOIN accounts_user account ON account.id = past.user_id\n) own\n                    JOIN (\n    SELECT account.person_key, held.agency_id\n    FROM accounts_membership held\n    JOIN accounts_user account ON account.id = held.user_id\n    JOIN accounts_agency school ON school.id = held.agency_id AND school.kind IN ('school', 'adult_school')\n    UNION ALL\n    SELECT account.person_key, past.agency_id\n    FROM reviewing_pastschool past JOIN accounts_user account ON account.id = past.user_id\n) theirs ON theirs.agency_id = own.agency_id\n                    WHERE own.person_key = the_person AND theirs.person_key = the_earner\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews the submission of a colleague';\n                END IF;\n                IF EXISTS (\n                    SELECT 1 FROM reviewing_namedconflict named\n                    JOIN accounts_user one ON one.id = named.person_id\n                    JOIN accounts_user other ON other.id = named.other_id\n                    WHERE named.ended_at IS NULL\n                        AND (one.person_key, other.person_key)\n                            IN ((the_person, the_earner), (the_earner, the_person))\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews the submission of a person who was named';\n                END IF;\n                RETURN NEW;\n            ", hash='5d160022e4d634e3acde010586651b1071118866', operation='INSERT', pgid='pgtrigger_nobody_takes_the_submission_of_a_colleague_c3874', table='reviewing_assignment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='ended_assignment_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."decided_at" IS NOT NULL OR OLD."released_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3bae62f44be15f323a69ea93fae4d831df42067f', operation='UPDATE OR DELETE', pgid='pgtrigger_ended_assignment_is_frozen_dcda6', table='reviewing_assignment', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='qualification',
            index=models.Index(condition=models.Q(('remind_on__isnull', False)), fields=['remind_on'], name='rechecks_to_remind_of'),
        ),
        migrations.AddConstraint(
            model_name='qualification',
            constraint=models.UniqueConstraint(condition=models.Q(('finished_at', None)), fields=('reviewer', 'badge_class'), name='one_open_qualification_per_reviewer_and_badge'),
        ),
        migrations.AddConstraint(
            model_name='qualification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('is_reached', None)), models.Q(('finished_at__isnull', False), ('is_reached__isnull', False)), _connector='OR'), name='qualification_has_a_result_exactly_when_finished'),
        ),
        migrations.AddConstraint(
            model_name='qualification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('recheck_on', None), ('remind_on', None)), ('is_reached', True), _connector='OR'), name='only_what_was_reached_is_checked_again'),
        ),
        migrations.AddConstraint(
            model_name='qualification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_reached', True), _negated=True), models.Q(('as_agreed__lte', models.F('judged')), ('judged__gt', 0), ('musts_missed', 0)), _connector='OR'), name='reached_qualification_has_its_mark_and_no_must_missed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='qualification',
            trigger=pgtrigger.compiler.Trigger(name='finished_qualification_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.finished_at IS NOT NULL AND NOT (to_jsonb(OLD) - ARRAY['remind_on'] = to_jsonb(NEW) - ARRAY['remind_on']))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='25c21dfc9df92b95348934dd7b846b81eac0e7bb', operation='UPDATE', pgid='pgtrigger_finished_qualification_is_frozen_0b43d', table='reviewing_qualification', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='qualification',
            trigger=pgtrigger.compiler.Trigger(name='finished_qualification_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."finished_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='86a77156cd690c8d39f17395790b2aaf3c90df47', operation='DELETE', pgid='pgtrigger_finished_qualification_is_kept_3bef7', table='reviewing_qualification', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='anchorreading',
            constraint=models.UniqueConstraint(condition=models.Q(('use', 'practice')), fields=('reviewer', 'anchor_version'), name='an_anchor_is_practiced_once'),
        ),
        migrations.AddConstraint(
            model_name='anchorreading',
            constraint=models.UniqueConstraint(fields=('qualification', 'anchor_version'), name='an_anchor_is_in_a_qualification_once'),
        ),
        migrations.AddConstraint(
            model_name='anchorreading',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('qualification__isnull', False), ('use', 'qualification')), models.Q(models.Q(('use', 'qualification'), _negated=True), ('qualification', None)), _connector='OR'), name='a_reading_to_qualify_is_part_of_a_qualification'),
        ),
        migrations.AddConstraint(
            model_name='anchorreading',
            constraint=models.CheckConstraint(condition=models.Q(('answered_at', None), ('dropped_at', None), _connector='OR'), name='a_reading_is_answered_or_dropped_not_both'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='anchorreading',
            trigger=pgtrigger.compiler.Trigger(name='answered_reading_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."answered_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7d948727e11bdd391b2f382073d52d5da69fc015', operation='UPDATE OR DELETE', pgid='pgtrigger_answered_reading_is_frozen_149d5', table='reviewing_anchorreading', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='readingplan',
            trigger=pgtrigger.compiler.Trigger(name='reading_plan_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d34aa5fb6ca23bf299c85246dfadb6724d6035a6', operation='UPDATE OR DELETE', pgid='pgtrigger_reading_plan_is_kept_933cd', table='reviewing_readingplan', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='nobody_reopens_their_own_submission', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission\n                    WHERE id = (NEW.submission_id) AND earner_id = NEW.reopened_by_id\n                ) OR (TG_OP = 'INSERT' OR NEW.reopened_by_id IS DISTINCT FROM OLD.reopened_by_id) AND EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user own ON own.person_key = earner.person_key\n                    WHERE submission.id = (NEW.submission_id) AND own.id = NEW.reopened_by_id\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews their own submission';\n                END IF;\n                RETURN NEW;\n            ", hash='45f95411c841321ca44ebd44904cf57ff0683731', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_reopens_their_own_submission_5a095', table='reviewing_reopening', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='a_reopening_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['reason'] = to_jsonb(NEW) - ARRAY['reason'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='9ac93455fd5477538545dee96a3ca55a18f06e57', operation='UPDATE', pgid='pgtrigger_a_reopening_is_frozen_70cc9', table='reviewing_reopening', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='a_reopening_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='46d25278aa85c3ecf8e6afff00cdf29d0cf39eba', operation='DELETE', pgid='pgtrigger_a_reopening_is_kept_4f0d8', table='reviewing_reopening', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('role', 'approver'), _negated=True), fields=('attempt', 'reviewer'), name='one_review_per_attempt_and_reviewer'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('sent_at__isnull', False)), fields=('attempt',), name='one_sent_review_per_attempt'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision', ''), ('finished_at__isnull', True)), models.Q(('finished_at__isnull', False), models.Q(('decision', ''), _negated=True)), _connector='OR'), name='review_has_a_decision_exactly_when_finished'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), ('finished_at__isnull', False), _connector='OR'), name='a_sent_review_is_finished'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('others_shown_at__isnull', True), ('role', 'third'), _connector='OR'), name='only_a_third_reader_sees_the_others'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='nobody_reviews_their_own_submission', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission\n                    WHERE id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id) AND earner_id = NEW.reviewer_id\n                ) OR (false) AND EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user own ON own.person_key = earner.person_key\n                    WHERE submission.id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id) AND own.id = NEW.reviewer_id\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews their own submission';\n                END IF;\n                RETURN NEW;\n            ", hash='f68a93cd9e4101b9400cd9bc30b20efa5a5c0717', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_reviews_their_own_submission_a9775', table='reviewing_review', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='finished_review_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."finished_at" IS NOT NULL)', declare='DECLARE may_change TEXT[];', func="\n        may_change := ARRAY['finished_at', 'decision', 'sent_at'];\n        IF current_setting('privacy.erasing', true) = 'on' THEN may_change := may_change || 'summary'::TEXT; END IF;\n        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - may_change <> to_jsonb(NEW) - may_change THEN\n            RAISE EXCEPTION 'a finished review does not change';\n        END IF;\n        IF NEW.finished_at IS NULL THEN\n            IF OLD.role = 'reader' AND EXISTS (\n                SELECT 1 FROM reviewing_review other\n                WHERE other.attempt_id = OLD.attempt_id AND other.id <> OLD.id\n                    AND other.role <> 'approver' AND other.finished_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'what two readers finished does not change';\n            END IF;\n        ELSIF NEW.finished_at <> OLD.finished_at OR NEW.decision <> OLD.decision THEN\n            RAISE EXCEPTION 'a finished review does not change';\n        END IF;\n        RETURN NEW;\n    ", hash='625c6ec5fb93c13e1a721bb62dd3433625bf31cc', operation='UPDATE OR DELETE', pgid='pgtrigger_finished_review_is_frozen_3d4cd', table='reviewing_review', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='review_is_sent_by_a_decision', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."sent_at" IS NOT NULL)', func="\n        IF NOT EXISTS (\n            SELECT 1 FROM reviewing_decision\n            WHERE coalesce(wording_id, review_id) = NEW.id AND outcome = NEW.decision\n                AND status = 'in_effect'\n        ) THEN\n            RAISE EXCEPTION 'a review is sent when its decision takes effect';\n        END IF;\n        RETURN NEW;\n    ", hash='b1b74d26aefc829dff405aebc0c75df4f481d2df', operation='INSERT OR UPDATE', pgid='pgtrigger_review_is_sent_by_a_decision_77867', table='reviewing_review', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='decided_review_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                IF TG_OP = 'DELETE' THEN the_row := OLD; ELSE the_row := NEW; END IF;\n                IF EXISTS (\n                    SELECT 1 FROM reviewing_decision\n                    WHERE (review_id = the_row.id OR wording_id = the_row.id)\n                        AND status IN ('unconfirmed', 'due')\n                ) OR EXISTS (\n                    SELECT 1 FROM reviewing_decisionbasis basis\n                    JOIN reviewing_decision decision ON decision.id = basis.decision_id\n                    WHERE basis.review_id = the_row.id AND decision.status IN ('unconfirmed', 'due')\n                ) THEN\n                    RAISE EXCEPTION 'a review does not change while its decision waits';\n                END IF;\n                RETURN the_row;\n            ", hash='47ff1ff299d733fc6ad3b6ce6ef38de0013caf4d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_decided_review_is_frozen_e8fa2', table='reviewing_review', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='sent_review_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."sent_at" IS NOT NULL)', func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['summary'] = to_jsonb(NEW) - ARRAY['summary'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3de348018f8e7e335f9f7bb493a1489f6d09da71', operation='UPDATE OR DELETE', pgid='pgtrigger_sent_review_is_frozen_7683b', table='reviewing_review', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='decisionbasis',
            constraint=models.UniqueConstraint(fields=('decision', 'review'), name='a_decision_rests_on_a_review_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decisionbasis',
            trigger=pgtrigger.compiler.Trigger(name='a_decision_rests_on_finished_reviews', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF NOT EXISTS (\n            SELECT 1 FROM reviewing_review review\n            JOIN reviewing_decision decision ON decision.attempt_id = review.attempt_id\n            WHERE review.id = NEW.review_id AND decision.id = NEW.decision_id\n                AND review.finished_at IS NOT NULL AND review.role <> 'approver'\n        ) THEN\n            RAISE EXCEPTION 'a decision rests on finished reviews of its attempt';\n        END IF;\n        RETURN NEW;\n    ", hash='be8334caf2774cc2bc92ad5759898514d42382cc', operation='INSERT', pgid='pgtrigger_a_decision_rests_on_finished_reviews_51031', table='reviewing_decisionbasis', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decisionbasis',
            trigger=pgtrigger.compiler.Trigger(name='what_a_decision_rests_on_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='75bcf15397f093cb289acd9d939a253cfbe0d6cb', operation='UPDATE OR DELETE', pgid='pgtrigger_what_a_decision_rests_on_is_frozen_91342', table='reviewing_decisionbasis', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('status', 'due')), fields=['takes_effect_at'], name='decisions_due'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['due', 'in_effect', 'unconfirmed'])), fields=('attempt',), name='one_decision_per_attempt'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'unconfirmed'), _negated=True), models.Q(('confirmed_by__isnull', True), ('takes_effect_at__isnull', True), models.Q(('outcome', 'decline'), ('needs_approver', True), _connector='OR')), _connector='OR'), name='only_what_is_confirmed_waits_for_a_second_person'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['due', 'in_effect']), _negated=True), ('takes_effect_at__isnull', False), _connector='OR'), name='a_decision_in_force_has_its_moment'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['due', 'in_effect']), _negated=True), models.Q(('outcome', 'decline'), ('needs_approver', True), _connector='OR', _negated=True), ('confirmed_by__isnull', False), _connector='OR'), name='a_second_person_confirmed_what_is_in_force'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), models.Q(('outcome', 'decline'), ('needs_approver', True), _connector='OR')), _connector='OR'), name='only_what_needs_a_second_person_is_confirmed'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('wording__isnull', True), models.Q(('confirmed_by__isnull', False), ('needs_approver', True)), _connector='OR'), name='only_an_approver_rewords'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('decided_by')), _negated=True), _connector='OR'), name='nobody_confirms_their_own_decision'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('status__in', ['due', 'unconfirmed'])), models.Q(models.Q(('status__in', ['due', 'unconfirmed']), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='a_decision_has_ended_unless_open'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='nobody_decides_their_own_submission', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission\n                    WHERE id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id) AND earner_id = NEW.decided_by_id\n                ) OR (TG_OP = 'INSERT' OR NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id) AND EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user own ON own.person_key = earner.person_key\n                    WHERE submission.id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id) AND own.id = NEW.decided_by_id\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews their own submission';\n                END IF;\n                RETURN NEW;\n            ", hash='9ee0f46719c1c4c30c7a59d7673662415a7461c4', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_decides_their_own_submission_8e590', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='nobody_confirms_about_their_own_submission', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission\n                    WHERE id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id) AND earner_id = NEW.confirmed_by_id\n                ) OR (TG_OP = 'INSERT' OR NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id) AND EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user own ON own.person_key = earner.person_key\n                    WHERE submission.id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id) AND own.id = NEW.confirmed_by_id\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews their own submission';\n                END IF;\n                RETURN NEW;\n            ", hash='3c727f83128dd7f70850471a2fa95d9d3e5e29d7', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_confirms_about_their_own_submission_473fe', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='nobody_decides_the_submission_of_a_colleague', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_person BIGINT; the_earner BIGINT;', func="\n                SELECT person_key INTO the_person FROM accounts_user WHERE id = NEW.decided_by_id;\n                SELECT earner.person_key INTO the_earner\n                FROM submissions_submission submission\n                JOIN accounts_user earner ON earner.id = submission.earner_id\n                WHERE submission.id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id);\n                IF EXISTS (\n                    SELECT 1 FROM (\n    SELECT account.person_key, held.agency_id\n    FROM accounts_membership held\n    JOIN accounts_user account ON account.id = held.user_id\n    JOIN accounts_agency school ON school.id = held.agency_id AND school.kind IN ('school', 'adult_school')\n    UNION ALL\n    SELECT account.person_key, past.agency_id\n    FROM reviewing_pastschool past JOIN accounts_user account ON account.id = past.user_id\n) own\n                    JOIN (\n    SELECT account.person_key, held.agency_id\n    FROM accounts_membership held\n    JOIN accounts_user account ON account.id = held.user_id\n    JOIN accounts_agency school ON school.id = held.agency_id AND school.kind IN ('school', 'adult_school')\n    UNION ALL\n    SELECT account.person_key, past.agency_id\n    FROM reviewing_pastschool past JOIN accounts_user account ON account.id = past.user_id\n) theirs ON theirs.agency_id = own.agency_id\n                    WHERE own.person_key = the_person AND theirs.person_key = the_earner\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews the submission of a colleague';\n                END IF;\n                IF EXISTS (\n                    SELECT 1 FROM reviewing_namedconflict named\n                    JOIN accounts_user one ON one.id = named.person_id\n                    JOIN accounts_user other ON other.id = named.other_id\n                    WHERE named.ended_at IS NULL\n                        AND (one.person_key, other.person_key)\n                            IN ((the_person, the_earner), (the_earner, the_person))\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews the submission of a person who was named';\n                END IF;\n                RETURN NEW;\n            ", hash='3fd8d7cc528d6ab7b5db769767a17ebc8e4fa9ef', operation='INSERT', pgid='pgtrigger_nobody_decides_the_submission_of_a_colleague_62033', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='nobody_confirms_about_a_colleague', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."confirmed_by_id" IS DISTINCT FROM (NEW."confirmed_by_id"))', declare='DECLARE the_person BIGINT; the_earner BIGINT;', func="\n                SELECT person_key INTO the_person FROM accounts_user WHERE id = NEW.confirmed_by_id;\n                SELECT earner.person_key INTO the_earner\n                FROM submissions_submission submission\n                JOIN accounts_user earner ON earner.id = submission.earner_id\n                WHERE submission.id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id);\n                IF EXISTS (\n                    SELECT 1 FROM (\n    SELECT account.person_key, held.agency_id\n    FROM accounts_membership held\n    JOIN accounts_user account ON account.id = held.user_id\n    JOIN accounts_agency school ON school.id = held.agency_id AND school.kind IN ('school', 'adult_school')\n    UNION ALL\n    SELECT account.person_key, past.agency_id\n    FROM reviewing_pastschool past JOIN accounts_user account ON account.id = past.user_id\n) own\n                    JOIN (\n    SELECT account.person_key, held.agency_id\n    FROM accounts_membership held\n    JOIN accounts_user account ON account.id = held.user_id\n    JOIN accounts_agency school ON school.id = held.agency_id AND school.kind IN ('school', 'adult_school')\n    UNION ALL\n    SELECT account.person_key, past.agency_id\n    FROM reviewing_pastschool past JOIN accounts_user account ON account.id = past.user_id\n) theirs ON theirs.agency_id = own.agency_id\n                    WHERE own.person_key = the_person AND theirs.person_key = the_earner\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews the submission of a colleague';\n                END IF;\n                IF EXISTS (\n                    SELECT 1 FROM reviewing_namedconflict named\n                    JOIN accounts_user one ON one.id = named.person_id\n                    JOIN accounts_user other ON other.id = named.other_id\n                    WHERE named.ended_at IS NULL\n                        AND (one.person_key, other.person_key)\n                            IN ((the_person, the_earner), (the_earner, the_person))\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews the submission of a person who was named';\n                END IF;\n                RETURN NEW;\n            ", hash='b12c921dc856a620674e291430bdfe9ea44a063a', operation='UPDATE', pgid='pgtrigger_nobody_confirms_about_a_colleague_18a47', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='nobody_confirms_with_another_account', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."confirmed_by_id" IS DISTINCT FROM (NEW."confirmed_by_id"))', func="\n                IF EXISTS (\n                    SELECT 1 FROM accounts_user one\n                    JOIN accounts_user other\n                        ON other.person_key = one.person_key AND other.id <> one.id\n                    WHERE one.id = NEW.decided_by_id AND other.id = NEW.confirmed_by_id\n                ) THEN\n                    RAISE EXCEPTION 'it takes two people';\n                END IF;\n                RETURN NEW;\n            ", hash='b5569b04350e1b6a846299238f288d59898b0a5e', operation='UPDATE', pgid='pgtrigger_nobody_confirms_with_another_account_7a751', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='what_was_decided_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."attempt_id" IS DISTINCT FROM (NEW."attempt_id") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."needs_approver" IS DISTINCT FROM (NEW."needs_approver") OR OLD."outcome" IS DISTINCT FROM (NEW."outcome") OR OLD."review_id" IS DISTINCT FROM (NEW."review_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ffe5cdd7808be8e6e0cf97f7989d264cea90aa60', operation='UPDATE', pgid='pgtrigger_what_was_decided_is_frozen_bfbe8', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='ended_decision_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['note'] = to_jsonb(NEW) - ARRAY['note'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='01dbb708d89b5dbd138eabd922c06ad7bc769b15', operation='UPDATE', pgid='pgtrigger_ended_decision_is_frozen_1c458', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='decision_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='2ba3368be1273bf1a289f4bf2b77a47e80c24129', operation='DELETE', pgid='pgtrigger_decision_is_kept_f2899', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='no_decision_takes_effect_under_a_hold', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."status" = \'in_effect\')', func="\n        IF EXISTS (\n            SELECT 1 FROM reviewing_integrityhold hold\n            JOIN submissions_attempt attempt ON attempt.submission_id = hold.submission_id\n            WHERE attempt.id = NEW.attempt_id AND hold.status = 'open'\n        ) THEN\n            RAISE EXCEPTION 'a decision does not take effect under a hold';\n        END IF;\n        RETURN NEW;\n    ", hash='5dc404cb5c816a69dc668c24b107c4a3cbf379ed', operation='INSERT OR UPDATE', pgid='pgtrigger_no_decision_takes_effect_under_a_hold_00821', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='a_decision_rests_on_a_review', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF NOT EXISTS (\n            SELECT 1 FROM reviewing_decisionbasis\n            WHERE decision_id = NEW.id AND review_id = NEW.review_id\n        ) THEN\n            RAISE EXCEPTION 'a decision rests on at least one review';\n        END IF;\n        RETURN NULL;\n    ", hash='5ab06ec6e854d16b1ce803408aa4cf1ddad80e6e', operation='INSERT', pgid='pgtrigger_a_decision_rests_on_a_review_e85b0', table='reviewing_decision', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='only_the_approver_rewords_and_judges_nothing', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."wording_id" IS NOT NULL)', func="\n        IF NOT EXISTS (\n            SELECT 1 FROM reviewing_review\n            WHERE id = NEW.wording_id AND attempt_id = NEW.attempt_id AND role = 'approver'\n                AND reviewer_id = NEW.confirmed_by_id AND decision = NEW.outcome\n        ) OR EXISTS (\n            SELECT 1\n            FROM (\n                SELECT * FROM reviewing_criterionjudgment WHERE review_id = NEW.wording_id\n            ) worded FULL JOIN (\n                SELECT * FROM reviewing_criterionjudgment WHERE review_id = NEW.review_id\n            ) judged ON judged.criterion_id = worded.criterion_id\n            WHERE judged.verdict IS DISTINCT FROM worded.verdict\n                OR judged.level_id IS DISTINCT FROM worded.level_id\n        ) THEN\n            RAISE EXCEPTION 'an approver changes words, never a judgment';\n        END IF;\n        RETURN NEW;\n    ", hash='e80e37988e40c29ceb2754019b601f32197e6006', operation='INSERT OR UPDATE', pgid='pgtrigger_only_the_approver_rewords_and_judges_nothing_b4083', table='reviewing_decision', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='criterionjudgment',
            constraint=models.UniqueConstraint(fields=('review', 'criterion'), name='one_judgment_per_criterion'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterionjudgment',
            trigger=pgtrigger.compiler.Trigger(name='finished_judgment_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                \n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['comment', 'reopened_because'] = to_jsonb(NEW) - ARRAY['comment', 'reopened_because'] THEN RETURN NEW; END IF;\n        END IF;\n    \n                IF TG_OP <> 'INSERT' THEN\n                    the_row := OLD;\n                    \n            IF EXISTS (\n                SELECT 1 FROM reviewing_review\n                WHERE id = (the_row.review_id) AND finished_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a review that is finished does not change';\n            END IF;\n        \n                END IF;\n                IF TG_OP <> 'DELETE' THEN\n                    the_row := NEW;\n                    \n            IF EXISTS (\n                SELECT 1 FROM reviewing_review\n                WHERE id = (the_row.review_id) AND finished_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a review that is finished does not change';\n            END IF;\n        \n                END IF;\n                RETURN the_row;\n            ", hash='0a9b2b65815998aa5b572235bf829700713151fd', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_finished_judgment_is_frozen_21add', table='reviewing_criterionjudgment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterionjudgment',
            trigger=pgtrigger.compiler.Trigger(name='decided_judgment_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                IF TG_OP = 'DELETE' THEN the_row := OLD; ELSE the_row := NEW; END IF;\n                IF EXISTS (\n                    SELECT 1 FROM reviewing_decision\n                    WHERE (review_id = the_row.review_id OR wording_id = the_row.review_id)\n                        AND status IN ('unconfirmed', 'due')\n                ) OR EXISTS (\n                    SELECT 1 FROM reviewing_decisionbasis basis\n                    JOIN reviewing_decision decision ON decision.id = basis.decision_id\n                    WHERE basis.review_id = the_row.review_id AND decision.status IN ('unconfirmed', 'due')\n                ) THEN\n                    RAISE EXCEPTION 'a review does not change while its decision waits';\n                END IF;\n                RETURN the_row;\n            ", hash='a59d49aa9a07350f3fa5c27d4cd3583c8360f5d5', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_decided_judgment_is_frozen_1497e', table='reviewing_criterionjudgment', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='reviewersettings',
            constraint=models.CheckConstraint(condition=models.Q(('weekly_maximum', None), ('weekly_maximum__range', (1, 100)), _connector='OR'), name='a_weekly_maximum_lets_somebody_review'),
        ),
        migrations.AddConstraint(
            model_name='snippet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agency__isnull', True), ('owner__isnull', False)), models.Q(('agency__isnull', False), ('owner__isnull', True)), _connector='OR'), name='snippet_is_of_a_reviewer_or_of_an_agency'),
        ),
    ]
