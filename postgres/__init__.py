"""What PostgreSQL can do and Django's ORM has no words for: COPY, triggers, queries built once."""
