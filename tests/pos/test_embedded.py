"""The embedded PostgreSQL does not trust files left by a crash, and touches nothing that is not its own."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pos.embedded import owner, server
from pos.embedded.owner import CannotStart
from pos.embedded.process import command_line, is_server, running_pid

NOBODY = pwd.getpwnam("nobody")
ARE_ROOT = os.geteuid() == 0
AS_ORDINARY_USER = owner.identity(NOBODY if ARE_ROOT else None)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder every user may enter; pytest's own folders are closed to the user that root switches to."""
    made = Path(tempfile.mkdtemp(prefix="pos-test-", dir="/tmp")).resolve()
    made.chmod(0o755)
    yield made
    for lock in made.rglob("*.lock"):
        if not lock.name.startswith("."):
            server.stop(lock.with_suffix(""))
    shutil.rmtree(made)


@pytest.fixture
def data(folder: Path) -> Path:
    return folder / "postgres"


def ask(data: Path, question: str) -> Any:
    folder = server.socket_directory(data)
    with psycopg.connect(host=str(folder), user="pos", dbname="pos", autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone() if cursor.description else None


def command(*arguments: str, pos_data: Path, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-B", "-m", "pos.embedded", *arguments],
        cwd=server.BASE_DIR,
        env=os.environ | {"POS_DATA": str(pos_data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def servers(data: Path) -> list[int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return [pid for pid in pids if is_server(pid, data)]


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the same user as the server, which must not be touched."""
    process = subprocess.Popen(["sleep", "600"], cwd="/", **AS_ORDINARY_USER)
    yield process
    process.kill()
    process.wait()


def test_the_server_answers_when_the_command_that_started_it_is_gone(folder: Path, data: Path) -> None:
    started = command("start", pos_data=folder)
    out, err = started.communicate()
    assert (out.strip(), err, started.returncode) == (f"postgres://pos@/pos?host={data}", "", 0)
    assert ask(data, "SELECT current_setting('data_checksums'), current_setting('fsync')") == ("on", "on")
    assert ask(data, "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'pos'") == (
        "b",
        "C.UTF-8",
    )
    assert ask(data, "SELECT current_setting('listen_addresses')") == ("",)
    assert command("stop", pos_data=folder).communicate()[0] == "Stopped: postgres.\n"
    assert servers(data) == []
    assert command("stop", pos_data=folder).communicate()[0] == "No database of ours was running.\n"


def test_a_second_start_finds_the_first(data: Path) -> None:
    server.start(data)
    first = running_pid(data)
    server.start(data)
    assert servers(data) == [first]


def test_two_starts_at_once_make_one_server(folder: Path, data: Path) -> None:
    both = [command("start", pos_data=folder) for _ in range(2)]
    said = [one.communicate() for one in both]
    assert said == [(f"postgres://pos@/pos?host={data}\n", "")] * 2
    assert len(servers(data)) == 1


def test_stale_pid_of_another_process_is_ignored(data: Path, stranger: subprocess.Popen[bytes]) -> None:
    server.start(data)
    left_behind = (data / "postmaster.pid").read_text().splitlines()
    server.stop(data)
    (data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *left_behind[1:], ""]))
    assert server.stop(data) is False
    server.start(data)
    assert ask(data, "SELECT 1") == (1,)
    assert stranger.poll() is None


def test_empty_or_truncated_pid_file_is_survived(data: Path) -> None:
    server.start(data)
    for rubbish in ("", "no pid\n", "-1\n"):
        server.stop(data)
        (data / "postmaster.pid").write_text(rubbish)
        (data / f"{server.SOCKET}.lock").write_text(rubbish)
        server.start(data)
        assert ask(data, "SELECT 1") == (1,), rubbish


def test_committed_rows_survive_a_kill(data: Path) -> None:
    server.start(data)
    ask(data, "CREATE TABLE bills AS SELECT 12.50 AS total")
    with psycopg.connect(host=str(server.socket_directory(data)), user="pos", dbname="pos"):
        os.kill(running_pid(data), signal.SIGKILL)
        server.start(data)
    assert str(ask(data, "SELECT total FROM bills")[0]) == "12.50"


def test_a_first_start_that_was_interrupted_leaves_nothing_in_the_way(data: Path) -> None:
    (data.parent / "postgres.new").mkdir()
    (data.parent / "postgres.new" / "PG_VERSION").write_text("18\n")
    server.start(data)
    assert ask(data, "SELECT 1") == (1,)


def test_path_too_long_for_a_socket_is_replaced_by_a_short_one(folder: Path) -> None:
    data = folder / ("a-folder-with-a-long-name/" * 5) / "postgres"
    assert "host=/tmp/pos-" in server.start(data)
    place = server.socket_directory(data)
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert ask(data, "SELECT 1") == (1,)
    server.stop(data)
    shutil.rmtree(place)


def test_socket_folder_made_by_somebody_else_is_refused(folder: Path) -> None:
    data = folder / ("a-folder-with-a-long-name/" * 5) / "postgres"
    place = server.socket_directory(data)
    place.mkdir(mode=0o777)
    place.chmod(0o777)
    with pytest.raises(CannotStart, match="not a private folder"):
        server.start(data)
    place.rmdir()


def test_zombie_is_not_a_running_server() -> None:
    process = subprocess.Popen(["true"])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert command_line(process.pid) == ""
    process.wait()


def test_another_folders_server_is_not_ours(data: Path) -> None:
    server.start(data)
    pid = running_pid(data)
    assert not is_server(pid, data.with_name("post"))
    assert not is_server(pid, data.with_name("postgres 2"))


def test_root_switches_to_the_folders_owner_or_nobody_others_do_not() -> None:
    assert owner.ordinary_user(ourselves=0, owner=NOBODY.pw_uid) == NOBODY
    assert owner.ordinary_user(ourselves=0, owner=0) == NOBODY
    assert owner.ordinary_user(ourselves=0, owner=2_000_000_011) == NOBODY
    assert owner.ordinary_user(ourselves=1000, owner=0) is None
    assert owner.ordinary_user(ourselves=1000, owner=1000) is None


def test_server_never_runs_as_root(data: Path) -> None:
    server.start(data)
    expected = NOBODY.pw_uid if ARE_ROOT else os.geteuid()
    assert Path(f"/proc/{running_pid(data)}").stat().st_uid == expected
    assert data.stat().st_uid == expected
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def as_ordinary_user(deed: Callable[[], object]) -> int:
    """Runs `deed` in a child process as an ordinary user; returns its exit status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        if ARE_ROOT:
            os.setgroups([])
            os.setgid(NOBODY.pw_gid)
            os.setuid(NOBODY.pw_uid)
        deed()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def test_an_ordinary_user_starts_and_stops_it(folder: Path) -> None:
    home = folder / "home"
    owner.private_folder(home, NOBODY if ARE_ROOT else None)
    assert as_ordinary_user(lambda: server.start(home / "postgres")) == 0
    assert ask(home / "postgres", "SELECT 1") == (1,)
    assert as_ordinary_user(lambda: server.stop(home / "postgres")) == 0
    assert servers(home / "postgres") == []


def test_a_folder_the_servers_user_cannot_reach_is_named(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700 if ARE_ROOT else 0o000)
    with pytest.raises(CannotStart, match=f"cannot reach {closed}"):
        owner.must_reach(NOBODY if ARE_ROOT else None, closed)
    out, err = command("start", pos_data=closed).communicate()
    assert out == ""
    assert str(closed) in err
    assert "Traceback" not in err
    closed.chmod(0o700)


def test_missing_binaries_are_explained(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "find_spec", lambda _: None)
    with pytest.raises(CannotStart, match="binaries are not installed"):
        server.start(data)


def test_a_server_that_will_not_start_says_why(data: Path) -> None:
    with pytest.raises(CannotStart, match="shared_buffers"):
        server.start(data, {"shared_buffers": "-5"})
