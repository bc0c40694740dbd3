import django.db.models.deletion
import django.utils.timezone
import privacy.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ('status', models.CharField(choices=[('open', 'open'), ('done', 'done'), ('withdrawn', 'withdrawn')], default='open', max_length=10, verbose_name='status')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('handled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handled by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('recorded_by', models.ForeignKey(help_text='A coordinator, if the request came by letter or phone.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'privacy request',
                'verbose_name_plural': 'privacy requests',
                'ordering': ['due_on', 'pk'],
                'indexes': [models.Index(condition=models.Q(('status__in', ['open'])), fields=['due_on'], name='privacy_requests_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status__in', ['open'])), fields=('person', 'kind'), name='one_waiting_request_per_person_and_kind'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status__in', ['done', 'withdrawn'])), models.Q(models.Q(('status__in', ['done', 'withdrawn']), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='request_has_ended_with_its_time')],
            },
        ),
    ]
