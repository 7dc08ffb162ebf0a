from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, create_engine
from sqlalchemy.exc import StatementError

from crash_knowledge.store.types import UtcDateTime, clean_text, plain_json

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
AFTER_ALL = datetime.fromisoformat("9998-12-31")
BEFORE_ALL = datetime.fromisoformat("0002-01-01")
INSTANTS = st.datetimes(BEFORE_ALL, AFTER_ALL, timezones=ZONES)

ENGINE = create_engine("sqlite://")
MOMENTS = Table("moments", MetaData(), Column("at", UtcDateTime))
MOMENTS.metadata.create_all(ENGINE)


@given(INSTANTS)
def test_an_instant_comes_back_as_the_same_instant_in_utc(instant: datetime) -> None:
    with ENGINE.connect() as connection:
        connection.execute(MOMENTS.insert().values(at=instant))
        back = connection.execute(MOMENTS.select()).scalar_one()
    assert back == instant
    assert back.tzinfo is UTC


@given(INSTANTS, INSTANTS)
def test_the_database_orders_instants_as_time_does(one: datetime, other: datetime) -> None:
    with ENGINE.connect() as connection:
        connection.execute(MOMENTS.insert(), [{"at": one}, {"at": other}])
        ordered = connection.execute(MOMENTS.select().order_by(MOMENTS.c.at)).scalars().all()
    assert ordered == sorted([one, other])


def test_a_naive_datetime_is_refused() -> None:
    with ENGINE.connect() as connection, pytest.raises(StatementError, match="needs a time zone"):
        connection.execute(MOMENTS.insert().values(at=datetime(2024, 4, 2)))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "stored"),
    [("", ""), ("a\x00b", "a\ufffdb"), ("\ud800", "\ufffd"), ("x\udfffy", "x\ufffdy"), ("é 😀 \x01\n", "é 😀 \x01\n")],
)
def test_only_what_databases_refuse_is_replaced(text: str, stored: str) -> None:
    assert clean_text(text) == stored


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_plain_json_is_valid_json_and_stays_the_same_when_repeated(value: object) -> None:
    plain = plain_json(value)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain_json(plain) == plain


def test_plain_json_takes_tuples_and_sets_and_drops_numbers_json_has_not() -> None:
    assert plain_json({"a": (1, {"c", "b"}), 2: math.nan, "d": -math.inf}) == {
        "a": [1, ["b", "c"]],
        "2": None,
        "d": None,
    }


def test_plain_json_refuses_objects() -> None:
    with pytest.raises(TypeError, match="cannot hold a object"):
        plain_json({"a": object()})
