"""Finds the process that serves a data directory. A pid file alone proves nothing, so the process is checked."""

import subprocess
from pathlib import Path


def written_pid(data: Path) -> int:
    """The pid in postmaster.pid, which may belong to another process by now; 0 if there is none."""
    try:
        first = (data / "postmaster.pid").read_text().partition("\n")[0].strip()
    except FileNotFoundError:
        return 0
    return int(first) if first.isdecimal() else 0


def running_pid(data: Path) -> int:
    pid = written_pid(data)
    return pid if pid and is_server(pid, data) else 0


def is_server(pid: int, data: Path) -> bool:
    program, _, rest = command_line(pid).partition(" -D ")
    return Path(program).name == "postgres" and f"{rest} ".startswith(f"{data} ")


def command_line(pid: int) -> str:
    """The command line; empty for a process that is gone or a zombie."""
    if not Path("/proc/self").exists():
        listed = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return listed.stdout.strip()
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def status(data: Path) -> str:
    lines = (data / "postmaster.pid").read_text().splitlines()
    return lines[7].strip() if len(lines) > 7 else ""
