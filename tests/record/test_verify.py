from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from random import Random
from string import ascii_lowercase, digits

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from siprecruit.core.events import NoteAdded
from siprecruit.record import chain
from siprecruit.record.reading import Reader
from siprecruit.record.store import Record, RecordError, open_record
from siprecruit.record.tables import commands, events, streams, vault, vault_keys
from siprecruit.record.verify import ERASURE, Verified, head, verify

Tamper = Callable[[sa.Connection, Random], str | None]
"""Changes something behind the record's back; gives the stream where it is seen, ``None``: by the head."""


@contextmanager
def behind_its_back(record: Record) -> Iterator[sa.Connection]:
    """A connection that no rule of the database holds back, and whose changes are taken back at the end."""
    engine = sa.create_engine(record._engine.url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET session_replication_role = replica")
            yield connection
            connection.rollback()
    finally:
        engine.dispose()


def any_row(connection: sa.Connection, table: sa.Table, random: Random) -> sa.Row:
    return random.choice(connection.execute(sa.select(table).order_by(*table.primary_key)).all())


def this_row(table: sa.Table, row: sa.Row) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == row._mapping[column] for column in table.primary_key))


def another(value: object, random: Random) -> object:
    """The value with one byte changed."""
    match value:
        case None:
            return random.choice(["x", 1])
        case int():
            return value + random.choice([-1, 1])
        case bytes():
            place = random.randrange(len(value))
            return value[:place] + bytes([value[place] ^ 1 << random.randrange(8)]) + value[place + 1 :]
        case str():
            place = random.randrange(len(value))
            new = random.choice([one for one in ascii_lowercase + digits if one != value[place]])
            return value[:place] + new + value[place + 1 :]


def change_a_byte(table: sa.Table) -> Tamper:
    def tamper(connection: sa.Connection, random: Random) -> str | None:
        row = any_row(connection, table, random)
        column = random.choice(list(table.c))
        new = another(row._mapping[column], random)
        connection.execute(sa.update(table).where(this_row(table, row)).values({column.name: new}))
        if table is not vault_keys:
            return row.stream
        owned = sa.select(vault.c.stream).where(vault.c.owner == row.owner).order_by(vault.c.stream)
        return connection.execute(owned).scalars().first() or row.owner

    return tamper


def delete_a_row(table: sa.Table) -> Tamper:
    def tamper(connection: sa.Connection, random: Random) -> str | None:
        row = any_row(connection, table, random)
        connection.execute(sa.delete(table).where(this_row(table, row)))
        if table is not vault_keys:
            return row.stream
        owned = sa.select(vault.c.stream).where(vault.c.owner == row.owner).order_by(vault.c.stream)
        return connection.execute(owned).scalars().first()

    return tamper


def delete_a_stream(connection: sa.Connection, random: Random) -> str | None:
    stream: str = any_row(connection, streams, random).stream
    for table in (events, vault, streams):
        connection.execute(sa.delete(table).where(table.c.stream == stream))
    return stream


def delete_a_stream_and_its_commands(connection: sa.Connection, random: Random) -> str | None:
    stream = delete_a_stream(connection, random)
    connection.execute(sa.delete(commands).where(commands.c.stream == stream))
    connection.execute(sa.delete(vault_keys).where(vault_keys.c.owner.not_in(sa.select(vault.c.owner))))
    return None


def cut_off_the_last_event(connection: sa.Connection, random: Random) -> str | None:
    """The whole list of streams is made to agree: only the command's answer remembers."""
    stream, version = any_row(connection, streams, random)[:2]
    last = (events.c.stream == stream) & (events.c.version == version)
    connection.execute(sa.delete(vault).where((vault.c.stream == stream) & (vault.c.version == version)))
    connection.execute(sa.delete(events).where(last))
    before = sa.select(events.c.hash).where((events.c.stream == stream) & (events.c.version == version - 1))
    connection.execute(
        sa.update(streams)
        .where(streams.c.stream == stream)
        .values(version=version - 1, hash=connection.execute(before).scalar_one())
    )
    return stream


def forge_another_event(connection: sa.Connection, random: Random) -> str | None:
    """An event more at the end of a stream, with all hashes as they would be: only the head tells."""
    stream, version, hashed, _ = any_row(connection, streams, random)
    words = (
        stream,
        version + 1,
        "note.added",
        1,
        "2007-05-24",
        "2007-05-24T12:00:00.000000Z",
        "x",
        "x",
        None,
    )
    forged = chain.link(hashed, (*words, "{}", None))
    connection.execute(events.insert().values((*words, "{}", None, forged)))
    connection.execute(
        sa.update(streams).where(streams.c.stream == stream).values(version=version + 1, hash=forged)
    )
    return None


