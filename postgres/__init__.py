"""PostgreSQL features beyond Django's ORM: COPY, triggers, prebuilt queries."""
