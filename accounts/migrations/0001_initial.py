import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import postgres.trigrams
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='email address')),
                ('name', models.CharField(help_text='As it should appear on a certificate.', max_length=150, verbose_name='name')),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Español')], default='en', max_length=10, verbose_name='language')),
                ('is_staff', models.BooleanField(default=False, verbose_name='operator')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, help_text='Blank for someone who was invited and has not answered yet.', null=True, verbose_name='joined')),
                ('invited_at', models.DateTimeField(editable=False, null=True, verbose_name='invited')),
                ('person_key', models.GeneratedField(db_index=True, db_persist=True, expression=django.db.models.functions.comparison.Coalesce('linked_to', 'id'), help_text='The key of the main account. Whatever is counted by person is counted by this.', output_field=models.BigIntegerField())),
                ('signed_out_at', models.DateTimeField(editable=False, help_text='Sessions from before are over, also if the account is active again.', null=True, verbose_name='signed out')),
                ('closes_at', models.DateTimeField(editable=False, help_text='Its person asked for it, and can only come back until then (ADR 75).', null=True, verbose_name='closes')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('linked_to', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='linked_accounts', to=settings.AUTH_USER_MODEL, verbose_name='main account of the person')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
            },
        ),
        migrations.CreateModel(
            name='AccountLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('address', 'The person confirmed the address.'), ('coordinator', 'A coordinator linked the accounts.')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='how this is known')),
                ('linked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('follows', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='accounts.accountlink')),
                ('linked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('main', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'link of two accounts',
                'verbose_name_plural': 'links of accounts',
            },
        ),
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('slug', models.SlugField(max_length=100, unique=True, verbose_name='short name in addresses')),
                ('kind', models.CharField(choices=[('consortium', 'consortium'), ('county_office', 'county office'), ('district', 'district'), ('school', 'school'), ('adult_school', 'adult school'), ('college', 'college')], max_length=20, verbose_name='kind')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed')),
                ('second_step_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, editable=False, size=None)),
                ('learners_are_minors', models.BooleanField(default=False, editable=False, verbose_name='learners here are minors')),
                ('consent_needed_for', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, editable=False, size=None)),
                ('merged_into', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency', verbose_name='merged into')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='accounts.agency', verbose_name='part of')),
            ],
            options={
                'verbose_name': 'agency',
                'verbose_name_plural': 'agencies',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='AddressChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.EmailField(max_length=254)),
                ('email', models.EmailField(max_length=254)),
                ('keeps_old', models.BooleanField(default=False)),
                ('asked_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='address_changes', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'verbose_name': 'change of an address',
                'verbose_name_plural': 'changes of addresses',
            },
        ),
        migrations.CreateModel(
            name='AgencyDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=253, unique=True)),
                ('declared_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='domains', to='accounts.agency')),
            ],
            options={
                'verbose_name': 'domain',
                'verbose_name_plural': 'domains',
                'ordering': ['domain'],
            },
        ),
        migrations.CreateModel(
            name='ClosedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='date')),
                ('name', models.CharField(max_length=100, verbose_name='what')),
                ('uid', models.CharField(blank=True, editable=False, max_length=200)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closed_days', to='accounts.agency')),
            ],
            options={
                'verbose_name': 'closed day',
                'verbose_name_plural': 'closed days',
                'ordering': ['date'],
            },
        ),
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('school_year', models.CharField(blank=True, help_text='For example 2026–27.', max_length=40, verbose_name='school year')),
                ('external_id', models.CharField(blank=True, help_text='The ID of this group in the system from which it is imported, if any.', max_length=255, verbose_name='ID elsewhere')),
                ('instructors_add_learners', models.BooleanField(default=False, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='added')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='accounts.agency', verbose_name='agency')),
            ],
            options={
                'verbose_name': 'group',
                'verbose_name_plural': 'groups',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ClassSignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user_name', models.CharField(max_length=40, verbose_name='user name')),
                ('salt', models.UUIDField(default=uuid.uuid4)),
                ('secret_hash', models.CharField(max_length=64)),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='class_sign_ins', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='class_sign_ins', to='accounts.group')),
            ],
            options={
                'verbose_name': 'sign-in with a class code',
                'verbose_name_plural': 'sign-ins with class codes',
            },
        ),
        migrations.CreateModel(
            name='ClassCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=8, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='class_codes', to='accounts.group')),
            ],
            options={
                'verbose_name': 'class code',
                'verbose_name_plural': 'class codes',
            },
        ),
        migrations.CreateModel(
            name='GroupMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('member', 'member'), ('instructor', 'instructor')], default='member', max_length=12, verbose_name='part')),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='begun')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.group')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='group_places', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'person in a group',
                'verbose_name_plural': 'people in groups',
            },
        ),
        migrations.CreateModel(
            name='GuardianConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('guardian', models.CharField(max_length=150, verbose_name='name of the guardian')),
                ('purposes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('account', 'to have an account'), ('evidence', 'to send in evidence')], max_length=20), size=None)),
                ('how', models.CharField(choices=[('paper', 'signed on paper'), ('in_person', 'in person'), ('phone', 'by phone'), ('system', 'in the school’s own system')], max_length=12, verbose_name='how it was given')),
                ('given_on', models.DateField(verbose_name='day it was given')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guardian_consents', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(help_text='Who recorded that the guardian withdrew it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'consent of a guardian',
                'verbose_name_plural': 'consents of guardians',
                'ordering': ['-recorded_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='IdentityProvider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('google', 'Google'), ('entra', 'Microsoft Entra'), ('oidc', 'OpenID Connect'), ('saml', 'SAML 2.0')], max_length=10)),
                ('name', models.CharField(max_length=60)),
                ('issuer', models.CharField(max_length=300)),
                ('client_id', models.CharField(blank=True, max_length=300)),
                ('sealed_secret', models.TextField(blank=True)),
                ('is_enabled', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='providers', to='accounts.agency')),
            ],
            options={
                'verbose_name': 'sign-in provider',
                'verbose_name_plural': 'sign-in providers',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('earner', 'earner'), ('reviewer', 'reviewer'), ('coordinator', 'coordinator'), ('reporter', 'reporter'), ('instructor', 'instructor')], max_length=20, verbose_name='role')),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='begun')),
                ('confirmed_at', models.DateTimeField(editable=False, null=True, verbose_name='confirmed')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
                ('is_chosen', models.BooleanField(default=False, editable=False, verbose_name='chosen by the person')),
                ('ends_on', models.DateField(blank=True, help_text='Leave it blank for a role without end.', null=True, verbose_name='last day')),
                ('told_of_last_day', models.DateField(editable=False, help_text='The last day of which people have been told by email.', null=True)),
                ('is_refused', models.BooleanField(default=False, editable=False, verbose_name='refused')),
                ('is_removed', models.BooleanField(default=False, editable=False, verbose_name='removed')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.agency')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'role',
                'verbose_name_plural': 'roles',
            },
        ),
        migrations.CreateModel(
            name='MinorMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('of_age_on', models.DateField(help_text='From this day on the mark has no effect.', null=True, verbose_name='comes of age on')),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='minor_marks', to='accounts.agency')),
                ('ended_by', models.ForeignKey(help_text='Empty if it ended because the person came of age.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('marked_by', models.ForeignKey(help_text='Empty if it followed from the setting of the agency.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='minor_marks', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mark of a minor',
                'verbose_name_plural': 'marks of minors',
            },
        ),
        migrations.CreateModel(
            name='ProviderAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=255)),
                ('linked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='known_people', to='accounts.identityprovider')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='provider_accounts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'account at a provider',
                'verbose_name_plural': 'accounts at providers',
            },
        ),
        migrations.CreateModel(
            name='RosterId',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(max_length=255)),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roster_ids', to='accounts.agency')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roster_ids', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'ID in rosters',
                'verbose_name_plural': 'IDs in rosters',
            },
        ),
        migrations.CreateModel(
            name='RosterImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('file_name', models.CharField(max_length=200)),
                ('invites', models.BooleanField(default=False)),
                ('ends_missing', models.BooleanField(default=False)),
                ('status', models.CharField(choices=[('checking', 'being checked'), ('failed', 'not checked'), ('checked', 'checked'), ('running', 'running'), ('done', 'done'), ('undoing', 'being undone'), ('undone', 'undone')], default='checking', max_length=8)),
                ('made_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(help_text='When the worker goes on with it.', null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('records', models.PositiveIntegerField(default=0, help_text='How many the file has.')),
                ('checks', models.PositiveSmallIntegerField(default=0, help_text='How often a check began.')),
                ('clear_at', models.DateTimeField(help_text='When the names and addresses in its rows are cleared.', null=True)),
                ('cleared_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'import of a roster',
                'verbose_name_plural': 'imports of rosters',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='RosterFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('packed', models.BinaryField()),
                ('roster', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='file', to='accounts.rosterimport')),
            ],
            options={
                'verbose_name': 'file of a roster',
                'verbose_name_plural': 'files of rosters',
            },
        ),
        migrations.CreateModel(
            name='RosterRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('agency', 'agency'), ('role', 'person'), ('group', 'group'), ('place', 'person in a group')], max_length=6)),
                ('where', models.CharField(max_length=60)),
                ('label', models.CharField(max_length=500)),
                ('data', models.JSONField()),
                ('outcome', models.CharField(choices=[('new', 'new'), ('changed', 'changed'), ('same', 'the same'), ('ended', 'ends'), ('refused', 'refused')], max_length=8)),
                ('problem', models.CharField(blank=True, max_length=40)),
                ('done_at', models.DateTimeField(null=True)),
                ('made', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(null=True)),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='accounts.rosterimport')),
            ],
            options={
                'verbose_name': 'row of a roster',
                'verbose_name_plural': 'rows of rosters',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SamlAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assertion_id', models.CharField(max_length=255)),
                ('key', models.CharField(max_length=64, unique=True)),
                ('sealed_content', models.TextField(blank=True)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('forget_at', models.DateTimeField(db_index=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saml_answers', to='accounts.identityprovider')),
            ],
            options={
                'verbose_name': 'SAML answer',
                'verbose_name_plural': 'SAML answers',
            },
        ),
        migrations.CreateModel(
            name='SamlDetails',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('metadata_address', models.CharField(blank=True, max_length=500)),
                ('sign_in_address', models.CharField(max_length=500)),
                ('certificates', models.JSONField(default=list)),
                ('identifier_attribute', models.CharField(blank=True, max_length=200)),
                ('email_attribute', models.CharField(blank=True, default='email', max_length=200)),
                ('name_attribute', models.CharField(blank=True, default='name', max_length=200)),
                ('roles_attribute', models.CharField(blank=True, default='roles', max_length=200)),
                ('schools_attribute', models.CharField(blank=True, default='schools', max_length=200)),
                ('allows_unsolicited', models.BooleanField(default=False)),
                ('provider', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='saml', to='accounts.identityprovider')),
            ],
            options={
                'verbose_name': 'SAML details',
                'verbose_name_plural': 'SAML details',
            },
        ),
        migrations.CreateModel(
            name='SchoolYearMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('from_year', models.CharField(max_length=40)),
                ('to_year', models.CharField(max_length=40)),
                ('made_at', models.DateTimeField()),
                ('made', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'move to a school year',
                'verbose_name_plural': 'moves to a school year',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='SetUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(blank=True, max_length=128)),
                ('code_number', models.PositiveIntegerField(default=0)),
                ('finished_at', models.DateTimeField(null=True)),
                ('texts_read_at', models.DateTimeField(null=True)),
                ('hidden_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency', verbose_name='agency at the root')),
                ('coordinator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='first coordinator')),
            ],
            options={
                'verbose_name': 'set-up',
                'verbose_name_plural': 'set-up',
            },
        ),
        migrations.CreateModel(
            name='SignedInBrowser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('browser', models.CharField(blank=True, max_length=30)),
                ('system', models.CharField(blank=True, max_length=30)),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signed_in_browsers', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'signed-in browser',
                'verbose_name_plural': 'signed-in browsers',
                'ordering': ['-seen_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SignInRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claim', models.CharField(max_length=100)),
                ('value', models.CharField(max_length=200)),
                ('role', models.CharField(choices=[('earner', 'earner'), ('reviewer', 'reviewer'), ('coordinator', 'coordinator'), ('reporter', 'reporter')], max_length=20)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='accounts.identityprovider')),
            ],
            options={
                'verbose_name': 'rule for roles',
                'verbose_name_plural': 'rules for roles',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SignUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150)),
                ('password', models.CharField(help_text='Hashed.', max_length=128)),
                ('language', models.CharField(max_length=10)),
                ('typed_at', models.DateTimeField()),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sign_up', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'sign-up',
                'verbose_name_plural': 'sign-ups',
            },
        ),
        migrations.AddIndex(
            model_name='user',
            index=postgres.trigrams.TrigramIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), name='user_name_parts'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=postgres.trigrams.TrigramIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('email'), name='gin_trgm_ops'), name='user_email_parts'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='email_is_lower_case'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('joined_at__isnull', False), ('invited_at__isnull', False), _connector='OR'), name='person_joined_or_was_invited'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('linked_to', models.F('id')), _negated=True), name='account_is_not_linked_to_itself'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='account_is_linked_to_a_main_account', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."linked_to_id" IS NOT NULL)', func="\n        PERFORM 1 FROM accounts_user WHERE id = NEW.linked_to_id FOR NO KEY UPDATE;\n        IF EXISTS (\n            SELECT 1 FROM accounts_user\n            WHERE (id = NEW.linked_to_id AND linked_to_id IS NOT NULL)\n               OR linked_to_id = NEW.id\n        ) THEN\n            RAISE EXCEPTION 'an account is linked to a main account, which is linked to none';\n        END IF;\n        RETURN NEW;\n    ", hash='e62684d1a6c36d230fd85a38db5dcf86bc2b8183', operation='INSERT OR UPDATE OF "linked_to_id"', pgid='pgtrigger_account_is_linked_to_a_main_account_fd692', table='accounts_user', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='linking_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='50a6cd4086924c73350f7d230c89dfec7dda38c2', operation='UPDATE OF "linked_to_id"', pgid='pgtrigger_linking_changes_pages_b408f', table='accounts_user', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='accountlink',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('account',), name='an_account_is_linked_once'),
        ),
        migrations.AddConstraint(
            model_name='accountlink',
            constraint=models.CheckConstraint(condition=models.Q(('account', models.F('main')), _negated=True), name='nobody_is_their_own_twin'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accountlink',
            trigger=pgtrigger.compiler.Trigger(name='link_keeps_what_was_linked', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."follows_id" IS DISTINCT FROM (NEW."follows_id") OR OLD."linked_at" IS DISTINCT FROM (NEW."linked_at") OR OLD."linked_by_id" IS DISTINCT FROM (NEW."linked_by_id") OR OLD."main_id" IS DISTINCT FROM (NEW."main_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."source" IS DISTINCT FROM (NEW."source"))', func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['reason'] = to_jsonb(NEW) - ARRAY['reason'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='469435fb2dd2831ba4ddac3c824f9bf3db4c530c', operation='UPDATE', pgid='pgtrigger_link_keeps_what_was_linked_cf8bb', table='accounts_accountlink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accountlink',
            trigger=pgtrigger.compiler.Trigger(name='ended_link_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['reason'] = to_jsonb(NEW) - ARRAY['reason'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4432d5c4a3a047814a0ea07c972b54e4af483b6d', operation='UPDATE', pgid='pgtrigger_ended_link_is_frozen_5674c', table='accounts_accountlink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accountlink',
            trigger=pgtrigger.compiler.Trigger(name='link_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='4195c7e769fa6e627c43094a04ec864e89779b21', operation='DELETE', pgid='pgtrigger_link_stays_d00b0', table='accounts_accountlink', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='agency',
            index=models.Index(models.F('id'), condition=models.Q(('second_step_roles', []), _negated=True), name='agencies_with_a_second_step'),
        ),
        migrations.AddConstraint(
            model_name='agency',
            constraint=models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='agency_is_not_its_own_parent'),
        ),
        migrations.AddConstraint(
            model_name='agency',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['consortium', 'county_office', 'district', 'school', 'adult_school', 'college'])), name='agency_is_of_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='agency',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), ('closed_at__isnull', False), _connector='OR'), name='merged_agency_has_closed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agency',
            trigger=pgtrigger.compiler.Trigger(name='agency_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='e257210061060c97e0c9c0c2d816ea7af2e5b3b3', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_agency_changes_pages_121b9', table='accounts_agency', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='addresschange',
            constraint=models.UniqueConstraint(condition=models.Q(('confirmed_at', None), ('withdrawn_at', None)), fields=('user',), name='one_address_change_waits_for_a_person'),
        ),
        migrations.AddConstraint(
            model_name='addresschange',
            constraint=models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='new_address_is_lower_case'),
        ),
        migrations.AddConstraint(
            model_name='agencydomain',
            constraint=models.CheckConstraint(condition=models.Q(('domain', django.db.models.functions.text.Lower('domain'))), name='domain_is_lower_case'),
        ),
        migrations.AddConstraint(
            model_name='closedday',
            constraint=models.UniqueConstraint(fields=('agency', 'date'), name='one_closed_day_per_agency_and_date'),
        ),
        migrations.AddConstraint(
            model_name='group',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('agency', 'external_id'), name='one_group_per_id_of_an_agency'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='group',
            trigger=pgtrigger.compiler.Trigger(name='group_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='221c5770828259c7bb50a623551d9747311191c6', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_group_changes_pages_86584', table='accounts_group', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='classsignin',
            constraint=models.UniqueConstraint(fields=('group', 'user_name'), name='a_user_name_of_a_group_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='classsignin',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('group', 'user'), name='one_current_class_sign_in_per_group'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='classsignin',
            trigger=pgtrigger.compiler.Trigger(name='ended_class_sign_in_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='496c328ac935f40cababb3f6a81c1cb7d91dd2c6', operation='UPDATE', pgid='pgtrigger_ended_class_sign_in_is_frozen_ff96d', table='accounts_classsignin', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='classcode',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('group',), name='one_current_code_per_group'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='classcode',
            trigger=pgtrigger.compiler.Trigger(name='class_code_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='e3043022b9a79aaeb20dc0d2c4c83f6a57122f39', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_class_code_changes_pages_a9cf8', table='accounts_classcode', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='groupmember',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('group', 'user'), name='one_current_place_in_a_group'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='groupmember',
            trigger=pgtrigger.compiler.Trigger(name='ended_place_in_a_group_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c943a4f660c526f0ee60701a71a2bfcd3bd4b3be', operation='UPDATE', pgid='pgtrigger_ended_place_in_a_group_is_frozen_7ee14', table='accounts_groupmember', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__gte', models.F('recorded_at')), ('withdrawn_by__isnull', False)), _connector='OR'), name='guardian_consent_is_withdrawn_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.CheckConstraint(condition=models.Q(('purposes', []), _negated=True), name='guardian_consent_has_a_purpose'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='guardianconsent',
            trigger=pgtrigger.compiler.Trigger(name='withdrawn_guardian_consent_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."withdrawn_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='183a25122881bbfded87d700de7dae68e6e96d8c', operation='UPDATE', pgid='pgtrigger_withdrawn_guardian_consent_is_frozen_d39df', table='accounts_guardianconsent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(condition=models.Q(('ended_at', None), ('ends_on__isnull', False)), fields=['ends_on'], name='membership_with_last_day'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'agency', 'role'), name='one_current_membership_per_role'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role', 'earner'), ('confirmed_at__isnull', False), _connector='OR'), name='only_a_workplace_may_be_unconfirmed'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('is_refused', False), models.Q(('confirmed_at__isnull', True), ('ended_at__isnull', False)), _connector='OR'), name='refused_membership_has_ended_unconfirmed'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('is_removed', False), models.Q(('confirmed_at__isnull', False), ('ended_at__isnull', False)), _connector='OR'), name='removed_membership_was_confirmed_and_has_ended'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='without_email_one_only_learns', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (NEW."role" = \'earner\'))', func="\n        IF EXISTS (\n            SELECT 1 FROM accounts_user\n            WHERE id = NEW.user_id AND split_part(email, '@', 2) = 'no-email.invalid'\n        ) THEN\n            RAISE EXCEPTION 'somebody without email has no role but that of a learner';\n        END IF;\n        RETURN NEW;\n    ", hash='f011272ca9685c7ed52cf29eca5ee4ef0e4ac42f', operation='INSERT OR UPDATE OF "role", "user_id"', pgid='pgtrigger_without_email_one_only_learns_f9a7e', table='accounts_membership', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='ended_membership_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='9f8ad01a3e7aca5db58b5626e5aac712377ace22', operation='UPDATE', pgid='pgtrigger_ended_membership_is_frozen_7f901', table='accounts_membership', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='minormark',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'agency'), name='an_agency_marks_a_minor_once'),
        ),
        migrations.AddConstraint(
            model_name='minormark',
            constraint=models.CheckConstraint(condition=models.Q(('ended_by', None), ('ended_at__isnull', False), _connector='OR'), name='only_an_ended_mark_was_ended_by_somebody'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='minormark',
            trigger=pgtrigger.compiler.Trigger(name='mark_of_a_minor_keeps_who_and_when', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agency_id" IS DISTINCT FROM (NEW."agency_id") OR OLD."begun_at" IS DISTINCT FROM (NEW."begun_at") OR OLD."marked_by_id" IS DISTINCT FROM (NEW."marked_by_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d793dd490f86fc9d9322019296fd4ff3f9182c67', operation='UPDATE', pgid='pgtrigger_mark_of_a_minor_keeps_who_and_when_be703', table='accounts_minormark', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='minormark',
            trigger=pgtrigger.compiler.Trigger(name='ended_mark_of_a_minor_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d63d6ed4000f6f41ca91e473b89d7e1da62fd8e8', operation='UPDATE', pgid='pgtrigger_ended_mark_of_a_minor_is_frozen_9f90e', table='accounts_minormark', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='minormark',
            trigger=pgtrigger.compiler.Trigger(name='mark_of_a_minor_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='00bbae4b8b1dd4c28d850ae4b899663a12791f55', operation='DELETE', pgid='pgtrigger_mark_of_a_minor_stays_a3de5', table='accounts_minormark', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='provideraccount',
            constraint=models.UniqueConstraint(fields=('provider', 'subject'), name='one_person_for_a_subject_of_a_provider'),
        ),
        migrations.AddConstraint(
            model_name='rosterid',
            constraint=models.UniqueConstraint(condition=models.Q(('agency__isnull', False)), fields=('scope', 'identifier'), name='one_agency_per_roster_id'),
        ),
        migrations.AddConstraint(
            model_name='rosterid',
            constraint=models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('scope', 'identifier'), name='one_person_per_roster_id'),
        ),
        migrations.AddConstraint(
            model_name='rosterid',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agency__isnull', False), ('user__isnull', True)), models.Q(('agency__isnull', True), ('user__isnull', False)), _connector='OR'), name='roster_id_names_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='rosterimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('status__in', ['checking', 'running', 'undoing'])), models.Q(models.Q(('status__in', ['checking', 'running', 'undoing']), _negated=True), ('due_at__isnull', True)), _connector='OR'), name='roster_is_due_while_it_runs'),
        ),
        migrations.AddIndex(
            model_name='rosterrow',
            index=models.Index(fields=['roster', 'outcome'], name='accounts_ro_roster__35eed9_idx'),
        ),
        migrations.AddConstraint(
            model_name='samlanswer',
            constraint=models.UniqueConstraint(fields=('provider', 'assertion_id'), name='one_saml_answer_for_an_assertion'),
        ),
        migrations.AddConstraint(
            model_name='setup',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_set_up'),
        ),
        migrations.AddConstraint(
            model_name='setup',
            constraint=models.CheckConstraint(condition=models.Q(('finished_at', None), models.Q(('agency__isnull', False), ('code_hash', ''), ('coordinator__isnull', False)), _connector='OR'), name='finished_set_up_has_a_coordinator_and_no_code'),
        ),
        migrations.AddConstraint(
            model_name='signinrule',
            constraint=models.UniqueConstraint(fields=('provider', 'claim', 'value', 'role', 'agency'), name='one_sign_in_rule_of_a_kind'),
        ),
    ]
