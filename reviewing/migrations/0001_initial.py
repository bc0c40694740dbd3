import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
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
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('summary', models.TextField(blank=True, verbose_name='overall comment')),
                ('decision', models.CharField(blank=True, choices=[('approve', 'approve'), ('return', 'return'), ('decline', 'decline')], max_length=10)),
                ('begun_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='submissions.attempt')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'review',
                'verbose_name_plural': 'reviews',
                'ordering': ['sent_at'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('approve', 'approve'), ('return', 'return'), ('decline', 'decline')], max_length=10)),
                ('status', models.CharField(choices=[('unconfirmed', 'waits for a second person'), ('due', 'takes effect soon'), ('in_effect', 'in effect'), ('recalled', 'taken back'), ('sent_back', 'sent back to the reviewer'), ('dropped', 'dropped')], max_length=12)),
                ('decided_at', models.DateTimeField()),
                ('takes_effect_at', models.DateTimeField(help_text='Due from then on; empty while a second person has to confirm it.', null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(help_text='When it took effect, or was taken back, sent back or dropped.', null=True)),
                ('note', models.TextField(blank=True, help_text='What the second person wrote when they sent it back.')),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='submissions.attempt')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(help_text='Nobody, if it took effect or the educator withdrew.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='reviewing.review')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='CriterionJudgment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(blank=True, choices=[('met', 'met'), ('not_yet', 'not yet')], max_length=10)),
                ('comment', models.TextField(blank=True)),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.criterion')),
                ('level', models.ForeignKey(blank=True, help_text='How far it was reached, if the criterion has a rubric and the reviewer chose.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.rubriclevel')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judgments', to='reviewing.review')),
            ],
            options={
                'verbose_name': 'judgment of a criterion',
                'verbose_name_plural': 'judgments of criteria',
                'ordering': ['criterion__position'],
            },
        ),
        migrations.CreateModel(
            name='SubmissionNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='internal_notes', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'internal note',
                'verbose_name_plural': 'internal notes',
                'ordering': ['written_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assigned_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='submissions.submission')),
            ],
            options={
                'verbose_name': 'assignment',
                'verbose_name_plural': 'assignments',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('decided_at__isnull', True), ('released_at__isnull', True)), fields=('submission',), name='one_active_assignment_per_submission'), models.CheckConstraint(condition=models.Q(('released_at__isnull', True), ('decided_at__isnull', True), _connector='OR'), name='assignment_is_released_or_decided_not_both')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='nobody_takes_their_own_submission', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission\n                    WHERE id = (NEW.submission_id) AND earner_id = NEW.reviewer_id\n                ) OR (TG_OP = 'INSERT' OR NEW.reviewer_id IS DISTINCT FROM OLD.reviewer_id) AND EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user own ON own.person_key = earner.person_key\n                    WHERE submission.id = (NEW.submission_id) AND own.id = NEW.reviewer_id\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews their own submission';\n                END IF;\n                RETURN NEW;\n            ", hash='00508e316453558d619fbaacb85ce90419a644b6', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_takes_their_own_submission_066bc', table='reviewing_assignment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='nobody_takes_the_submission_of_a_colleague', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user their_account ON their_account.person_key = earner.person_key\n                    JOIN accounts_membership theirs ON theirs.user_id = their_account.id\n                    JOIN accounts_user person ON person.id = NEW.reviewer_id\n                    JOIN accounts_user own_account ON own_account.person_key = person.person_key\n                    JOIN accounts_membership own\n                        ON own.agency_id = theirs.agency_id AND own.user_id = own_account.id\n                    JOIN accounts_agency school\n                        ON school.id = own.agency_id AND school.kind IN ('school', 'adult_school')\n                    WHERE submission.id = (NEW.submission_id)\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews the submission of a colleague';\n                END IF;\n                RETURN NEW;\n            ", hash='93f7fd795c45ee83f7129ea8da5dae421d164377', operation='INSERT', pgid='pgtrigger_nobody_takes_the_submission_of_a_colleague_c3874', table='reviewing_assignment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='ended_assignment_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."decided_at" IS NOT NULL OR OLD."released_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3bae62f44be15f323a69ea93fae4d831df42067f', operation='UPDATE OR DELETE', pgid='pgtrigger_ended_assignment_is_frozen_dcda6', table='reviewing_assignment', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(fields=('attempt', 'reviewer'), name='one_review_per_attempt_and_reviewer'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('sent_at__isnull', False)), fields=('attempt',), name='one_sent_review_per_attempt'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision', ''), ('sent_at__isnull', True)), models.Q(('sent_at__isnull', False), models.Q(('decision', ''), _negated=True)), _connector='OR'), name='review_has_a_decision_exactly_when_sent'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='nobody_reviews_their_own_submission', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission\n                    WHERE id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id) AND earner_id = NEW.reviewer_id\n                ) OR (false) AND EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user own ON own.person_key = earner.person_key\n                    WHERE submission.id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id) AND own.id = NEW.reviewer_id\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews their own submission';\n                END IF;\n                RETURN NEW;\n            ", hash='f68a93cd9e4101b9400cd9bc30b20efa5a5c0717', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_reviews_their_own_submission_a9775', table='reviewing_review', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='review_is_sent_by_a_decision', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."sent_at" IS NOT NULL)', func="\n        IF NOT EXISTS (\n            SELECT 1 FROM reviewing_decision\n            WHERE review_id = NEW.id AND outcome = NEW.decision AND status = 'in_effect'\n        ) THEN\n            RAISE EXCEPTION 'a review is sent when its decision takes effect';\n        END IF;\n        RETURN NEW;\n    ", hash='f0a2aa752e914dfcdf6d1acf033e415036d5e555', operation='INSERT OR UPDATE', pgid='pgtrigger_review_is_sent_by_a_decision_77867', table='reviewing_review', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='decided_review_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                IF TG_OP = 'DELETE' THEN the_row := OLD; ELSE the_row := NEW; END IF;\n                IF EXISTS (\n                    SELECT 1 FROM reviewing_decision\n                    WHERE review_id = the_row.id AND status IN ('unconfirmed', 'due')\n                ) THEN\n                    RAISE EXCEPTION 'a review does not change while its decision waits';\n                END IF;\n                RETURN the_row;\n            ", hash='b4b0e9e0dd27687801075ae3e8613a9380884733', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_decided_review_is_frozen_e8fa2', table='reviewing_review', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='sent_review_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."sent_at" IS NOT NULL)', func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['summary'] = to_jsonb(NEW) - ARRAY['summary'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3de348018f8e7e335f9f7bb493a1489f6d09da71', operation='UPDATE OR DELETE', pgid='pgtrigger_sent_review_is_frozen_7683b', table='reviewing_review', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('status', 'due')), fields=['takes_effect_at'], name='decisions_due'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['due', 'in_effect', 'unconfirmed'])), fields=('attempt',), name='one_decision_per_attempt'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'unconfirmed'), _negated=True), models.Q(('confirmed_by__isnull', True), ('outcome', 'decline'), ('takes_effect_at__isnull', True)), _connector='OR'), name='only_a_decline_waits_for_a_second_person'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['due', 'in_effect']), _negated=True), ('takes_effect_at__isnull', False), _connector='OR'), name='a_decision_in_force_has_its_moment'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'decline'), ('status__in', ['due', 'in_effect']), _negated=True), ('confirmed_by__isnull', False), _connector='OR'), name='a_decline_in_force_is_confirmed'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('outcome', 'decline')), _connector='OR'), name='only_declines_are_confirmed'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('decided_by')), _negated=True), _connector='OR'), name='nobody_confirms_their_own_decision'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('status__in', ['due', 'unconfirmed'])), models.Q(models.Q(('status__in', ['due', 'unconfirmed']), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='a_decision_has_ended_unless_open'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='nobody_decides_their_own_submission', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission\n                    WHERE id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id) AND earner_id = NEW.decided_by_id\n                ) OR (TG_OP = 'INSERT' OR NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id) AND EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user own ON own.person_key = earner.person_key\n                    WHERE submission.id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id) AND own.id = NEW.decided_by_id\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews their own submission';\n                END IF;\n                RETURN NEW;\n            ", hash='9ee0f46719c1c4c30c7a59d7673662415a7461c4', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_decides_their_own_submission_8e590', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='nobody_confirms_about_their_own_submission', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission\n                    WHERE id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id) AND earner_id = NEW.confirmed_by_id\n                ) OR (TG_OP = 'INSERT' OR NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id) AND EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user own ON own.person_key = earner.person_key\n                    WHERE submission.id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id) AND own.id = NEW.confirmed_by_id\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews their own submission';\n                END IF;\n                RETURN NEW;\n            ", hash='3c727f83128dd7f70850471a2fa95d9d3e5e29d7', operation='INSERT OR UPDATE', pgid='pgtrigger_nobody_confirms_about_their_own_submission_473fe', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='nobody_decides_the_submission_of_a_colleague', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user their_account ON their_account.person_key = earner.person_key\n                    JOIN accounts_membership theirs ON theirs.user_id = their_account.id\n                    JOIN accounts_user person ON person.id = NEW.decided_by_id\n                    JOIN accounts_user own_account ON own_account.person_key = person.person_key\n                    JOIN accounts_membership own\n                        ON own.agency_id = theirs.agency_id AND own.user_id = own_account.id\n                    JOIN accounts_agency school\n                        ON school.id = own.agency_id AND school.kind IN ('school', 'adult_school')\n                    WHERE submission.id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id)\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews the submission of a colleague';\n                END IF;\n                RETURN NEW;\n            ", hash='349423d292c64966b83bad747e2b55f5860506a7', operation='INSERT', pgid='pgtrigger_nobody_decides_the_submission_of_a_colleague_62033', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='nobody_confirms_about_a_colleague', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."confirmed_by_id" IS DISTINCT FROM (NEW."confirmed_by_id"))', func="\n                IF EXISTS (\n                    SELECT 1 FROM submissions_submission submission\n                    JOIN accounts_user earner ON earner.id = submission.earner_id\n                    JOIN accounts_user their_account ON their_account.person_key = earner.person_key\n                    JOIN accounts_membership theirs ON theirs.user_id = their_account.id\n                    JOIN accounts_user person ON person.id = NEW.confirmed_by_id\n                    JOIN accounts_user own_account ON own_account.person_key = person.person_key\n                    JOIN accounts_membership own\n                        ON own.agency_id = theirs.agency_id AND own.user_id = own_account.id\n                    JOIN accounts_agency school\n                        ON school.id = own.agency_id AND school.kind IN ('school', 'adult_school')\n                    WHERE submission.id = (SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id)\n                ) THEN\n                    RAISE EXCEPTION 'nobody reviews the submission of a colleague';\n                END IF;\n                RETURN NEW;\n            ", hash='27dd4c5548280daee981e424954c31a6e4b689a8', operation='UPDATE', pgid='pgtrigger_nobody_confirms_about_a_colleague_18a47', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='what_was_decided_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."attempt_id" IS DISTINCT FROM (NEW."attempt_id") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."outcome" IS DISTINCT FROM (NEW."outcome") OR OLD."review_id" IS DISTINCT FROM (NEW."review_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='07a3b476a996454e451c8ab0899fd996069fe609', operation='UPDATE', pgid='pgtrigger_what_was_decided_is_frozen_bfbe8', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='ended_decision_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="\n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['note'] = to_jsonb(NEW) - ARRAY['note'] THEN RETURN NEW; END IF;\n        END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='01dbb708d89b5dbd138eabd922c06ad7bc769b15', operation='UPDATE', pgid='pgtrigger_ended_decision_is_frozen_1c458', table='reviewing_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='decision_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='2ba3368be1273bf1a289f4bf2b77a47e80c24129', operation='DELETE', pgid='pgtrigger_decision_is_kept_f2899', table='reviewing_decision', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='criterionjudgment',
            constraint=models.UniqueConstraint(fields=('review', 'criterion'), name='one_judgment_per_criterion'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterionjudgment',
            trigger=pgtrigger.compiler.Trigger(name='sent_judgment_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                \n        IF TG_OP = 'UPDATE' AND current_setting('privacy.erasing', true) = 'on' THEN\n            IF to_jsonb(OLD) - ARRAY['comment'] = to_jsonb(NEW) - ARRAY['comment'] THEN RETURN NEW; END IF;\n        END IF;\n    \n                IF TG_OP <> 'INSERT' THEN\n                    the_row := OLD;\n                    \n            IF EXISTS (\n                SELECT 1 FROM reviewing_review\n                WHERE id = (the_row.review_id) AND sent_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a review that was sent does not change';\n            END IF;\n        \n                END IF;\n                IF TG_OP <> 'DELETE' THEN\n                    the_row := NEW;\n                    \n            IF EXISTS (\n                SELECT 1 FROM reviewing_review\n                WHERE id = (the_row.review_id) AND sent_at IS NOT NULL\n            ) THEN\n                RAISE EXCEPTION 'a review that was sent does not change';\n            END IF;\n        \n                END IF;\n                RETURN the_row;\n            ", hash='613f54ee532647b308bbde8d41e2af73fb7a225d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_sent_judgment_is_frozen_caf3b', table='reviewing_criterionjudgment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterionjudgment',
            trigger=pgtrigger.compiler.Trigger(name='decided_judgment_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE the_row RECORD;', func="\n                IF TG_OP = 'DELETE' THEN the_row := OLD; ELSE the_row := NEW; END IF;\n                IF EXISTS (\n                    SELECT 1 FROM reviewing_decision\n                    WHERE review_id = the_row.review_id AND status IN ('unconfirmed', 'due')\n                ) THEN\n                    RAISE EXCEPTION 'a review does not change while its decision waits';\n                END IF;\n                RETURN the_row;\n            ", hash='8e431812a536329a4d3f2774a32d368bbbd2f570', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_decided_judgment_is_frozen_1497e', table='reviewing_criterionjudgment', when='BEFORE')),
        ),
    ]
