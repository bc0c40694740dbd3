"""How often each kind of due work is looked for. The rows say when it is due."""

from __future__ import annotations


def due_work(*, every: float) -> dict[str, dict[str, str | float]]:
    """`every`: seconds between two looks for what people wait for."""
    return {
        "issue-due-awards": {"task": "issuing.tasks.issue_due", "schedule": every},
        "replace-credentials": {"task": "issuing.tasks.replace_due", "schedule": every},
        "award-completed-pathways": {"task": "awarding.tasks.award_pathways", "schedule": 60},
        "award-reviewers": {"task": "awarding.tasks.award_reviewers", "schedule": 60 * 60},
        "forget-list-uploads": {"task": "awarding.tasks.forget_list_uploads", "schedule": 60 * 60},
        "carry-on-award-lists": {
            "task": "awarding.tasks.carry_on_award_lists",
            "schedule": every,
        },
        # Awards are signed when they are issued; this signs those left by a revoked key or a new
        # origin.
        "sign-what-is-due": {"task": "issuing.tasks.sign_due", "schedule": 5 * 60},
        "send-due-emails": {"task": "mail.tasks.send_due_emails", "schedule": every},
        "send-announcements": {
            "task": "mailings.tasks.send_announcements",
            "schedule": every,
        },
        "import-subscribers": {
            "task": "mailings.tasks.import_subscribers",
            "schedule": every,
        },
        "make-personal-copies": {"task": "privacy.tasks.make_copies", "schedule": 5 * 60},
        "close-accounts": {"task": "privacy.tasks.close_accounts", "schedule": 15 * 60},
        "delete-evidence": {"task": "privacy.tasks.delete_evidence", "schedule": 15 * 60},
        "forget-unwanted-files": {"task": "audit.tasks.forget_files", "schedule": 5 * 60},
        "keep-the-calendar-of-drawings": {
            "task": "rewards.tasks.keep_the_calendar",
            "schedule": 60,
        },
        "look-up-rounds-of-drand": {"task": "rewards.tasks.look_up_rounds", "schedule": 60},
        "reveal-results": {"task": "rewards.tasks.reveal_results", "schedule": every},
        "look-at-evidence": {"task": "submissions.tasks.look_at_evidence", "schedule": every},
        "check-recordings": {"task": "submissions.tasks.check_recordings", "schedule": every},
        "make-previews": {"task": "submissions.tasks.make_previews", "schedule": every},
        "forget-previews": {"task": "submissions.tasks.forget_previews", "schedule": 60 * 60},
        "forget-recordings": {"task": "submissions.tasks.forget_recordings", "schedule": 60 * 60},
        "put-decisions-into-effect": {
            "task": "reviewing.tasks.put_decisions_into_effect",
            "schedule": every,
        },
        "assign-reviewers": {"task": "reviewing.tasks.assign_reviewers", "schedule": every},
        "remind-reviewers": {"task": "reviewing.tasks.remind_reviewers", "schedule": 15 * 60},
        "remind-of-qualifications": {
            "task": "reviewing.tasks.remind_of_qualifications",
            "schedule": 60 * 60,
        },
        "remind-of-appeals-and-holds": {
            "task": "reviewing.tasks.remind_of_appeals_and_holds",
            "schedule": 15 * 60,
        },
        "publish-numbers": {"task": "reporting.tasks.publish_numbers", "schedule": 60 * 60},
        "keep-last-days-of-roles": {"task": "accounts.tasks.keep_last_days", "schedule": 15 * 60},
        "forget-saml-answers": {"task": "accounts.tasks.forget_saml_answers", "schedule": 60 * 60},
        "carry-on-rosters": {"task": "accounts.tasks.carry_on_rosters", "schedule": every},
        "clear-rosters": {"task": "accounts.tasks.clear_rosters", "schedule": 3600},
        "end-marks-of-minors": {"task": "accounts.tasks.end_marks_of_minors", "schedule": 15 * 60},
        "heartbeat": {"task": "badgeproject.health.heartbeat", "schedule": 10},
    }
