"""A statement that is prepared once for a connection, and what may happen to the connection."""

from __future__ import annotations

import uuid

import pytest
from django.db import Error, connection, connections, transaction

from accounts.models import Agency
from catalog.models import Issuer
from postgres.prebuilt_query import PrebuiltQuery

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issuer():
    agency = Agency.objects.create(name="Alder", slug="alder", kind=Agency.Kind.COUNTY_OFFICE)
    return Issuer.objects.create(agency=agency, name="Alder", url="https://alder.example")


@pytest.fixture
def query():
    return PrebuiltQuery(
        lambda id: (
            Issuer.objects.order_by()
            .filter(public_id=id, url__startswith="https://")
            .values_list("name", "url")
        )
    )


def prepared_statements() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'prebuilt%'")
        return cursor.fetchone()[0]


def test_a_row_is_found_by_its_public_id(issuer, query):
    assert query.row(issuer.public_id) == ("Alder", "https://alder.example")
    assert query.row(uuid.uuid4()) is None


def test_it_is_planned_once_for_a_connection(issuer, query):
    before = prepared_statements()
    for _ in range(3):
        query.row(issuer.public_id)

    assert prepared_statements() == before + 1


def test_it_is_not_prepared_where_connections_are_lent(issuer, query, settings):
    settings.PREPARED_STATEMENTS = False
    before = prepared_statements()

    assert query.row(issuer.public_id) == ("Alder", "https://alder.example")
    assert prepared_statements() == before


def test_a_lost_connection_is_made_anew(issuer, query):
    query.row(issuer.public_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()

    assert query.row(issuer.public_id) == ("Alder", "https://alder.example")


def test_a_statement_that_the_server_forgot_is_prepared_again(issuer, query):
    query.row(issuer.public_id)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")

    assert query.row(issuer.public_id) == ("Alder", "https://alder.example")


def test_a_changed_table_is_planned_again(issuer, query):
    query.row(issuer.public_id)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_issuer ALTER COLUMN name TYPE text")
    try:
        assert query.row(issuer.public_id) == ("Alder", "https://alder.example")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE catalog_issuer ALTER COLUMN name TYPE varchar(200)")


def test_an_error_inside_a_transaction_is_its_own(issuer, query):
    query.row(issuer.public_id)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")

    with pytest.raises(Error), transaction.atomic():
        query.row(issuer.public_id)

    assert query.row(issuer.public_id) == ("Alder", "https://alder.example")
