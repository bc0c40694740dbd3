from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_row_threads")]

    operations = [
        migrations.AddField(
            model_name="badgeversion",
            name="art_losses",
            field=models.JSONField(
                blank=True,
                default=list,
                editable=False,
                help_text="What the artwork does not show of the uploaded file: "
                "pairs of kind and part.",
            ),
        ),
    ]
