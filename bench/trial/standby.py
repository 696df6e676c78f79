"""A streaming standby of the trial's cluster, made by pg_basebackup: synchronous or not."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg

from bench.trial.cluster import Cluster
from pos.embedded import server
from pos.embedded.owner import identity, owner_of, private_folder

NAME = "second"
SENDER = "SELECT pid FROM pg_stat_replication WHERE application_name = %s"
SYNC_STATE = "SELECT sync_state FROM pg_stat_replication WHERE application_name = %s AND state = 'streaming'"


class Standby:
    def __init__(self, primary: Cluster, data: Path) -> None:
        self.primary, self.data = primary, data.resolve()
        self.folder = server.socket_directory(self.data)
        self.running: subprocess.Popen[bytes] | None = None
        self.sender = 0

    def make(self) -> None:
        """Copies the primary while it runs, and follows it from then on."""
        shutil.rmtree(self.data, ignore_errors=True)
        owner = owner_of(self.data)
        private_folder(self.data, owner)
        if self.folder != self.data:
            private_folder(self.folder, owner)
        options: Any = {"cwd": "/", **identity(owner)}
        from_primary = str(server.socket_directory(self.primary.data))
        copy = [str(server.binaries() / "pg_basebackup"), "-D", str(self.data), "-h", from_primary, "-U", server.OWNER]
        subprocess.run([*copy, "-R", "--checkpoint=fast"], check=True, stderr=subprocess.DEVNULL, **options)
        for left in (f"{server.SOCKET}.lock", ".handle_pids.json", "postmaster.pid"):
            (self.data / left).unlink(missing_ok=True)
        primary = f"host={from_primary} user={server.OWNER} application_name={NAME}"
        settings = server.DURABLE | {"primary_conninfo": primary}
        spelled = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(server.binaries() / "postgres"), "-D", str(self.data), "-k", str(self.folder), *spelled]
        with server.log_of(self.data).open("ab") as log:
            self.running = subprocess.Popen(command, stdout=log, stderr=log, **options)
        server.wait_until(lambda: self.state() != "", f"The standby does not follow; see {server.log_of(self.data)}.")

    def state(self) -> str:
        """The primary's view of the standby: `sync`, `async` or nothing."""
        found = self.primary.ask(SYNC_STATE, [NAME])
        return str(found[0][0]) if found else ""

    def make_synchronous(self) -> None:
        """Makes commits wait until the standby has them on its disk too."""
        self.primary.ask(f"ALTER SYSTEM SET synchronous_standby_names = '{NAME}'")
        self.primary.ask("SELECT pg_reload_conf()")
        server.wait_until(lambda: self.state() == "sync", "The standby does not become synchronous.")

    def cut_off(self) -> None:
        """Cuts the connection to the standby: later writes of the primary never arrive."""
        self.sender = int(self.primary.ask(SENDER, [NAME])[0][0])
        os.kill(self.sender, signal.SIGSTOP)

    def bury_the_sender(self) -> None:
        """A stopped process does not notice that its postmaster is gone."""
        if self.sender:
            os.kill(self.sender, signal.SIGKILL)

    def promote(self) -> float:
        """Promotes it; returns the seconds until it accepts writes."""
        begun = time.monotonic()
        with self.connected() as connection:
            connection.execute("SELECT pg_promote(true, 60)")
        server.wait_until(self.takes_writes, "The standby was not promoted.")
        return time.monotonic() - begun

    def takes_writes(self) -> bool:
        with self.connected() as connection:
            found = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        return found == (False,)

    def connected(self) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.folder), user=server.OWNER, dbname="pos", autocommit=True)

    def end(self) -> None:
        if self.running:
            self.running.send_signal(signal.SIGINT)
            try:
                self.running.wait(30)
            except subprocess.TimeoutExpired:
                self.running.kill()
                self.running.wait()
        shutil.rmtree(self.data, ignore_errors=True)
