from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from random import Random

import pytest
import sqlalchemy as sa

from siprecruit.core.corrections import Decided
from siprecruit.core.events import NoteAdded, Reversed, Voided
from siprecruit.record.reading import instant, instant_text
from siprecruit.record.statements import QUEUED, among, prepared, statements
from siprecruit.record.store import Answer, Conflict, Message, RecordError, open_record
from siprecruit.record.tables import commands, events, outbox, streams, vault, vault_files, vault_keys
from siprecruit.record.verify import head

ON = dt.date(2007, 5, 24)
NOON = dt.datetime(2007, 5, 24, 12, tzinfo=dt.UTC)


def test_what_was_recorded_is_read_back(record, tell):
    """An event comes back as it was told: its dates, who told it, what it replaces, its texts, the reason."""
    # given
    said = Decided(event=NoteAdded(text="O’Brien rang\n“soon”"), on=ON, reason="after the call")
    # when
    told = tell(record, "person/A7K4P", 0, said, Voided(event=1))
    # then
    with record.reading() as reader:
        assert reader.histories(["person/A7K4P", "person/nobody"], texts=True) == {
            "person/A7K4P": told,
            "person/nobody": [],
        }


def test_texts_are_read_only_where_they_are_asked_for(record, tell):
    """A list of dates and codes needs nobody's words: without asking, kept fields and reasons are empty."""
    tell(record, "person/A7K4P", 0, Decided(event=NoteAdded(text="private"), on=ON, reason="why"))
    with record.reading() as reader:
        (alone,) = reader.histories(["person/A7K4P"])["person/A7K4P"]
        replayed = dict(reader.replay())
        assert (alone.event, alone.reason) == (NoteAdded(text=None), None)
        assert replayed == {"person/A7K4P": [alone]}
        assert reader.texts("person/A7K4P") == {1: {"text": "private", "@reason": "why"}}


def test_no_personal_text_stands_in_an_event_or_an_answer(story):
    """Whoever is given the tables of events, streams and commands learns nobody's words."""
    with story.reading() as reader:
        for table in (events, streams, commands):
            told = repr(reader.select(sa.select(table)))
            assert "Müller" not in told
            assert "misheard" not in told


def test_an_erased_person_leaves_an_event_without_words(story):
    """After the texts and the key are deleted the event still reads, its kept fields empty."""
    with story.writing() as writer:
        writer.connection.execute(sa.delete(vault).where(vault.c.owner == "person/Q9Q9Q"))
        writer.connection.execute(sa.delete(vault_keys).where(vault_keys.c.owner == "person/Q9Q9Q"))
    with story.reading() as reader:
        history = reader.histories(["person/Q9Q9Q"], texts=True)["person/Q9Q9Q"]
    assert [one.event for one in history[:2]] == [NoteAdded(text=None)] * 2
    assert history[2].reason is None
    assert history[3].event == Reversed(event=2)


def test_the_record_as_it_was_known(story):
    """What was learnt later is not in what was known earlier."""
    with story.reading() as reader:
        known = reader.histories(["person/A7K4P"], known_at=NOON)["person/A7K4P"]
        replayed = dict(reader.replay(["person"], known_at=NOON))
    assert [one.version for one in known] == [1, 2]
    assert replayed["person/A7K4P"] == known
    assert list(replayed) == ["person/A7K4P", "person/Q9Q9Q"]


def test_a_replay_goes_through_the_streams_in_order(story):
    """Streams come sorted by their bytes on every database, each whole and once; kinds may be picked."""
    with story.reading() as reader:
        everything = dict(reader.replay())
        assert list(everything) == sorted(everything)
        assert everything == reader.histories(everything)
        assert [stream for stream, _ in reader.replay(["round", "application"])] == [
            "application/A7K4P",
            "application/B2C3D",
            "round/2007-05",
        ]


