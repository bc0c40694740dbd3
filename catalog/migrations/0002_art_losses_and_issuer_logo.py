import catalog.models.issuers
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

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
        migrations.AddField(
            model_name="issuer",
            name="logo",
            field=models.ImageField(
                blank=True,
                editable=False,
                upload_to=catalog.models.issuers.logo_path,
                verbose_name="logo",
            ),
        ),
        migrations.AddField(
            model_name="issuer",
            name="logo_alt",
            field=models.CharField(
                blank=True,
                editable=False,
                max_length=250,
                verbose_name="description of the logo",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuer",
            constraint=models.CheckConstraint(
                condition=models.Q(("logo", ""), ("logo_alt", ""))
                | models.Q(
                    models.Q(("logo", ""), _negated=True), models.Q(("logo_alt", ""), _negated=True)
                ),
                name="issuer_logo_has_a_description",
            ),
        ),
    ]
