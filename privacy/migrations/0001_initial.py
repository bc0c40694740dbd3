import django.db.models.deletion
import django.utils.timezone
import privacy.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('submissions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('keeps_badges', models.BooleanField(help_text='The badges still verify afterwards.')),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('kept_at', models.DateTimeField(help_text='When the person came back.', null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'closing of an account',
                'verbose_name_plural': 'closings of accounts',
                'indexes': [models.Index(condition=models.Q(('ended_at', None), ('kept_at', None)), fields=['due_at'], name='account_closings_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None), ('kept_at', None)), fields=('person',), name='one_waiting_closing_per_person'), models.CheckConstraint(condition=models.Q(('kept_at', None), ('ended_at', None), _connector='OR'), name='closing_is_kept_or_ended')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceDeadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ended_at', models.DateTimeField(help_text='When it was decided or withdrawn.')),
                ('days', models.PositiveSmallIntegerField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(help_text='When the earner was told of this day.', null=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('is_over', models.BooleanField(default=False, help_text='Nothing is left to delete.')),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='evidence_deadline', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'deadline of evidence',
                'verbose_name_plural': 'deadlines of evidence',
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='evidence_due'), models.Index(condition=models.Q(('is_over', False)), fields=['days'], name='evidence_not_deleted')],
                'constraints': [models.CheckConstraint(condition=models.Q(('is_over', False), models.Q(('due_at', None), ('told_at__isnull', False)), _connector='OR'), name='evidence_is_deleted_after_its_earner_was_told'), models.CheckConstraint(condition=models.Q(('due_at', None), ('days__isnull', False), _connector='OR'), name='evidence_is_due_by_a_number_of_days')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=2000)),
                ('held_at', models.DateTimeField()),
                ('ends_on', models.DateField(help_text='The last day; empty until it is lifted.', null=True)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('held_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence_holds', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'hold of evidence',
                'verbose_name_plural': 'holds of evidence',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('submission',), name='one_hold_at_a_time_per_submission'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='hold_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='PersonalCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(db_index=True, help_text='When a worker makes it, or tries again.')),
                ('made_at', models.DateTimeField(null=True)),
                ('gone_at', models.DateTimeField(db_index=True, help_text='When it is deleted.', null=True)),
                ('file', models.FileField(blank=True, storage=privacy.models.copy_storage, upload_to=privacy.models.copy_path)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'copy of personal data',
                'verbose_name_plural': 'copies of personal data',
                'ordering': ['-asked_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('file', ''), ('gone_at', None), ('made_at', None)), models.Q(('gone_at__isnull', False), ('made_at__isnull', False), models.Q(('file', ''), _negated=True)), _connector='OR'), name='copy_has_a_file_exactly_when_made')],
            },
        ),
        migrations.CreateModel(
            name='PrivacyRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('erasure', 'erasure')], max_length=10, verbose_name='kind')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked')),
                ('due_on', models.DateField(verbose_name='due')),
                ('status', models.CharField(choices=[('open', 'open'), ('held', 'on hold'), ('done', 'done'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='open', max_length=10, verbose_name='status')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('reason', models.TextField(blank=True, help_text='Why it is on hold or refused. Its person reads it.', max_length=2000, verbose_name='reason')),
                ('handled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handled by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('recorded_by', models.ForeignKey(help_text='A coordinator, if the request came by letter or phone.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'privacy request',
                'verbose_name_plural': 'privacy requests',
                'ordering': ['due_on', 'pk'],
                'indexes': [models.Index(condition=models.Q(('status__in', ['held', 'open'])), fields=['due_on'], name='privacy_requests_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status__in', ['held', 'open'])), fields=('person', 'kind'), name='one_waiting_request_per_person_and_kind'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status__in', ['done', 'refused', 'withdrawn'])), models.Q(models.Q(('status__in', ['done', 'refused', 'withdrawn']), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='request_has_ended_with_its_time'), models.CheckConstraint(condition=models.Q(('reason', ''), ('status__in', ['held', 'refused']), _negated=True), name='request_on_hold_or_refused_has_a_reason')],
            },
        ),
    ]