def test_who_owns_which_streams(story):
    """A person's texts may stand in several streams: the owner finds them all."""
    with story.reading() as reader:
        assert reader.owned(["person/A7K4P", "person/nobody"]) == {
            "person/A7K4P": ["application/A7K4P", "person/A7K4P"],
            "person/nobody": [],
        }


def test_the_owner_of_a_stream_is_settled_by_its_first_commit(record, tell):
    """Merging two people moves no text to another key: nothing moves house."""
    tell(record, "application/A7K4P", 0, NoteAdded(text="one"), owner="person/A7K4P")
    tell(record, "application/A7K4P", 1, NoteAdded(text="two"), owner="person/Q9Q9Q")
    with record.reading() as reader:
        assert reader.owned(["person/Q9Q9Q"]) == {"person/Q9Q9Q": []}
        assert {owner for (owner,) in reader.select(sa.select(vault.c.owner))} == {"person/A7K4P"}


def test_several_commands_for_one_stream_in_one_transaction(record, commit):
    """In a bulk each command stands on the one before it."""
    with record.writing() as writer:
        told = writer.append([commit("person/A7K4P", at, NoteAdded(text=str(at))) for at in range(5)])
    assert [one.version for one in told] == [1, 2, 3, 4, 5]
    with record.reading() as reader:
        assert reader.versions(["person/A7K4P", "person/nobody"]) == {"person/A7K4P": 5, "person/nobody": 0}


def test_a_decision_on_an_old_state_is_no_decision(record, commit, tell):
    """Who decided on version 0 while another recorded version 1 has to look again; nothing of it stays."""
    tell(record, "person/A7K4P", 0, NoteAdded())
    with pytest.raises(Conflict), record.writing() as writer:
        writer.append([commit("person/B2C3D", 0, NoteAdded()), commit("person/A7K4P", 0, NoteAdded())])
    with record.reading() as reader:
        assert reader.versions(["person/A7K4P", "person/B2C3D"]) == {"person/A7K4P": 1, "person/B2C3D": 0}


def test_nothing_of_a_transaction_that_failed_is_seen(record, commit):
    """Half of nothing is visible: an exception takes back everything since the transaction began."""
    with pytest.raises(ValueError, match="not an id"), record.writing() as writer:  # noqa: PT012 - both belong in it
        writer.append([commit("person/A7K4P", 0, NoteAdded(text="x"))])
        writer.append([commit("person/B2C3D", 0, NoteAdded(), by="a sentence, no id")])
    with record.reading() as reader:
        assert list(reader.replay()) == []
        assert reader.select(sa.select(vault_keys)) == []


def test_a_command_is_answered_once(record):
    """The same id gets its first answer again; a second answer to it is refused."""
    answer = Answer(id="c1", body_digest="d", stream="person/A", answer={"outcome": "done"}, recorded_at=NOON)
    with record.writing() as writer:
        writer.answer_all([answer])
    with pytest.raises(Conflict), record.writing() as writer:
        writer.answer_all([answer])
    with record.reading() as reader:
        assert reader.answer("c1") == answer
        assert reader.answers(["c1", "c2"]) == {"c1": answer}
        assert reader.answer("c2") is None


def message(key: str, version: int) -> Message:
    return Message(
        key=key,
        kind="notify",
        template="response.acknowledged",
        stream="person/A7K4P",
        version=version,
        recipient="A7K4P",
        due_at=NOON,
        created_at=NOON,
    )


def test_a_message_of_an_event_that_was_put_right_is_recalled(record, tell):
    """What has not been sent and belongs to an event that never was so is taken back, no other."""
    tell(record, "person/A7K4P", 0, NoteAdded(), NoteAdded())
    with record.writing() as writer:
        writer.queue([message("a", 1), message("b", 2)])
        taken = [writer.recall("person/A7K4P", [1]), writer.recall("person/A7K4P", [1])]
    assert taken == [1, 0]
    with record.reading() as reader:
        found = reader.select(sa.select(outbox.c.key, outbox.c.status).order_by(outbox.c.key))
    assert [tuple(row) for row in found] == [("a", "recalled"), ("b", "queued")]


