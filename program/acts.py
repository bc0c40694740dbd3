"""What the activity log calls a change of each field of the program and of its pages."""

ACTS = {
    "name": "program renamed",
    "name_es": "program renamed in Spanish",
    "purpose": "purpose changed",
    "purpose_es": "purpose changed in Spanish",
    "office_name": "office renamed",
    "office_email": "address of the office changed",
    "postal_address": "postal address changed",
    "accent": "accent color changed",
    "languages": "languages changed",
    "holiday_country": "country of holidays changed",
    "holiday_state": "state of holidays changed",
    "evidence_days": "time for evidence changed",
    "request_days": "days for privacy requests changed",
    "home_text": "home text changed",
    "home_text_es": "home text changed in Spanish",
    "footer_text": "footer text changed",
    "footer_text_es": "footer text changed in Spanish",
}

ACTS_OF_PAGES = {
    "title": "page title changed",
    "title_es": "page title changed in Spanish",
    "body": "page text changed",
    "body_es": "page text changed in Spanish",
}

ACTS_OF_EMAILS = {
    "subject": "email subject changed",
    "opening": "email opening changed",
}

ACTS_OF_STATEMENTS = {
    "text": "statement changed",
    "text_es": "statement changed in Spanish",
}
