"""A PostgreSQL for the tests: the one that is named, or a throw-away one of our own.

`SIPRECRUIT_TEST_POSTGRES_URL` names a server on which databases may be made, as
`postgresql+psycopg://user:password@127.0.0.1:5432/postgres`. Without it a private server is started from the
programs on the machine, in a temporary folder, on a socket that nobody else can open, and ended with the
tests. Where neither can be had the tests are skipped, unless `SIPRECRUIT_TEST_REQUIRE` holds the word
`postgres`: then they fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
import sqlalchemy as sa

SECONDS_TO_START = 60.0
SUPERUSER = "siprecruit_test"
# Ends the server and its folder when our end of its standard input closes: also when the tests were killed.
SERVE = (
    'folder=$1; shift; "$@" & server=$!; cat > /dev/null; kill -INT $server; wait $server; rm -rf "$folder"'
)
# Nothing in a throw-away cluster outlives the machine's power; `durable` keeps what a real one promises.
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
SPARE = ("-c", "shared_buffers=32MB", "-c", "max_connections=60", "-c", "listen_addresses=")


class NoPostgres(Exception):  # noqa: N818
    """There is no PostgreSQL to test on; the text says why."""


def programs() -> Path:
    """The folder that holds `initdb` and `postgres`: of the path, else the newest where Debian keeps them."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(versions, key=lambda place: [int(n) for n in place.parent.name.split(".")], reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise NoPostgres("no PostgreSQL: set SIPRECRUIT_TEST_POSTGRES_URL")


def unprivileged() -> dict[str, Any]:
    """How to start a program of PostgreSQL: as somebody else where we are root, which it refuses."""
    if os.geteuid() != 0:
        return {}
    import pwd  # Windows has none, and no root either

    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    person = known.get("postgres") or known.get("nobody")
    if person is None:
        raise NoPostgres("no PostgreSQL: it does not run as root and there is no user postgres or nobody")
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


def initialise(folder: Path, who: dict[str, Any]) -> None:
    """Make an empty cluster in `folder`/cluster."""
    words = ["--no-sync", "--auth=trust", f"--username={SUPERUSER}", "--encoding=UTF8", "--locale=C"]
    made = subprocess.run(
        [programs() / "initdb", *words, f"--pgdata={folder / 'cluster'}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        **who,
    )
    if made.returncode:
        raise NoPostgres(f"no PostgreSQL: initdb said {made.stderr.strip()!r}")


def wait_until_it_answers(url: sa.URL, log: Path) -> None:
    """Return when the server takes connections."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    give_up = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            if time.monotonic() > give_up:
                raise NoPostgres(f"no PostgreSQL: it did not start, {log.read_text()[-500:]!r}") from None
            time.sleep(0.05)
        else:
            return


@contextmanager
def private_server(*, durable: bool) -> Iterator[sa.URL]:
    """A server of our own for as long as the block lasts; what it says goes to a file beside its cluster."""
    programs()
    who = unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="siprecruit-pg-"))
    if who:
        os.chown(folder, who["user"], who["group"])
    try:
        initialise(folder, who)
        options = [*SPARE, *(() if durable else FAST), "-c", f"unix_socket_directories={folder}"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [
                    "sh",
                    "-c",
                    SERVE,
                    "sh",
                    folder,
                    programs() / "postgres",
                    "-D",
                    folder / "cluster",
                    *options,
                ],
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C is for the tests, which then end the server
                **who,
            )
        try:
            url = sa.URL.create(
                "postgresql+psycopg", username=SUPERUSER, database="postgres", query={"host": str(folder)}
            )
            wait_until_it_answers(url, folder / "log")
            yield url
        finally:
            server.communicate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


EMPTIED: dict[str, list[str]] = {}
"""By server the databases that were emptied for the next test: to make one takes ten times longer."""


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """The URL of an empty database, emptied at the end; whoever is still connected is thrown out."""
    emptied = EMPTIED.setdefault(server, [])
    if not emptied:
        emptied.append(f"siprecruit_{uuid.uuid4().hex}")
        run_on(server, f"CREATE DATABASE {emptied[-1]} TEMPLATE template0")
    name = emptied.pop()
    url = sa.make_url(server).set(database=name)
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        run_on(url, END_OTHERS, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        emptied.append(name)


END_OTHERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def run_on(server: str | sa.URL, *statements: str) -> None:
    """Run statements on a server, each on its own."""
    engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def drop_emptied(server: str) -> None:
    """Leave no database behind."""
    run_on(server, *(f"DROP DATABASE {name} WITH (FORCE)" for name in EMPTIED.pop(server, ())))


def go_without(reason: str) -> NoReturn:
    """Skip, or fail where PostgreSQL is required."""
    if "postgres" in os.environ.get("SIPRECRUIT_TEST_REQUIRE", ""):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def server(*, durable: bool) -> Iterator[str]:
    """The URL of the server that is named, else of a private one."""
    if named := os.environ.get("SIPRECRUIT_TEST_POSTGRES_URL"):
        try:
            yield named
        finally:
            drop_emptied(named)
        return
    try:
        with private_server(durable=durable) as url:
            yield url.render_as_string(hide_password=False)
    except NoPostgres as missing:
        go_without(str(missing))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a server on which a test may make databases."""
    with server(durable=False) as url:
        yield url


@pytest.fixture(scope="session")
def durable_postgres_url() -> Iterator[str]:
    """As `postgres_url`, with fsync on: for tests that end processes with SIGKILL."""
    with server(durable=True) as url:
        yield url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The URL of an empty database, dropped after the test."""
    with fresh_database(postgres_url) as url:
        yield url


@pytest.fixture
def durable_postgres_database(durable_postgres_url: str) -> Iterator[str]:
    """As `postgres_database`, on the server with fsync on."""
    with fresh_database(durable_postgres_url) as url:
        yield url


@pytest.fixture
def new_postgres_database(postgres_url: str) -> Iterator[Callable[[], str]]:
    """A function that makes one more empty database: for properties that need one an example."""
    opened = []

    def make() -> str:
        database = fresh_database(postgres_url)
        opened.append(database)
        return database.__enter__()

    yield make
    for database in reversed(opened):
        database.__exit__(None, None, None)
