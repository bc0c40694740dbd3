import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import submissions.recording_models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
        ('program', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FilePreview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(help_text='The name of the stored file.', max_length=100)),
                ('content_type', models.CharField(max_length=100)),
                ('status', models.CharField(choices=[('waiting', 'being made'), ('ready', 'ready'), ('none', 'it can’t be shown')], default='waiting', max_length=7)),
                ('due_at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('page_count', models.PositiveIntegerField(default=0, help_text='Of a PDF, pictures or not.')),
                ('parts', models.JSONField(default=list, help_text='Words, tables and clean HTML.')),
            ],
            options={
                'verbose_name': 'preview of a file',
                'verbose_name_plural': 'previews of files',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('begun_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('statement_accepted_at', models.DateTimeField(help_text="When the earner declared own work and students' privacy.", null=True)),
                ('statement', models.ForeignKey(help_text='The version that the earner accepted.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.statement')),
            ],
            options={
                'verbose_name': 'attempt',
                'verbose_name_plural': 'attempts',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='ChangeNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('attempt', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='change_note', to='submissions.attempt')),
            ],
            options={
                'verbose_name': 'note on what was changed',
                'verbose_name_plural': 'notes on what was changed',
            },
        ),
        migrations.CreateModel(
            name='EvidenceItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('file', 'file'), ('link', 'link'), ('text', 'text'), ('form', 'answers to questions')], max_length=4)),
                ('thread', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField(blank=True)),
                ('answers', models.JSONField(blank=True, default=list)),
                ('url', models.URLField(blank=True, max_length=1000)),
                ('file', models.FileField(blank=True, storage=submissions.recording_models.evidence_storage, upload_to=submissions.recording_models.evidence_path)),
                ('file_name', models.CharField(blank=True, help_text='As the earner called it.', max_length=200)),
                ('content_type', models.CharField(blank=True, max_length=100)),
                ('size', models.PositiveBigIntegerField(default=0, help_text='Bytes.')),
                ('added_at', models.DateTimeField()),
                ('seconds', models.PositiveIntegerField(help_text='How long it plays.', null=True)),
                ('poster', models.BinaryField(help_text='A still picture of a video, as JPEG.', null=True)),
                ('subtitles', models.TextField(blank=True, help_text='What is said in it, as WebVTT.')),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence_items', to='submissions.attempt')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.criterion')),
            ],
            options={
                'verbose_name': 'piece of evidence',
                'verbose_name_plural': 'pieces of evidence',
                'ordering': ['criterion__position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ItemCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(help_text='Empty once it was looked at.', null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('outcome', models.CharField(blank=True, choices=[('fine', 'nothing found'), ('gone', 'there is nothing at the address'), ('private', 'only some people can open it'), ('unsure', 'it could not be opened just now'), ('unreadable', 'it could not be read'), ('protected', 'it needs a password')], max_length=10)),
                ('names', models.JSONField(default=list, help_text='Names found in it, until it is sent.')),
                ('words', models.PositiveIntegerField(help_text='How many words its text has.', null=True)),
                ('digest', models.CharField(blank=True, help_text='Of the file or the address.', max_length=64)),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='check_of', to='submissions.evidenceitem')),
            ],
            options={
                'verbose_name': 'look at a piece of evidence',
                'verbose_name_plural': 'looks at pieces of evidence',
            },
        ),
        migrations.CreateModel(
            name='PreviewPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('width', models.PositiveSmallIntegerField(help_text='Pixels.')),
                ('height', models.PositiveIntegerField(help_text='Pixels.')),
                ('file', models.FileField(storage=submissions.recording_models.evidence_storage, upload_to=submissions.recording_models.evidence_path)),
                ('preview', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='submissions.filepreview')),
            ],
            options={
                'verbose_name': 'picture of a page',
                'verbose_name_plural': 'pictures of pages',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='RecordingUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('thread', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('mark', models.CharField(help_text='By which the browser knows the file again, to go on with it.', max_length=64)),
                ('file_name', models.CharField(help_text='As the earner called it.', max_length=200)),
                ('size', models.PositiveBigIntegerField(help_text='Bytes of the whole file.')),
                ('received', models.PositiveBigIntegerField(default=0, help_text='Bytes that have arrived.')),
                ('status', models.CharField(choices=[('arriving', 'arriving'), ('waiting', 'being checked'), ('refused', 'not accepted')], default='arriving', max_length=8)),
                ('refusal', models.JSONField(blank=True, default=dict, help_text='Why it was not accepted: a message and its details.')),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('begun_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(db_index=True)),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.criterion')),
            ],
            options={
                'verbose_name': 'recording on its way',
                'verbose_name_plural': 'recordings on their way',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RecordingPiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offset', models.PositiveBigIntegerField(help_text='Of the first byte in the whole file.')),
                ('size', models.PositiveIntegerField(help_text='Bytes.')),
                ('digest', models.CharField(help_text='SHA-256.', max_length=64)),
                ('file', models.FileField(storage=submissions.recording_models.evidence_storage, upload_to=submissions.recording_models.evidence_path)),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='submissions.recordingupload')),
            ],
            options={
                'verbose_name': 'piece of a recording',
                'verbose_name_plural': 'pieces of recordings',
                'ordering': ['offset'],
            },
        ),
        migrations.CreateModel(
            name='SelfMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(blank=True, choices=[('met', 'met'), ('not_yet', 'not yet')], max_length=7)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='self_marks', to='submissions.attempt')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.criterion')),
                ('level', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.rubriclevel')),
            ],
            options={
                'verbose_name': 'own mark',
                'verbose_name_plural': 'own marks',
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('status', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('in_review', 'in review'), ('returned', 'returned'), ('taken_back', 'taken back'), ('approved', 'approved'), ('declined', 'declined'), ('withdrawn', 'withdrawn')], default='draft', max_length=12)),
                ('started_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(help_text='When it was last sent in.', null=True)),
                ('due_on', models.DateField(help_text="By when the program promised to answer; empty when the earner's turn.", null=True)),
                ('opened_again_at', models.DateTimeField(help_text='When what it earned was taken back, so that it may be earned anew.', null=True)),
                ('badge_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='catalog.badgeclass')),
                ('earner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to=settings.AUTH_USER_MODEL)),
                ('met_criteria', models.ManyToManyField(blank=True, help_text='What a reviewer has found met. It carries over to the next attempt.', related_name='+', to='catalog.criterion')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='catalog.badgeversion')),
            ],
            options={
                'verbose_name': 'submission',
                'verbose_name_plural': 'submissions',
            },
        ),
        migrations.CreateModel(
            name='StatusChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_status', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('in_review', 'in review'), ('returned', 'returned'), ('taken_back', 'taken back'), ('approved', 'approved'), ('declined', 'declined'), ('withdrawn', 'withdrawn')], max_length=12)),
                ('to_status', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('in_review', 'in review'), ('returned', 'returned'), ('taken_back', 'taken back'), ('approved', 'approved'), ('declined', 'declined'), ('withdrawn', 'withdrawn')], max_length=12)),
                ('changed_at', models.DateTimeField()),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='status_changes', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'change of status',
                'verbose_name_plural': 'changes of status',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='recordingupload',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recording_uploads', to='submissions.submission'),
        ),
        migrations.AddField(
            model_name='filepreview',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='file_previews', to='submissions.submission'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='submissions.submission'),
        ),
        migrations.CreateModel(
            name='AiDisclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('used', models.BooleanField()),
                ('how', models.TextField(blank=True)),
                ('attempt', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='ai_disclosure', to='submissions.attempt')),
            ],
            options={
                'verbose_name': 'statement on the use of AI',
                'verbose_name_plural': 'statements on the use of AI',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('how', ''), ('used', False)), models.Q(('used', True), models.Q(('how', ''), _negated=True)), _connector='OR'), name='use_of_ai_is_told')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='aidisclosure',
            trigger=pgtrigger.compiler.Trigger(name='sent_disclosure_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                IF TG_OP = 'DELETE' AND current_setting('privacy.erasing', true) = 'on' THEN RETURN OLD; END IF;IF TG_OP = 'DELETE' AND current_setting('privacy.deleting_evidence', true) = 'on' THEN RETURN OLD; END IF;\n                IF TG_OP <> 'INSERT' THEN\n                    the_row := OLD;\n                    \n            IF EXISTS (\n                SELECT 1 FROM submissions_attempt\n                WHERE id = (the_row.attempt_id) AND sent_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'what was said about the use of AI does not change';\n            END IF;\n        \n                END IF;\n                IF TG_OP <> 'DELETE' THEN\n                    the_row := NEW;\n                    \n            IF EXISTS (\n                SELECT 1 FROM submissions_attempt\n                WHERE id = (the_row.attempt_id) AND sent_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'what was said about the use of AI does not change';\n            END IF;\n        \n                END IF;\n                RETURN the_row;\n            ", hash='927909794ef85ef2485697b2ea830869e3172ede', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_sent_disclosure_is_frozen_17123', table='submissions_aidisclosure', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changenote',
            trigger=pgtrigger.compiler.Trigger(name='sent_change_note_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                IF TG_OP = 'DELETE' AND current_setting('privacy.erasing', true) = 'on' THEN RETURN OLD; END IF;IF TG_OP = 'DELETE' AND current_setting('privacy.deleting_evidence', true) = 'on' THEN RETURN OLD; END IF;\n                IF TG_OP <> 'INSERT' THEN\n                    the_row := OLD;\n                    \n            IF EXISTS (\n                SELECT 1 FROM submissions_attempt\n                WHERE id = (the_row.attempt_id) AND sent_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'what the earner said they changed does not change';\n            END IF;\n        \n                END IF;\n                IF TG_OP <> 'DELETE' THEN\n                    the_row := NEW;\n                    \n            IF EXISTS (\n                SELECT 1 FROM submissions_attempt\n                WHERE id = (the_row.attempt_id) AND sent_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'what the earner said they changed does not change';\n            END IF;\n        \n                END IF;\n                RETURN the_row;\n            ", hash='5f8e222c9e05ab90685930f6b9dfdd358e18ec07', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_sent_change_note_is_frozen_00ba5', table='submissions_changenote', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='evidenceitem',
            constraint=models.UniqueConstraint(fields=('attempt', 'thread'), name='one_item_per_thread_and_attempt'),
        ),
        migrations.AddConstraint(
            model_name='evidenceitem',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'text')), fields=('attempt', 'criterion'), name='one_text_per_criterion_and_attempt'),
        ),
        migrations.AddConstraint(
            model_name='evidenceitem',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'form')), fields=('attempt', 'criterion'), name='one_form_per_criterion_and_attempt'),
        ),
        migrations.AddConstraint(
            model_name='evidenceitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answers', []), ('kind', 'file'), ('text', ''), ('url', ''), models.Q(('file', ''), _negated=True)), models.Q(('answers', []), ('file', ''), ('kind', 'link'), ('text', ''), models.Q(('url', ''), _negated=True)), models.Q(('answers', []), ('file', ''), ('kind', 'text'), ('url', ''), models.Q(('text', ''), _negated=True)), models.Q(('file', ''), ('kind', 'form'), ('url', ''), models.Q(('text', ''), _negated=True), models.Q(('answers', []), _negated=True)), _connector='OR'), name='evidence_holds_what_its_kind_says'),
        ),
        migrations.AddConstraint(
            model_name='evidenceitem',
            constraint=models.CheckConstraint(condition=models.Q(('seconds__isnull', False), models.Q(('poster__isnull', True), ('subtitles', '')), _connector='OR'), name='only_recordings_have_a_poster_and_subtitles'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidenceitem',
            trigger=pgtrigger.compiler.Trigger(name='sent_evidence_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                IF TG_OP = 'DELETE' AND current_setting('privacy.erasing', true) = 'on' THEN RETURN OLD; END IF;IF TG_OP = 'DELETE' AND current_setting('privacy.deleting_evidence', true) = 'on' THEN RETURN OLD; END IF;\n                IF TG_OP <> 'INSERT' THEN\n                    the_row := OLD;\n                    \n            IF EXISTS (\n                SELECT 1 FROM submissions_attempt\n                WHERE id = (the_row.attempt_id) AND sent_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'evidence that was sent in does not change';\n            END IF;\n        \n                END IF;\n                IF TG_OP <> 'DELETE' THEN\n                    the_row := NEW;\n                    \n            IF EXISTS (\n                SELECT 1 FROM submissions_attempt\n                WHERE id = (the_row.attempt_id) AND sent_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'evidence that was sent in does not change';\n            END IF;\n        \n                END IF;\n                RETURN the_row;\n            ", hash='e4c4d1ab4525635ca5db568e83657a58994dfdad', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_sent_evidence_is_frozen_198a5', table='submissions_evidenceitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidenceitem',
            trigger=pgtrigger.compiler.Trigger(name='preview_goes_with_its_file', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.file <> '')", func='\n        DELETE FROM submissions_filepreview preview\n        USING submissions_attempt deleted_from\n        WHERE deleted_from.id = OLD.attempt_id\n            AND preview.submission_id = deleted_from.submission_id AND preview.source = OLD.file\n            AND NOT EXISTS (\n                SELECT 1 FROM submissions_evidenceitem item\n                JOIN submissions_attempt attempt ON attempt.id = item.attempt_id\n                WHERE attempt.submission_id = preview.submission_id AND item.file = OLD.file\n            );\n        RETURN OLD;\n    ', hash='bb039be3a695378e2eed493a0e040df2038e997b', operation='DELETE', pgid='pgtrigger_preview_goes_with_its_file_4dbf9', table='submissions_evidenceitem', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='itemcheck',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='looks_that_are_due'),
        ),
        migrations.AddIndex(
            model_name='itemcheck',
            index=models.Index(condition=models.Q(('digest', ''), _negated=True), fields=['digest'], name='looks_by_digest'),
        ),
        migrations.AddConstraint(
            model_name='itemcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('outcome', '')), models.Q(('due_at__isnull', True), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='look_is_due_until_it_has_an_outcome'),
        ),
        migrations.AddConstraint(
            model_name='previewpage',
            constraint=models.UniqueConstraint(fields=('preview', 'number'), name='one_picture_per_page'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='previewpage',
            trigger=pgtrigger.compiler.Trigger(name='file_of_a_page_goes_with_it', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    INSERT INTO audit_unwantedfile (field, name, due_at)\n                    VALUES ('submissions.PreviewPage.file', OLD.file, now());\n                    RETURN OLD;\n                ", hash='ccfd8ab4c2781e7116d5b1934d763af3c16d4b19', operation='DELETE', pgid='pgtrigger_file_of_a_page_goes_with_it_b90a5', table='submissions_previewpage', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='recordingpiece',
            constraint=models.UniqueConstraint(fields=('upload', 'offset'), name='one_piece_per_offset'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recordingpiece',
            trigger=pgtrigger.compiler.Trigger(name='file_of_a_piece_goes_with_it', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    INSERT INTO audit_unwantedfile (field, name, due_at)\n                    VALUES ('submissions.RecordingPiece.file', OLD.file, now());\n                    RETURN OLD;\n                ", hash='ce9881c2ba19d6ff8498141c3cad825169dcb0e6', operation='DELETE', pgid='pgtrigger_file_of_a_piece_goes_with_it_fb9cb', table='submissions_recordingpiece', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='selfmark',
            constraint=models.UniqueConstraint(fields=('attempt', 'criterion'), name='one_own_mark_per_criterion'),
        ),
        migrations.AddConstraint(
            model_name='selfmark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level__isnull', False), ('verdict', '')), models.Q(('level__isnull', True), ('verdict__in', ['met', 'not_yet'])), _connector='OR'), name='own_mark_is_a_level_or_a_verdict'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['status', 'due_on'], name='submission_queue'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['submitted_at', 'id'], name='submission_newest'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['draft', 'in_review', 'returned', 'submitted', 'taken_back'])), fields=('earner', 'badge_class'), name='one_open_submission_per_earner_and_badge'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'draft'), ('submitted_at__isnull', True)), models.Q(models.Q(('status', 'draft'), _negated=True), ('submitted_at__isnull', False)), _connector='OR'), name='submission_has_submitted_at_unless_draft'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_on__isnull', False), ('status__in', ['submitted', 'in_review'])), models.Q(models.Q(('status__in', ['submitted', 'in_review']), _negated=True), ('due_on__isnull', True)), _connector='OR'), name='submission_is_due_exactly_while_with_reviewers'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statuschange',
            trigger=pgtrigger.compiler.Trigger(name='status_history_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7b1181e43e0c0f63beecc5330994a695b8a0a003', operation='UPDATE OR DELETE', pgid='pgtrigger_status_history_is_append_only_80975', table='submissions_statuschange', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='recordingupload',
            constraint=models.UniqueConstraint(fields=('submission', 'thread'), name='one_recording_upload_per_thread'),
        ),
        migrations.AddConstraint(
            model_name='recordingupload',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('received__lt', models.F('size')), ('status', 'arriving')), models.Q(('received', models.F('size')), ('status', 'waiting')), models.Q(('received__lte', models.F('size')), ('status', 'refused')), _connector='OR'), name='recording_is_checked_once_it_is_whole'),
        ),
        migrations.AddIndex(
            model_name='filepreview',
            index=models.Index(fields=['due_at'], name='previews_due'),
        ),
        migrations.AddConstraint(
            model_name='filepreview',
            constraint=models.UniqueConstraint(fields=('submission', 'source'), name='one_preview_per_file'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filepreview',
            trigger=pgtrigger.compiler.Trigger(name='pages_go_with_their_preview', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n                    DELETE FROM submissions_previewpage WHERE preview_id = OLD.id;\n                    RETURN OLD;\n                ', hash='d24b0341f144234e498e2f15a53e83f8d16745af', operation='DELETE', pgid='pgtrigger_pages_go_with_their_preview_fe760', table='submissions_filepreview', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(fields=('submission', 'number'), name='one_attempt_per_number'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(condition=models.Q(('sent_at__isnull', True)), fields=('submission',), name='one_unsent_attempt_per_submission'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), models.Q(('statement__isnull', False), ('statement_accepted_at__isnull', False)), _connector='OR'), name='attempt_is_sent_with_the_statement'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attempt',
            trigger=pgtrigger.compiler.Trigger(name='sent_attempt_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."sent_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e85a66062d22ea270d2966452e5daafd57a92476', operation='UPDATE OR DELETE', pgid='pgtrigger_sent_attempt_is_frozen_6bc0d', table='submissions_attempt', when='BEFORE')),
        ),
    ]
