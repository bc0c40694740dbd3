from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('issuing', '0002_share_with_search_engines'),
    ]

    operations = [
        migrations.AddField(
            model_name='assertion',
            name='short_code',
            field=models.CharField(editable=False, help_text='Typed from a paper, it leads to the verify page.', max_length=12, null=True),
        ),
    ]
