import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='PublishedNumbers',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField()),
                ('last', models.DateField(unique=True)),
                ('numbers', models.JSONField()),
                ('published_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'published numbers',
                'verbose_name_plural': 'published numbers',
                'ordering': ['-last'],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='publishednumbers',
            trigger=pgtrigger.compiler.Trigger(name='publishing_numbers_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='73766e739b13dfa1425b1565007923910a672149', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_publishing_numbers_changes_pages_61916', table='reporting_publishednumbers', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='publishednumbers',
            trigger=pgtrigger.compiler.Trigger(name='published_numbers_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bee4c5eb5bc8cacab41a4d8712aa6eef89f70126', operation='UPDATE OR DELETE', pgid='pgtrigger_published_numbers_are_kept_6c39f', table='reporting_publishednumbers', when='BEFORE')),
        ),
    ]
