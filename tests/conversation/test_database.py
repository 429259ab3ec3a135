"""Addresses of PostgreSQL databases, and the errors of its driver in words."""

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from graphrag_tools.conversation.database import ChatDatabase
from graphrag_tools.errors import ConfigError, StoreError

DATABASE = ChatDatabase("dbname=chats", "postgresql://db/chats")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:hidden@db:5433/chats", "postgresql://db:5433/chats"),
        ("postgresql://db/chats", "postgresql://db/chats"),
        ("postgresql://db:5433", "postgresql://db:5433"),
        ("postgresql:///chats", "postgresql://localhost/chats"),
        ("postgresql://", "postgresql://localhost"),
        ("postgresql:///chats?hostaddr=10.0.0.7", "postgresql://10.0.0.7/chats"),
        ("postgresql://db/chats?hostaddr=10.0.0.7", "postgresql://db/chats"),
        ("postgresql://one:1,two:2/chats", "postgresql://one,two:1,2/chats"),
    ],
)
def test_address_is_shown_without_user_and_password(address: str, shown: str) -> None:
    database = ChatDatabase.at(address)
    assert database.shown == shown
    assert "hidden" not in repr(database)


def test_what_an_address_leaves_open_is_set_and_what_it_says_is_kept() -> None:
    plain = conninfo_to_dict(ChatDatabase.at("postgresql://me:hidden@db/chats").conninfo)
    assert plain == {
        "connect_timeout": "5",
        "application_name": "graphrag-tools",
        "user": "me",
        "password": "hidden",
        "host": "db",
        "dbname": "chats",
    }
    own = ChatDatabase.at("postgresql://db/chats?connect_timeout=2&application_name=desk").conninfo
    assert conninfo_to_dict(own)["connect_timeout"] == "2"
    assert conninfo_to_dict(own)["application_name"] == "desk"


@pytest.mark.parametrize(
    "address",
    ["postgresql://me:a@b@db/chats", "postgresql://db/ch@ts", "postgresql://db:54x3/chats", "postgresql://db?no=1"],
)
def test_address_that_cannot_be_read_says_what_is_expected(address: str) -> None:
    with pytest.raises(ConfigError) as refused:
        ChatDatabase.at(address)
    assert str(refused.value) == (
        "the address of the chat's memory cannot be read; expected postgresql:// and then "
        "user:password@host:port/database, each character of the password that is no letter and no digit "
        "percent-encoded (@ as %40, / as %2F)."
    )
    # The driver's own words quote a password's rest.
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None or refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (psycopg.OperationalError('FATAL: password authentication failed for user "x"'), "the user or the password."),
        (psycopg.OperationalError("fe_sendauth: no password supplied"), "the user or the password."),
        (psycopg.OperationalError('FATAL: role "x" does not exist'), "the user or the password."),
        (psycopg.errors.InvalidPassword("x"), "the user or the password."),
        (psycopg.errors.InvalidAuthorizationSpecification("x"), "the user or the password."),
        (psycopg.OperationalError('FATAL: database "x" does not exist'), "Create the database (createdb), or"),
        (psycopg.errors.InvalidCatalogName("x"), "Create the database (createdb), or correct its name."),
        (psycopg.errors.CannotConnectNow("x"), "It is starting or stopping: try again in a moment."),
        (psycopg.OperationalError("the database system is shutting down"), "try again in a moment."),
        (psycopg.errors.TooManyConnections("x"), "It has no connection left: raise its max_connections, or run fewer"),
        (psycopg.errors.DiskFull("x"), "Its disk is full: make room."),
        (psycopg.errors.ReadOnlySqlTransaction("x"), "It cannot be written: give the address of the primary."),
        (psycopg.errors.InsufficientPrivilege("x"), "Its user lacks rights: USAGE and CREATE on the schema"),
        (psycopg.errors.UndefinedTable("x"), "give another database, or remove the tables checkpoint…"),
        (psycopg.errors.UndefinedColumn("x"), "give another database, or remove the tables checkpoint…"),
        (psycopg.errors.StringDataRightTruncation("x"), "A name or a text in it cannot be kept in a database: use"),
        (psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"), "cannot be kept in a database"),
        (psycopg.OperationalError('could not translate host name "x" to address'), "No such host is known: correct"),
        (psycopg.OperationalError("connection refused"), "Is the server up and its address right?"),
    ],
)
def test_error_of_the_driver_says_what_to_do(error: psycopg.Error, remedy: str) -> None:
    with pytest.raises(StoreError) as said, DATABASE.errors():
        raise error
    assert remedy in str(said.value)
    assert str(said.value).startswith(f"postgresql://db/chats: cannot remember the chat there ({error}). ")
    assert said.value.__cause__ is error


def test_words_of_several_lines_are_one_and_none_are_the_kind() -> None:
    with pytest.raises(StoreError, match=r"there \(one two\)\. Is"), DATABASE.errors():
        raise psycopg.OperationalError("one\n\ttwo")
    with pytest.raises(StoreError, match=r"there \(InterfaceError\)\. Is"), DATABASE.errors():
        raise psycopg.InterfaceError


def test_what_the_serializer_does_not_read_is_another_programs() -> None:
    with pytest.raises(StoreError) as said, DATABASE.errors():
        raise NotImplementedError("Unknown serialization type: pickle")
    assert str(said.value) == (
        "postgresql://db/chats: cannot remember the chat there (Unknown serialization type: pickle). "
        "It holds what no chat of this program does: give another database."
    )
    with pytest.raises(ValueError, match="other"), DATABASE.errors():
        raise ValueError("other")
