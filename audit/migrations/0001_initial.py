import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='UnwantedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(help_text='Whose storage it is in, such as submissions.EvidenceItem.file.', max_length=100)),
                ('name', models.CharField(max_length=200)),
                ('due_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'file to be deleted',
                'verbose_name_plural': 'files to be deleted',
                'ordering': ['due_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=60, verbose_name='what')),
                ('subject', models.CharField(max_length=200, verbose_name='about')),
                ('subject_key', models.CharField(max_length=80)),
                ('people', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='The keys of the people to whom it was done.', size=None, verbose_name='people concerned')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='when')),
                ('actor', models.ForeignKey(help_text='Blank when the program itself acted, for example when a waiting period ended.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'verbose_name': 'entry of the activity log',
                'verbose_name_plural': 'activity log',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['subject_key'], name='audit_about'), django.contrib.postgres.indexes.GinIndex(fields=['people'], name='audit_people')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditentry',
            trigger=pgtrigger.compiler.Trigger(name='audit_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['subject', 'note'] = to_jsonb(NEW) - ARRAY['subject', 'note'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c024d65b724ff06fc5ffedeac1512dffee5e1b52', operation='UPDATE OR DELETE', pgid='pgtrigger_audit_is_append_only_9c517', table='audit_auditentry', when='BEFORE')),
        ),
    ]
