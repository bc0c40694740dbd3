import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='MailRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='email address')),
                ('refused_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when')),
            ],
            options={
                'verbose_name': 'refusal of emails',
                'verbose_name_plural': 'refusals of emails',
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='refusing_email_is_lower_case')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=300)),
                ('text', models.TextField()),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'indexes': [models.Index(fields=['to', '-kept_at'], name='message_to')],
            },
        ),
        migrations.CreateModel(
            name='OutgoingEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('key', models.CharField(help_text='What the letter is about; one letter of a kind for each key.', max_length=200)),
                ('to', models.EmailField(max_length=254)),
                ('language', models.CharField(default='en', max_length=10)),
                ('context', models.JSONField(default=dict)),
                ('message_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('status', models.CharField(choices=[('due', 'due'), ('sending', 'being sent'), ('sent', 'sent'), ('refused', 'rejected by the receiving server'), ('unwanted', 'not sent: the recipient does not want emails'), ('kept', 'kept as a message: the recipient has no email')], default='due', max_length=10)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('refusals', models.PositiveIntegerField(default=0, help_text='How often the receiving server said no for good.')),
                ('last_error', models.TextField(blank=True)),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'email',
                'verbose_name_plural': 'emails',
                'indexes': [models.Index(condition=models.Q(('status__in', ['due', 'sending'])), fields=['due_at'], name='email_due'), models.Index(condition=models.Q(('status', 'refused')), fields=['queued_at'], name='email_refused'), models.Index(fields=['to', '-queued_at'], name='email_to')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='one_letter_per_kind_and_key'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('status', 'sent')), models.Q(models.Q(('status', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='email_has_sent_at_when_sent')],
            },
        ),
    ]