def forge_the_whole_stream(connection: sa.Connection, random: Random) -> str | None:
    """A code changed in the first event and every hash after it computed anew: only the head tells."""
    stream, _, _, owner = any_row(connection, streams, random)
    rows = connection.execute(sa.select(events).where(events.c.stream == stream).order_by(events.c.version))
    hashed = chain.origin(stream, owner)
    for row in rows.all():
        columns = [*row[:7], "nobody", *row[8:-1]]
        hashed = chain.link(hashed, columns)
        connection.execute(
            sa.update(events).where(this_row(events, row)).values(by_whom="nobody", hash=hashed)
        )
    connection.execute(sa.update(streams).where(streams.c.stream == stream).values(hash=hashed))
    return None


def insert_in_the_middle(connection: sa.Connection, random: Random) -> str | None:
    row = any_row(connection, events, random)
    connection.execute(events.insert().values((row.stream, 99, *row[2:])))
    return row.stream


TAMPERINGS: list[Tamper] = [
    *(change_a_byte(table) for table in (events, events, events, streams, vault, vault_keys)),
    *(delete_a_row(table) for table in (events, streams, vault, vault_keys)),
    delete_a_stream,
    delete_a_stream_and_its_commands,
    cut_off_the_last_event,
    forge_another_event,
    forge_the_whole_stream,
    insert_in_the_middle,
]


def all_are_seen(record: Record, number: int) -> None:
    with record.reading() as reader:
        noted = head(reader)
    random = Random(2007)
    seen = 0
    with behind_its_back(record) as connection:
        assert verify(Reader(connection), noted).ok  # it is this record that is tampered with
        while seen < number:
            tamper = random.choice(TAMPERINGS)
            try:
                with connection.begin_nested() as undo:
                    where = tamper(connection, random)
                    found = verify(Reader(connection), noted)
                    undo.rollback()
            except sa.exc.DBAPIError:
                continue  # the database itself refuses a value of another type: nothing was changed
            seen += 1
            assert not found.ok
            if where is not None:
                assert where in {one.stream for one in found.broken}, (tamper, where, found.broken)
        assert verify(Reader(connection), noted).ok  # each was taken back before the next


def test_every_change_behind_the_records_back_is_seen(story):
    """A byte of an event, a text, a key or the list of streams; an event, a text or a stream that is gone."""
    all_are_seen(story, 200)


@pytest.mark.slow
def test_a_thousand_changes_are_all_seen(story):
    """As before, a thousand times."""
    all_are_seen(story, 1_000)


def test_each_column_of_an_event_is_bound(story):
    """Whatever is changed in an event, be it the first, a middle or the last one, its stream is named."""
    other = {"version": 77, "replaces": 0, "digest": "x"}
    with behind_its_back(story) as connection:
        for version in (1, 3, 5):
            where = (events.c.stream == "person/A7K4P") & (events.c.version == version)
            row = connection.execute(sa.select(events).where(where)).one()
            for column in list(row._mapping):
                new = other[column] if column in other else another(row._mapping[column], Random(1))
                with connection.begin_nested() as undo:
                    connection.execute(sa.update(events).where(where).values({column: new}))
                    found = verify(Reader(connection))
                    undo.rollback()
                assert "person/A7K4P" in {one.stream for one in found.broken}, (version, column)
        assert verify(Reader(connection)).ok


def looked_at(record: Record, against: str | None = None) -> Verified:
    with record.reading() as reader:
        return verify(reader, against)


def test_a_record_that_nobody_touched_is_whole(story):
    """The head computed from the events is the one of the list of streams; all that there is is counted."""
    with story.reading() as reader:
        noted = head(reader)
    found = looked_at(story, noted)
    assert found == Verified(ok=True, events=30, streams=6, head=noted, broken=())


def test_an_empty_record_has_a_head(record):
    """Before anything has happened there is nothing wrong, and there is a head to note."""
    found = looked_at(record)
    assert (found.ok, found.events) == (True, 0)
    assert len(found.head) == 64


def test_the_head_does_not_depend_on_who_was_first(tmp_path, commit):
    """The same events written in another order of streams give the same head."""
    heads = []
    for order in (["person/A", "person/B"], ["person/B", "person/A"]):
        record = open_record(f"sqlite:///{tmp_path / order[0][-1]}.db", create=True)
        for stream in order:
            with record.writing() as writer:
                writer.append([commit(stream, 0, NoteAdded())])
        heads.append(looked_at(record).head)
        record.close()
    assert heads[0] == heads[1]


def test_every_new_event_gives_another_head(story, tell):
    """A head that was noted earlier stands for the record of that moment alone."""
    noted = looked_at(story).head
    tell(story, "round/2007-05", 5, NoteAdded())
    found = looked_at(story, noted)
    assert [(one.stream, one.version) for one in found.broken] == [("*", None)]