def test_a_message_stands_in_the_outbox_once(record, tell):
    """Its key is unique: the same message can't be queued twice."""
    tell(record, "person/A7K4P", 0, NoteAdded())
    with pytest.raises(Conflict), record.writing() as writer:
        writer.queue([message("a", 1), message("a", 1)])


@pytest.mark.parametrize("name", ["stream", "owner", "command", "by"])
def test_an_envelope_names_and_does_not_tell(record, commit, name):
    """A sentence in the place of an id would stay in the record for ever: it is refused."""
    values = {"stream": "person/A7K4P", name: "Mrs Müller has moved house"}
    with pytest.raises(ValueError, match="not an id"), record.writing() as writer:
        writer.append([commit(values.pop("stream"), 0, NoteAdded(), **values)])


@pytest.mark.parametrize("begun", [True, False], ids=["begun", "new"])
def test_a_locked_stream_waits_also_for_one_that_is_not_begun(record, database_url, tell, begun):
    """While one writer holds a stream that another wants, the other waits and gives up in a sentence."""
    if begun:
        tell(record, "person/A7K4P", 0, NoteAdded())
    other = open_record(database_url, patience=0.2)
    with record.writing() as writer:
        assert writer.lock(["person/A7K4P", "round/2007-05"]) == {
            "person/A7K4P": int(begun),
            "round/2007-05": 0,
        }
        with pytest.raises(RecordError) as refused, other.writing() as second:
            second.lock(["person/A7K4P"])
    other.close()
    assert refused.value.code == "locked"


def test_of_two_who_decide_at_once_one_looks_again(record, database_url, commit):
    """Eight writers at once on one stream: each version is written by exactly one of them."""
    barrier, outcomes = threading.Barrier(8), []

    def write(number: int) -> None:
        mine = open_record(database_url)
        barrier.wait()
        try:
            with mine.writing() as writer:
                writer.lock(["person/A7K4P"])
                writer.append([commit("person/A7K4P", 0, NoteAdded(text="x"), command=f"c{number}")])
            outcomes.append("done")
        except Conflict:
            outcomes.append("again")
        mine.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["again"] * 7 + ["done"]
    with record.reading() as reader:
        assert reader.versions(["person/A7K4P"]) == {"person/A7K4P": 1}


@pytest.mark.postgres
def test_without_a_lock_the_unique_version_still_holds(postgres_database, commit):
    """Also where a writer forgot to lock, two events never stand at one place in a stream."""
    record = open_record(postgres_database, create=True)
    barrier, outcomes = threading.Barrier(4), []

    def write(number: int) -> None:
        try:
            with record.writing() as writer:
                writer._heads["person/A7K4P"] = None
                barrier.wait()
                writer.append([commit("person/A7K4P", 0, NoteAdded(text="x"), command=f"c{number}")])
            outcomes.append("done")
        except Conflict:
            outcomes.append("again")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record.close()
    assert sorted(outcomes) == ["again"] * 3 + ["done"]


def test_a_reader_sees_one_state_throughout(record, tell):
    """Two questions of one reader are answered from the same record, whatever is written in between."""
    tell(record, "person/A7K4P", 0, NoteAdded())
    with record.reading() as reader:
        before = reader.versions(["person/A7K4P"])
        tell(record, "person/A7K4P", 1, NoteAdded())
        assert reader.versions(["person/A7K4P"]) == before


def test_the_same_record_again_from_the_same_randomness(tmp_path, commit):
    """A demo is the same every time: keys and salt come from the randomness that is given."""
    found = []
    for name in ("one", "two"):
        record = open_record(f"sqlite:///{tmp_path / name}.db", create=True, entropy=Random(1).randbytes)
        with record.writing() as writer:
            writer.append([commit("person/A7K4P", 0, NoteAdded(text="x"))])
            found.append((record.salt, [tuple(row) for row in writer.select(sa.select(events))]))
        record.close()
    assert found[0] == found[1]


