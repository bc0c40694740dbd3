import django.db.models.deletion
import django.utils.timezone
import issuing.models.assertions
import issuing.models.status_lists
import issuing.short_codes
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
        ('submissions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assertion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('short_code', models.CharField(default=issuing.short_codes.new_short_code, editable=False, help_text='Typed from a paper, it leads to the verify page.', max_length=12)),
                ('source', models.CharField(choices=[('submission', 'evidence approved by a reviewer'), ('pathway', 'a completed pathway'), ('list', 'an award list'), ('claim_code', 'a claim code'), ('scores', 'a score import'), ('qualified', 'a qualification as a reviewer'), ('api', 'another system')], default='submission', max_length=12)),
                ('source_key', models.CharField(blank=True, help_text='What its source calls this award; the same source and key is the same award.', max_length=120)),
                ('earned_on', models.DateTimeField(help_text='The day it was earned, if its source names one: see `dates`.', null=True)),
                ('renewed_at', models.DateTimeField(help_text='When an award that renews it came.', null=True)),
                ('recipient_name', models.CharField(blank=True, help_text='Empty for somebody invited without one, until they say it themselves.', max_length=150)),
                ('recipient_email', models.EmailField(help_text='Never public; documents carry its salted hash.', max_length=254)),
                ('salt', models.CharField(default=issuing.models.assertions.new_salt, editable=False, max_length=64)),
                ('status', models.CharField(choices=[('pending', 'waiting'), ('held', 'on hold'), ('cancelled', 'canceled'), ('issued', 'issued'), ('revoked', 'revoked')], default='pending', max_length=10)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField()),
                ('issued_on', models.DateTimeField(null=True)),
                ('expires', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revocation_reason', models.TextField(blank=True)),
                ('waits_for_decision', models.BooleanField(default=False, help_text='On hold while its submission is read again, or under a hold; released with it.')),
                ('narrative', models.TextField(blank=True)),
                ('status_index', models.PositiveIntegerField(help_text='Its place in the list.')),
                ('shows_name', models.BooleanField(default=False, help_text='The earner agreed to their name on the public page.')),
                ('is_listed', models.BooleanField(default=False, help_text='The earner agreed that search engines may list the public page.')),
                ('is_private', models.BooleanField(default=False, help_text='No public page: its earner was a minor and has not opened it since (ADR 72).')),
                ('badge_class', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='assertions', to='catalog.badgeclass')),
                ('ended_by', models.ForeignKey(help_text='Who revoked or canceled it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('granted_by', models.ForeignKey(help_text='Who gave it; empty when it followed from a decision or a rule.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assertions', to=settings.AUTH_USER_MODEL)),
                ('renews', models.ForeignKey(help_text='The earlier award of the same badge that this one carries on.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='issuing.assertion')),
                ('submission', models.ForeignKey(help_text='What it was awarded for. Again only if the award was ended and it was reopened.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assertions', to='submissions.submission')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assertions', to='catalog.badgeversion')),
            ],
            options={
                'verbose_name': 'award',
                'verbose_name_plural': 'awards',
                'ordering': ['-issued_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CredentialText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(help_text='SHA-256 of the text, in hex.', max_length=64, unique=True)),
                ('text', models.TextField()),
            ],
            options={
                'verbose_name': 'text of a credential',
                'verbose_name_plural': 'texts of credentials',
            },
        ),
        migrations.CreateModel(
            name='Endorsement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('endorser_name', models.CharField(max_length=200, verbose_name='name')),
                ('endorser_url', models.URLField(verbose_name='web address')),
                ('endorser_about', models.CharField(max_length=400, verbose_name='who you are')),
                ('comment', models.TextField(max_length=2000, verbose_name='endorsement')),
                ('status', models.CharField(choices=[('offered', 'offered'), ('accepted', 'accepted'), ('declined', 'declined'), ('withdrawn', 'withdrawn')], default='offered', max_length=10)),
                ('offered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('credential', models.TextField(blank=True, help_text='The EndorsementCredential as it was signed when it was accepted.')),
                ('key', models.CharField(blank=True, help_text='The public half of the key that signed it, as Multikey. It signed only this.', max_length=100)),
            ],
            options={
                'verbose_name': 'endorsement',
                'verbose_name_plural': 'endorsements',
                'ordering': ['-offered_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='EvidenceLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=1000)),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'verbose_name': 'evidence link',
                'verbose_name_plural': 'evidence links',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='IssuerKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ed25519', 'Ed25519'), ('rsa', 'RSA')], max_length=10)),
                ('fragment', models.CharField(max_length=100, unique=True)),
                ('public_pem', models.TextField()),
                ('sealed', models.BinaryField(help_text='The private key, encrypted under KEY_ENCRYPTION_KEYS.')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('retired_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revocation_reason', models.TextField(blank=True)),
            ],
            options={
                'verbose_name': 'key of an issuer',
                'verbose_name_plural': 'keys of issuers',
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PublicOrigin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=255)),
                ('kept_since', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'public address',
                'verbose_name_plural': 'public addresses',
            },
        ),
        migrations.CreateModel(
            name='ReplacedCredential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False, unique=True)),
                ('short_code', models.CharField(editable=False, max_length=12)),
                ('recipient_name', models.CharField(blank=True, max_length=150)),
                ('recipient_email', models.EmailField(max_length=254)),
                ('salt', models.CharField(editable=False, max_length=64)),
                ('status_index', models.PositiveIntegerField(help_text='Its place in the list.')),
                ('replaced_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'replaced credential',
                'verbose_name_plural': 'replaced credentials',
                'ordering': ['replaced_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ReplacementRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('asked', 'to be checked'), ('due', 'on its way'), ('done', 'issued'), ('refused', 'refused'), ('dropped', 'withdrawn or not needed')], max_length=10)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField()),
                ('refusal', models.TextField(blank=True, help_text='Why a coordinator refused it.')),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'request for a new credential',
                'verbose_name_plural': 'requests for new credentials',
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SharedEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shared_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'shared evidence',
                'verbose_name_plural': 'shared evidence',
                'ordering': ['item__criterion__position', 'item', 'link__position'],
            },
        ),
        migrations.CreateModel(
            name='StatusList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('given_out', models.PositiveIntegerField(default=0, help_text='So many places are taken.')),
                ('secret', models.BinaryField(default=issuing.models.status_lists.new_secret, help_text='What scatters the places.')),
                ('signed', models.TextField(blank=True, help_text='The signed credential, as it is served.')),
                ('signed_at', models.DateTimeField(null=True)),
                ('sign_again_at', models.DateTimeField(help_text='Due long before the signed list runs out.')),
            ],
            options={
                'verbose_name': 'status list',
                'verbose_name_plural': 'status lists',
                'ordering': ['issuer', 'number'],
            },
        ),
        migrations.CreateModel(
            name='SignedCredential',
            fields=[
                ('assertion', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='signed', serialize=False, to='issuing.assertion')),
                ('gaps', models.JSONField(help_text='What stands in the gaps of the text, in order.')),
                ('signed_at', models.DateTimeField()),
                ('proof', models.TextField(help_text='The Data Integrity proof, as JSON.')),
                ('jwt_signature', models.CharField(max_length=700)),
            ],
            options={
                'verbose_name': 'signed credential',
                'verbose_name_plural': 'signed credentials',
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='credentialtext',
            trigger=pgtrigger.compiler.Trigger(name='credential_text_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ae97c9f0bc81c76ebfb68f77d75ffe3e9e0738d4', operation='UPDATE', pgid='pgtrigger_credential_text_stays_b6ad4', table='issuing_credentialtext', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='endorsement',
            name='assertion',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='endorsements', to='issuing.assertion'),
        ),
        migrations.AddField(
            model_name='endorsement',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='endorsement',
            name='endorser',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='endorsement',
            name='issuer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='endorsements', to='catalog.issuer'),
        ),
        migrations.AddField(
            model_name='endorsement',
            name='version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='endorsements', to='catalog.badgeversion'),
        ),
        migrations.AddField(
            model_name='evidencelink',
            name='assertion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence_links', to='issuing.assertion'),
        ),
        migrations.AddField(
            model_name='issuerkey',
            name='issuer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='catalog.issuer'),
        ),
        migrations.AddField(
            model_name='issuerkey',
            name='revoked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='publicorigin',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_public_origin'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='publicorigin',
            trigger=pgtrigger.compiler.Trigger(name='public_origin_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0af30a8c8f08c8e3ffc04b4c2900113e0758e612', operation='UPDATE OR DELETE', pgid='pgtrigger_public_origin_stays_873e0', table='issuing_publicorigin', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='replacedcredential',
            name='assertion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replaced_credentials', to='issuing.assertion'),
        ),
        migrations.AddField(
            model_name='replacementrequest',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='replacementrequest',
            name='assertion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replacement_requests', to='issuing.assertion'),
        ),
        migrations.AddField(
            model_name='replacementrequest',
            name='decided_by',
            field=models.ForeignKey(help_text='Who allowed, refused or withdrew it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sharedevidence',
            name='assertion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shared_evidence', to='issuing.assertion'),
        ),
        migrations.AddField(
            model_name='sharedevidence',
            name='item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='submissions.evidenceitem'),
        ),
        migrations.AddField(
            model_name='sharedevidence',
            name='link',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issuing.evidencelink'),
        ),
        migrations.AddField(
            model_name='statuslist',
            name='issuer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_lists', to='catalog.issuer'),
        ),
        migrations.AddField(
            model_name='replacedcredential',
            name='status_list',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_credentials', to='issuing.statuslist'),
        ),
        migrations.AddField(
            model_name='assertion',
            name='status_list',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='assertions', to='issuing.statuslist'),
        ),
        migrations.AddField(
            model_name='signedcredential',
            name='integrity_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issuing.issuerkey'),
        ),
        migrations.AddField(
            model_name='signedcredential',
            name='jwt_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issuing.issuerkey'),
        ),
        migrations.AddField(
            model_name='signedcredential',
            name='text',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issuing.credentialtext'),
        ),
        migrations.AddConstraint(
            model_name='endorsement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('assertion__isnull', True), ('issuer__isnull', False), ('version__isnull', True)), models.Q(('assertion__isnull', True), ('issuer__isnull', True), ('version__isnull', False)), models.Q(('assertion__isnull', False), ('issuer__isnull', True), ('version__isnull', True)), _connector='OR'), name='endorsement_is_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='endorsement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'accepted'), models.Q(('credential', ''), _negated=True), models.Q(('key', ''), _negated=True)), models.Q(models.Q(('status', 'accepted'), _negated=True), ('credential', '')), _connector='OR'), name='endorsement_is_signed_exactly_while_accepted'),
        ),
        migrations.AddConstraint(
            model_name='endorsement',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['accepted', 'offered'])), fields=('endorser', 'issuer'), name='one_endorsement_per_person_and_issuer'),
        ),
        migrations.AddConstraint(
            model_name='endorsement',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['accepted', 'offered'])), fields=('endorser', 'version'), name='one_endorsement_per_person_and_version'),
        ),
        migrations.AddConstraint(
            model_name='endorsement',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['accepted', 'offered'])), fields=('endorser', 'assertion'), name='one_endorsement_per_person_and_assertion'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='endorsement',
            trigger=pgtrigger.compiler.Trigger(name='endorsement_changes_pages', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n        IF current_setting('serving.revision', true)\n            IS DISTINCT FROM pg_current_xact_id()::text\n        THEN\n            INSERT INTO serving_pagerevision (id, number)\n            VALUES (1, pg_current_xact_id()::text::bigint)\n            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;\n            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);\n        END IF;\n        RETURN NULL;\n    ", hash='3043a926933103769c90ead46b549be0db609af2', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_endorsement_changes_pages_61646', table='issuing_endorsement', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='endorsement',
            trigger=pgtrigger.compiler.Trigger(name='endorsement_says_what_was_offered', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."assertion_id" IS DISTINCT FROM (NEW."assertion_id") OR OLD."comment" IS DISTINCT FROM (NEW."comment") OR OLD."endorser_id" IS DISTINCT FROM (NEW."endorser_id") OR OLD."endorser_about" IS DISTINCT FROM (NEW."endorser_about") OR OLD."endorser_name" IS DISTINCT FROM (NEW."endorser_name") OR OLD."endorser_url" IS DISTINCT FROM (NEW."endorser_url") OR OLD."issuer_id" IS DISTINCT FROM (NEW."issuer_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."version_id" IS DISTINCT FROM (NEW."version_id"))', func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['endorser_name', 'endorser_url', 'endorser_about', 'comment'] = to_jsonb(NEW) - ARRAY['endorser_name', 'endorser_url', 'endorser_about', 'comment'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='587591d4eabfb57ebba71f3d28a0b6c5a15eed0f', operation='UPDATE', pgid='pgtrigger_endorsement_says_what_was_offered_64abf', table='issuing_endorsement', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='evidencelink',
            constraint=models.UniqueConstraint(fields=('assertion', 'url'), name='one_evidence_link_per_award_and_address'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidencelink',
            trigger=pgtrigger.compiler.Trigger(name='evidence_link_does_not_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d46317a2147cbb676d3f79c068ce95af3f940d4c', operation='UPDATE', pgid='pgtrigger_evidence_link_does_not_change_cc548', table='issuing_evidencelink', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='issuerkey',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True), ('revoked_at__isnull', True)), fields=('issuer', 'kind'), name='one_signing_key_per_issuer_and_kind'),
        ),
        migrations.AddConstraint(
            model_name='issuerkey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revocation_reason', ''), ('revoked_at__isnull', True)), models.Q(('revoked_at__isnull', False), models.Q(('revocation_reason', ''), _negated=True)), _connector='OR'), name='key_is_revoked_with_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='issuerkey',
            trigger=pgtrigger.compiler.Trigger(name='key_is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='5af481f36636087b72c13999b726c40f9b2ecfa8', operation='DELETE', pgid='pgtrigger_key_is_never_deleted_bf857', table='issuing_issuerkey', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='issuerkey',
            trigger=pgtrigger.compiler.Trigger(name='key_stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."fragment" IS DISTINCT FROM (NEW."fragment") OR OLD."issuer_id" IS DISTINCT FROM (NEW."issuer_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."public_pem" IS DISTINCT FROM (NEW."public_pem"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='853962a77a3f48fa0bf5e46b871fc505f6a331d6', operation='UPDATE', pgid='pgtrigger_key_stays_what_it_is_921e8', table='issuing_issuerkey', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='replacementrequest',
            index=models.Index(condition=models.Q(('status', 'due')), fields=['due_at'], name='replacement_due'),
        ),
        migrations.AddConstraint(
            model_name='replacementrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['asked', 'due'])), fields=('assertion',), name='one_open_replacement_request_per_award'),
        ),
        migrations.AddConstraint(
            model_name='replacementrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('status__in', ['asked', 'due'])), models.Q(models.Q(('status__in', ['asked', 'due']), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='replacement_request_ends_exactly_when_closed'),
        ),
        migrations.AddConstraint(
            model_name='replacementrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'refused'), models.Q(('refusal', ''), _negated=True)), models.Q(models.Q(('status', 'refused'), _negated=True), ('refusal', '')), _connector='OR'), name='replacement_request_is_refused_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='sharedevidence',
            constraint=models.UniqueConstraint(fields=('assertion', 'item'), name='evidence_is_shared_once'),
        ),
        migrations.AddConstraint(
            model_name='sharedevidence',
            constraint=models.UniqueConstraint(fields=('assertion', 'link'), name='link_is_shared_once'),
        ),
        migrations.AddConstraint(
            model_name='sharedevidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('item__isnull', False), ('link__isnull', True)), models.Q(('item__isnull', True), ('link__isnull', False)), _connector='OR'), name='shared_evidence_is_an_item_or_a_link'),
        ),
        migrations.AddIndex(
            model_name='statuslist',
            index=models.Index(fields=['sign_again_at'], name='status_list_due'),
        ),
        migrations.AddConstraint(
            model_name='statuslist',
            constraint=models.UniqueConstraint(fields=('issuer', 'number'), name='one_status_list_per_number'),
        ),
        migrations.AddConstraint(
            model_name='statuslist',
            constraint=models.CheckConstraint(condition=models.Q(('given_out__lte', 131072)), name='status_list_is_not_overfull'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statuslist',
            trigger=pgtrigger.compiler.Trigger(name='status_list_is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='364582e9a4230e1d24cd2934f51a4467a18d0884', operation='DELETE', pgid='pgtrigger_status_list_is_never_deleted_f6b74', table='issuing_statuslist', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statuslist',
            trigger=pgtrigger.compiler.Trigger(name='status_list_keeps_its_places', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."issuer_id" IS DISTINCT FROM (NEW."issuer_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."secret" IS DISTINCT FROM (NEW."secret"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='800aa9f224b4f05d6ff3fdbc49b9b4da4d75b9ab', operation='UPDATE', pgid='pgtrigger_status_list_keeps_its_places_4032f', table='issuing_statuslist', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statuslist',
            trigger=pgtrigger.compiler.Trigger(name='status_list_gives_no_place_twice', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."given_out" > (NEW."given_out"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='7d70656817492f9a926f2fd181e730cff39f98eb', operation='UPDATE', pgid='pgtrigger_status_list_gives_no_place_twice_29675', table='issuing_statuslist', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='replacedcredential',
            constraint=models.UniqueConstraint(fields=('short_code',), name='one_replaced_credential_per_short_code'),
        ),
        migrations.AddConstraint(
            model_name='replacedcredential',
            constraint=models.UniqueConstraint(fields=('status_list', 'status_index'), name='one_replaced_credential_per_place_in_a_status_list'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='replacedcredential',
            trigger=pgtrigger.compiler.Trigger(name='replaced_credential_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['recipient_name', 'recipient_email'] = to_jsonb(NEW) - ARRAY['recipient_name', 'recipient_email'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='71264c128e99bc70f5388057be8f670d6fc1817c', operation='UPDATE OR DELETE', pgid='pgtrigger_replaced_credential_stays_492b3', table='issuing_replacedcredential', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='assertion',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['due_at'], name='assertion_due'),
        ),
        migrations.AddIndex(
            model_name='assertion',
            index=models.Index(fields=['badge_class', 'status'], name='assertion_badge_status'),
        ),
        migrations.AddConstraint(
            model_name='assertion',
            constraint=models.UniqueConstraint(fields=('short_code',), name='one_award_per_short_code'),
        ),
        migrations.AddConstraint(
            model_name='assertion',
            constraint=models.UniqueConstraint(condition=models.Q(('renewed_at__isnull', True), ('status__in', ['held', 'issued', 'pending'])), fields=('recipient', 'badge_class'), name='one_standing_award_per_person_and_badge'),
        ),
        migrations.AddConstraint(
            model_name='assertion',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['held', 'issued', 'pending'])), fields=('submission',), name='one_award_per_submission'),
        ),
        migrations.AddConstraint(
            model_name='assertion',
            constraint=models.CheckConstraint(condition=models.Q(('waits_for_decision', False), ('status', 'held'), _connector='OR'), name='only_awards_on_hold_wait_for_a_decision'),
        ),
        migrations.AddConstraint(
            model_name='assertion',
            constraint=models.UniqueConstraint(condition=models.Q(('source_key', ''), _negated=True), fields=('source', 'source_key'), name='one_award_per_source_and_key'),
        ),
        migrations.AddConstraint(
            model_name='assertion',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['held', 'issued', 'pending'])), fields=('renews',), name='one_standing_renewal_per_award'),
        ),
        migrations.AddConstraint(
            model_name='assertion',
            constraint=models.CheckConstraint(condition=models.Q(('is_private', False), models.Q(('is_listed', False), ('shows_name', False)), _connector='OR'), name='private_assertion_names_nobody'),
        ),
        migrations.AddConstraint(
            model_name='assertion',
            constraint=models.CheckConstraint(condition=models.Q(('renews', models.F('id')), _negated=True), name='assertion_does_not_renew_itself'),
        ),
        migrations.AddConstraint(
            model_name='assertion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('issued_on__isnull', False), ('status__in', ['issued', 'revoked'])), models.Q(models.Q(('status__in', ['issued', 'revoked']), _negated=True), ('issued_on__isnull', True)), _connector='OR'), name='assertion_has_issued_on_exactly_when_published'),
        ),
        migrations.AddConstraint(
            model_name='assertion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', False), ('status', 'revoked'), models.Q(('revocation_reason', ''), _negated=True)), models.Q(models.Q(('status', 'revoked'), _negated=True), ('revoked_at__isnull', True)), _connector='OR'), name='assertion_is_revoked_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='assertion',
            constraint=models.UniqueConstraint(fields=('status_list', 'status_index'), name='one_award_per_place_in_a_status_list'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assertion',
            trigger=pgtrigger.compiler.Trigger(name='published_assertion_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."issued_on" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='e02aea4d23dcfb833aad3568bcce8db038c12f34', operation='DELETE', pgid='pgtrigger_published_assertion_stays_d3c55', table='issuing_assertion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assertion',
            trigger=pgtrigger.compiler.Trigger(name='assertion_keeps_what_was_earned', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."badge_class_id" IS DISTINCT FROM (NEW."badge_class_id") OR OLD."earned_on" IS DISTINCT FROM (NEW."earned_on") OR OLD."recipient_id" IS DISTINCT FROM (NEW."recipient_id") OR OLD."renews_id" IS DISTINCT FROM (NEW."renews_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."source_key" IS DISTINCT FROM (NEW."source_key") OR OLD."submission_id" IS DISTINCT FROM (NEW."submission_id") OR OLD."version_id" IS DISTINCT FROM (NEW."version_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2fb0ef5a9ee9dd6510bfd827b5ffcd0d1706ef76', operation='UPDATE', pgid='pgtrigger_assertion_keeps_what_was_earned_d5c9b', table='issuing_assertion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assertion',
            trigger=pgtrigger.compiler.Trigger(name='assertion_keeps_its_credential_unless_replaced', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."recipient_email" IS DISTINCT FROM (NEW."recipient_email") OR OLD."recipient_name" IS DISTINCT FROM (NEW."recipient_name") OR OLD."salt" IS DISTINCT FROM (NEW."salt") OR OLD."short_code" IS DISTINCT FROM (NEW."short_code") OR OLD."status_index" IS DISTINCT FROM (NEW."status_index") OR OLD."status_list_id" IS DISTINCT FROM (NEW."status_list_id"))', func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['recipient_name', 'recipient_email', 'narrative', 'shows_name', 'is_listed'] = to_jsonb(NEW) - ARRAY['recipient_name', 'recipient_email', 'narrative', 'shows_name', 'is_listed'] THEN RETURN NEW; END IF;\n        END IF;\n    \n        IF OLD.recipient_name = '' AND (\n            NEW.public_id, NEW.short_code, NEW.recipient_email, NEW.salt, NEW.status_list_id,\n            NEW.status_index\n        ) = (\n            OLD.public_id, OLD.short_code, OLD.recipient_email, OLD.salt, OLD.status_list_id,\n            OLD.status_index\n        ) THEN\n            RETURN NEW;\n        END IF;\n        IF OLD.status <> 'issued' OR NEW.status <> 'issued'\n            OR NEW.public_id = OLD.public_id\n            OR NEW.short_code = OLD.short_code\n            OR NEW.salt = OLD.salt\n            OR (NEW.status_list_id, NEW.status_index) = (OLD.status_list_id, OLD.status_index)\n            OR NOT EXISTS (\n                SELECT 1 FROM issuing_replacedcredential kept\n                WHERE kept.public_id = OLD.public_id\n                    AND kept.assertion_id = OLD.id\n                    AND kept.short_code = OLD.short_code\n                    AND kept.salt = OLD.salt\n                    AND kept.recipient_name = OLD.recipient_name\n                    AND kept.recipient_email = OLD.recipient_email\n                    AND kept.status_list_id = OLD.status_list_id\n                    AND kept.status_index = OLD.status_index\n            )\n            OR EXISTS (\n                SELECT 1 FROM issuing_replacedcredential kept\n                WHERE kept.public_id = NEW.public_id\n                    OR kept.short_code = NEW.short_code\n                    OR (kept.status_list_id = NEW.status_list_id\n                        AND kept.status_index = NEW.status_index)\n            )\n        THEN\n            RAISE EXCEPTION 'pgtrigger: Cannot update rows from issuing_assertion table';\n        END IF;\n        RETURN NEW;\n    ", hash='28120826e2e66b0fae20b38c340b2c0c0f8da0db', operation='UPDATE', pgid='pgtrigger_assertion_keeps_its_credential_unless_replaced_e30e7', table='issuing_assertion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assertion',
            trigger=pgtrigger.compiler.Trigger(name='assertion_keeps_its_date', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."issued_on" IS DISTINCT FROM (NEW."issued_on") AND OLD."issued_on" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='f752f7d0defdcb81dfb1cb74a8fec86592bd33c3', operation='UPDATE', pgid='pgtrigger_assertion_keeps_its_date_d6126', table='issuing_assertion', when='BEFORE')),
        ),
    ]