def test_texts_may_go_with_their_owner(story):
    """After an erasure the texts and the key are gone by right; without one their absence is named."""

    def gone(connection: sa.Connection) -> None:
        for table in (vault, vault_keys):
            connection.execute(sa.delete(table).where(table.c.owner == "person/Q9Q9Q"))

    with behind_its_back(story) as connection:
        gone(connection)
        found = verify(Reader(connection))
        assert {(one.stream, one.reason) for one in found.broken} == {
            ("person/Q9Q9Q", "its text is missing, and nobody was erased")
        }
        assert verify(Reader(connection), erased=frozenset(["person/Q9Q9Q"])).ok
        hashed = connection.execute(
            sa.select(streams.c.hash).where(streams.c.stream == "person/Q9Q9Q")
        ).scalar()
        words = ("person/Q9Q9Q", 6, ERASURE, 1, "2008-05-24", "2008-05-24T12:00:00.000000Z", "e", "dpo", None)
        last = chain.link(hashed, (*words, "{}", None))
        connection.execute(events.insert().values((*words, "{}", None, last)))
        connection.execute(
            sa.update(streams).where(streams.c.stream == "person/Q9Q9Q").values(version=6, hash=last)
        )
        assert verify(Reader(connection)).ok


def test_a_text_that_is_no_text_any_more(tmp_path, commit):
    """A byte that breaks the encoding is named as a change, and does not end the look through the record."""
    record = open_record(f"sqlite:///{tmp_path / 'r.db'}", create=True)
    with record.writing() as writer:
        writer.append(
            [commit("person/A", 0, NoteAdded(text="x")), commit("person/B", 0, NoteAdded(text="x"))]
        )
    with behind_its_back(record) as connection:
        connection.exec_driver_sql(
            "UPDATE events SET body = CAST(x'7bff7d' AS TEXT) WHERE stream = 'person/A'"
        )
        connection.exec_driver_sql(
            "UPDATE vault SET texts = CAST(x'7bff7d' AS TEXT) WHERE stream = 'person/B'"
        )
        found = verify(Reader(connection))
    record.close()
    assert [(one.stream, one.version) for one in found.broken] == [("person/A", 1), ("person/B", 1)]


def test_bytes_changed_in_the_file_itself(tmp_path, commit):
    """Whoever edits the file with an editor is found out as well."""
    url = f"sqlite:///{tmp_path / 'r.db'}"
    record = open_record(url, create=True)
    with record.writing() as writer:
        writer.append([commit("person/A", 0, NoteAdded(text="a remarkable note"))])
    record.close()
    content = (tmp_path / "r.db").read_bytes()
    (tmp_path / "r.db").write_bytes(content.replace(b"a remarkable note", b"a remarkable nose"))
    record = open_record(url)
    found = looked_at(record)
    record.close()
    assert [(one.stream, one.version) for one in found.broken] == [("person/A", 1)]


@pytest.mark.parametrize("times", [60, pytest.param(600, marks=pytest.mark.slow)])
def test_damage_anywhere_in_the_file_is_told_in_a_sentence(tmp_path, commit, times):
    """One bit of the file turned over, wherever: what is read is whole, or somebody is told."""
    url = f"sqlite:///{tmp_path / 'r.db'}"
    record = open_record(url, create=True)
    with record.writing() as writer:
        writer.append([commit(f"person/{at}", 0, NoteAdded(text="x" * 300)) for at in range(40)])
    noted = looked_at(record)
    record.close()
    content = (tmp_path / "r.db").read_bytes()
    random, outcomes = Random(2007), set()
    for _ in range(times):
        spoilt, place = bytearray(content), random.randrange(len(content))
        spoilt[place] ^= 1 << random.randrange(8)
        (tmp_path / "r.db").write_bytes(spoilt)
        try:
            with closing(open_record(url)) as record:
                found = looked_at(record, noted.head)
        except RecordError as error:
            outcomes.add(error.code)
            continue
        assert found.ok == (found.broken == ())
        assert not found.ok or found == noted
        outcomes.add("whole" if found.ok else "broken")
    assert {"whole", "broken", "damaged"} <= outcomes


COLUMNS = st.tuples(
    st.text(), st.integers(-(2**31), 2**31), st.text(), st.none() | st.text(), st.none() | st.integers(0, 9)
)


@given(st.text(), COLUMNS, st.text(), COLUMNS)
def test_two_events_never_have_one_hash(before, one, other_before, other):
    """No two different rows are encoded alike, wherever a text ends and the next one begins."""
    same = chain.link(before, one) == chain.link(other_before, other)
    assert same == ((before, one) == (other_before, other))


@given(st.lists(st.text(alphabet="a,\"'[]\\|", max_size=4), min_size=2, max_size=4))
def test_moving_a_letter_to_the_next_column_is_seen(texts):
    """What stands at the end of one column and at the beginning of the next are two different things."""
    moved = [texts[0] + texts[1][:1], texts[1][1:], *texts[2:]]
    assert (chain.link("h", texts) == chain.link("h", moved)) == (texts == moved)