def test_instants_sort_as_text():
    """An instant is written in UTC with a fixed width, so that comparing texts compares times."""
    east = dt.timezone(dt.timedelta(hours=1))
    assert instant_text(dt.datetime(2007, 5, 24, 12, 0, tzinfo=east)) == "2007-05-24T11:00:00.000000Z"
    assert instant(instant_text(NOON)) == NOON
    with pytest.raises(ValueError, match="time zone"):
        instant_text(dt.datetime(2007, 5, 24))  # noqa: DTZ001 - the fault that is meant


@pytest.mark.parametrize("names", [[], ["person/A7K4P"], {"person/A7K4P", "round/2007-05", "person/nobody"}])
def test_a_prepared_statement_takes_any_number_of_values(story, names):
    """One statement asks for none, one or many by their names: it is turned into the driver's words once."""
    wanted = sa.select(streams.c.stream).where(among(streams.c.stream, "names", story.dialect))
    statement = prepared(wanted.order_by(streams.c.stream), story.dialect)
    with story.reading() as reader:
        found = [stream for (stream,) in reader.rows(statement, names=names)]
    assert found == sorted(set(names) - {"person/nobody"})


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_rows_are_written_in_the_order_of_the_columns(dialect):
    """A row is given as a plain tuple: each statement takes it in the order of the table."""
    words = statements(dialect)
    pairs = [
        (words.add_event, events),
        (words.put_stream, streams),
        (words.add_key, vault_keys),
        (words.add_texts, vault),
        (words.add_file, vault_files),
    ]
    for statement, table in pairs:
        assert list(statement.order) == list(table.c.keys())
    # What becomes of a message is not known when it is queued.
    assert list(words.add_message.order) == list(QUEUED) == list(outbox.c.keys())[: len(QUEUED)]
    # Each command gets its place where it is written.
    assert [*words.add_command.order, "place"] == list(commands.c.keys())


def test_sqlite_keeps_what_was_acknowledged(tmp_path):
    """A commit is on the disk when it returns (FULL), readers wait for no writer (WAL), nothing dangles."""
    record = open_record(f"sqlite:///{tmp_path / 'r.db'}", create=True)
    with record.reading() as reader:
        asked = [
            reader.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    record.close()
    assert asked == ["wal", 2, 1]


def test_sqlite_checks_the_type_of_every_value(tmp_path):
    """Tables are STRICT: a blob in a text column is refused by the database itself."""
    record = open_record(f"sqlite:///{tmp_path / 'r.db'}", create=True)
    record.close()
    with pytest.raises(sqlite3.IntegrityError), sqlite3.connect(tmp_path / "r.db") as raw:
        raw.execute("INSERT INTO meta VALUES ('x', x'00')")
    raw.close()


def test_nothing_stays_of_a_rehearsal(story, tell):
    """What is written in a rehearsal is read there, batch after batch; afterwards the record is as it was."""
    with story.reading() as reader:
        before, events_before = head(reader), dict(reader.replay())
    with story.rehearsing() as rehearsal:
        tell(rehearsal, "person/A7K4P", 5, NoteAdded(text="by telephone"))
        with pytest.raises(Conflict):
            tell(rehearsal, "person/A7K4P", 5, NoteAdded(text="seen before that"))
        tell(rehearsal, "person/A7K4P", 6, NoteAdded(text="and by letter"))
        with rehearsal.reading() as reader:
            assert len(reader.histories(["person/A7K4P"])["person/A7K4P"]) == 7
            assert head(reader) != before
    with story.reading() as reader:
        assert (head(reader), dict(reader.replay())) == (before, events_before)
    tell(story, "person/A7K4P", 5, NoteAdded(text="in earnest"))
