import os
from pathlib import Path

from environ import Env

Env.read_env(Path(__file__).with_name(".env"))
bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
worker_class = "pos.web.worker.GuardedThreads"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
sendfile = False  # it would hold a thread for a client that reads slowly
control_socket_disable = True  # it would lie in the home folder, one for every shop of this user
