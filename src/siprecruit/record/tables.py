"""The tables of the record, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

metadata: Final = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# Keys sort by their bytes on every database, whatever its language: the head stands on that order.
KEY: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def table(name: str, *parts: sa.schema.SchemaItem, rowid: bool = False) -> sa.Table:
    """Declare a table: STRICT on SQLite, and kept in the order of its key unless it has a ``rowid``."""
    return sa.Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=rowid)


streams: Final = table(
    "streams",
    sa.Column("stream", KEY, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("owner", KEY, nullable=False),
    sa.PrimaryKeyConstraint("stream"),
    sa.CheckConstraint("version > 0", name="begun"),
    sa.Index(None, "owner"),
)
"""One row a stream: what is locked, its last version and that version's hash, and whose texts it holds."""

events: Final = table(
    "events",
    sa.Column("stream", KEY, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("kind_version", sa.Integer, nullable=False),
    sa.Column("happened_on", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("replaces", sa.Integer, nullable=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=True),
    sa.Column("hash", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("stream", "version"),
    sa.ForeignKeyConstraint(["stream"], ["streams.stream"]),
    sa.CheckConstraint("version > 0", name="counted"),
    sa.CheckConstraint("replaces < version", name="replaces_earlier"),
)
"""What has happened, for ever. ``body`` is canonical JSON without the kept fields, ``digest`` binds those."""

commands: Final = table(
    "commands",
    sa.Column("id", KEY, nullable=False),
    sa.Column("body_digest", sa.Text, nullable=False),
    sa.Column("stream", KEY, nullable=False),
    sa.Column("first_version", sa.Integer, nullable=True),
    sa.Column("last_version", sa.Integer, nullable=True),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=True),
    sa.Column("place", sa.Integer, nullable=False, server_default="0"),
    sa.PrimaryKeyConstraint("id"),
    sa.CheckConstraint("first_version <= last_version", name="in_order"),
    sa.Index(None, "recorded_at"),
    sa.Index(None, "place"),
)
"""Which commands were answered, and how: the same id gets the same answer again.

``name`` is such as ``reference.ask``; ``place`` counts them in the order of their answers, as instants don't
where the clock stands still.
"""

vault_keys: Final = table(
    "vault_keys",
    sa.Column("owner", KEY, nullable=False),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("owner"),
)
"""The key under which an owner's texts are bound to their events; it goes with the owner at erasure."""

vault: Final = table(
    "vault",
    sa.Column("stream", KEY, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("owner", KEY, nullable=False),
    sa.Column("texts", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("stream", "version"),
    sa.ForeignKeyConstraint(["stream", "version"], ["events.stream", "events.version"]),
    sa.ForeignKeyConstraint(["owner"], ["vault_keys.owner"]),
    sa.Index(None, "owner"),
    rowid=True,  # long texts in a key's own tree would make it slow to walk
)
"""What is personal or free text in an event: a JSON object by field."""

vault_files: Final = table(
    "vault_files",
    sa.Column("file", KEY, nullable=False),
    sa.Column("stream", KEY, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("file"),
    sa.UniqueConstraint("stream", "version"),
    # Whoever deletes the texts of a person deletes the files with them, and can't forget it.
    sa.ForeignKeyConstraint(["stream", "version"], ["vault.stream", "vault.version"], ondelete="CASCADE"),
    rowid=True,
)
"""The bytes of files. The digest that binds them to their event is among that event's texts."""

outbox: Final = table(
    "outbox",
    sa.Column("key", KEY, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("stream", KEY, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("due_at", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("step", sa.Integer, nullable=False, server_default="0"),
    sa.Column("provider", sa.Text, nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("begun_at_attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("lease", sa.Text, nullable=True),
    sa.Column("leased_until", sa.Text, nullable=True),
    sa.Column("handed_over_at", sa.Text, nullable=True),
    sa.Column("sent_as", KEY, nullable=True),
    sa.Column("receipt", sa.Text, nullable=True),
    sa.Column("settled_at", sa.Text, nullable=True),
    sa.PrimaryKeyConstraint("key"),
    sa.ForeignKeyConstraint(["stream", "version"], ["events.stream", "events.version"]),
    sa.Index(None, "status", "due_at"),
    sa.Index(None, "stream", "version"),
    sa.Index(None, "receipt", "provider"),
)
"""What is to be delivered because of an event: ids and a template's name, never a text or an address.

``kind`` is ``message`` (a notifier sends it), or ``request``, ``reminder`` or ``withdrawal`` (a reference
channel does). ``recipient`` is a role, a code or an id. ``step`` of a reminder is the days
since asking. ``provider`` is who has it, such as ``notifiers/file``; None until somebody has. ``attempts``
counts all, ``begun_at_attempt`` those before a person had it tried anew. ``handed_over_at`` is written just
before a provider is called that doesn't recognise a key: from then on it may have been sent. ``sent_as`` is
the key under which it goes out where that is not its own: of a digest all rows have one.

``status``: ``queued``; ``sending`` while ``lease`` holds it; ``awaiting`` an answer that is overdue at
``due_at``; ``sent``; ``recalled``; ``not_wanted`` when it was looked at again before it went out; and where a
person has to look ``refused``, ``unknown`` (it may have been sent), ``failed`` (tried too often),
``bounced``, ``overdue``; ``settled`` once they have, and it wasn't sent.
"""

attempts: Final = table(
    "attempts",
    sa.Column("key", KEY, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("plugin", sa.Text, nullable=False),
    sa.Column("began_at", sa.Text, nullable=False),
    sa.Column("took_ms", sa.Integer, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=True),
    sa.PrimaryKeyConstraint("key", "attempt", "provider"),
    sa.Index(None, "began_at"),
)
"""Who answered what, when, and how long it took. ``code`` names what was raised and where, no text."""

kept_messages: Final = table(
    "kept_messages",
    sa.Column("key", KEY, nullable=False),
    sa.Column("owner", KEY, nullable=False),
    sa.Column("texts", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("key"),
    sa.ForeignKeyConstraint(["key"], ["outbox.key"]),
    sa.ForeignKeyConstraint(["owner"], ["vault_keys.owner"]),
    sa.Index(None, "owner"),
    rowid=True,
)
"""What was sent, and why it was not, in words: a JSON object that goes with its owner at erasure."""

providers: Final = table(
    "providers",
    sa.Column("provider", KEY, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("rests_until", sa.Text, nullable=True),
    sa.Column("cursor", sa.Text, nullable=True),
    sa.PrimaryKeyConstraint("provider"),
)
"""What every deliverer must know of a provider: failures in a row, till when it rests, its cursor."""

meta: Final = table(
    "meta",
    sa.Column("key", KEY, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("key"),
)
"""What the record says of itself: whose it is, and the salt of the commands' digests."""
