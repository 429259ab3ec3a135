"""A real PostgreSQL for tests, from the distribution's package: its own data, port and user, and password logins."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from support.processes import HANG_SECONDS

USER, PASSWORD = "keeper", "a password-with/odd@signs%"
ENCODED_PASSWORD = "a%20password-with%2Fodd%40signs%25"
_NOBODY = "nobody"
_MEMORY_DISK = Path("/dev/shm")
# Nothing that a test keeps has to survive a power cut.
_SETTINGS = "-c fsync=off -c full_page_writes=off -c max_connections=120 -c unix_socket_directories=''"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server that runs; each test has a database of its own in it."""

    programs: Path
    data: Path
    port: int

    def address(self, database: str = "postgres", user: str = USER, password: str = ENCODED_PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database and return its name."""
        name = f"chats_{uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def run(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the server's owner, and return the rows of it."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        self._control("start", "-o", f"-h 127.0.0.1 -p {self.port} {_SETTINGS}", "-l", str(self.data / "log"))

    def stop(self) -> None:
        """Stop as a restart does: who is connected is cut off."""
        self._control("stop", "-m", "fast")

    def kill(self) -> None:
        """Stop as a crash does."""
        self._control("stop", "-m", "immediate")

    def processes_of(self, database: str) -> list[int]:
        """Return the processes of the server that serve a database now."""
        return [int(str(pid)) for (pid,) in self.run(f"SELECT pid FROM pg_stat_activity WHERE datname = '{database}'")]

    def _control(self, *arguments: str) -> None:
        command = [self.programs / "pg_ctl", "-w", "-s", "-D", self.data, *arguments]
        subprocess.run(
            command, check=True, timeout=HANG_SECONDS, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **_as_nobody()
        )


@contextmanager
def running_postgres(programs: Path, port: int) -> Iterator[Postgres]:
    """Make and start a server in a folder of its own, and take both away after the block."""
    disk = _MEMORY_DISK if os.access(_MEMORY_DISK, os.W_OK) else None
    # Not below pytest's folder, which is its owner's alone: as root, the server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=disk))
    server = Postgres(programs, folder / "data", port)
    if _is_root():
        shutil.chown(folder, _NOBODY)
    guard = _guard(server, folder)
    try:
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        if _is_root():
            shutil.chown(folder / "password", _NOBODY)
        made = [programs / "initdb", "-D", server.data, "-U", USER, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"]
        subprocess.run(
            [*made, "--no-sync", f"--pwfile={folder / 'password'}"],
            check=True,
            timeout=HANG_SECONDS,
            capture_output=True,
            **_as_nobody(),
        )
        server.start()
        yield server
    finally:
        guard.communicate(timeout=HANG_SECONDS)


def _guard(server: Postgres, folder: Path) -> "subprocess.Popen[bytes]":
    """Start what takes server and folder away when its input ends: also where the tests are killed."""
    script = 'cat >/dev/null; "$0" stop -s -m immediate -D "$1"; rm -rf "$2"'
    command = ["sh", "-c", script, server.programs / "pg_ctl", server.data, folder]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, **_as_nobody()
    )


@contextmanager
def paused(processes: list[int]) -> Iterator[None]:
    """Let processes of the server hang: the network takes what is sent to them, and no answer comes."""
    for one in processes:
        os.kill(one, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in processes:
            os.kill(one, signal.SIGCONT)


def postgres_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, None where PostgreSQL is not installed."""
    on_path = shutil.which("initdb")
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    places = [Path(os.environ.get("POSTGRES_BINARIES", "/nowhere")), *([Path(on_path).parent] if on_path else [])]
    return next((place for place in (*places, *versions[::-1]) if (place / "initdb").is_file()), None)


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _as_nobody() -> dict[str, object]:
    return {"user": _NOBODY, "group": "nogroup", "extra_groups": [], "cwd": "/"} if _is_root() else {}
