from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='PageRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(help_text='The id of the transaction that changed something.')),
            ],
            options={
                'verbose_name': 'page revision',
                'verbose_name_plural': 'page revisions',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_page_revision')],
            },
        ),
    ]
