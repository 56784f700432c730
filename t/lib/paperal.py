"""An instance of Paperal for tests and measurements, and a small client.

Used by t/bench and t/faults.  The instance is build/paperal-local on a free
port of 127.0.0.1 with its data in a temporary folder; it is stopped by its
process id and leaves nothing behind.
"""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.path.abspath(os.environ.get("BUILD", os.path.join(ROOT, "build")))
PGBIN = os.environ.get("PGBIN", "/usr/lib/postgresql/15/bin")
PASSWORD = "a long phrase for tests 1"


class Failure(Exception):
    """What was expected did not happen."""


class Unavailable(Failure):
    """503: the service asked to come back later."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, check, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = check()
        if value:
            return value
        time.sleep(0.02)
    raise Failure("gave up waiting for " + what)


def stop(process, seconds=20):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Api:
    """Calls of one user; every call is a connection of its own."""

    def __init__(self, port):
        self.port = port
        self.token = None

    def call(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        if isinstance(body, dict):
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=120)
        try:
            connection.request(method, "/api/v1" + path, body, headers)
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        if response.status == 503:
            raise Unavailable("%s %s: 503" % (method, path))
        if response.status >= 400:
            raise Failure("%s %s: %d %s" % (
                method, path, response.status, data[:300]))
        return json.loads(data)["data"] if data else None

    def register(self, email):
        data = self.call("POST", "/auth/register", {
            "email": email, "password": PASSWORD, "name": "Test"})
        self.token = data["access_token"]
        return data

    def upload(self, pdf, name, analyze=False):
        return self.call("POST", "/papers" + ("?analyze=true" * analyze), pdf,
                         {"Content-Type": "application/pdf",
                          "X-Paperal-Filename": name})


class Instance:
    """An own Paperal on a free port with its data in a temporary folder.

    more: variables of its environment; they may be changed before start()."""

    def __init__(self, **more):
        self.more = more
        self.port = free_port()
        self.var = tempfile.mkdtemp(prefix="paperal-test-")
        self.start()

    def start(self):
        env = dict(os.environ, PAPERAL_PORT=str(self.port),
                   PAPERAL_VAR=self.var, **self.more)
        for name in ("DB_HOST", "REDIS_HOST"):
            env.pop(name, None)
        self.log = open(os.path.join(self.var, "instance.log"), "ab")
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "paperal-local")], env=env, cwd=ROOT,
            stdout=self.log, stderr=self.log)
        wait_for("the instance", self.ready)
        self.env = self.read_env()

    def ready(self):
        if self.process.poll() is not None:
            raise Failure("the instance ended: " + self.log_tail())
        try:
            c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            c.request("GET", "/health/ready")
            return c.getresponse().status == 200
        except OSError:
            return False

    def log_tail(self):
        with open(self.log.name, errors="replace") as f:
            return f.read()[-500:]

    def read_env(self):
        env = {}
        with open(os.path.join(self.var, "run", "local.env")) as f:
            for line in f:
                m = re.match(r"(?:export )?([A-Z_0-9]+)=[\"']?(.*?)[\"']?$",
                             line.strip())
                if m:
                    env[m.group(1)] = m.group(2)
        return env

    def psql(self, sql, user="paperal_owner"):
        out = subprocess.run(
            [PGBIN + "/psql", "-h", self.env["DB_HOST"], "-U", user, "-d", self.env["DB_NAME"], "-qAtc", sql],
            check=True, capture_output=True, text=True)
        return out.stdout.strip()

    def nginx_workers(self):
        with open(os.path.join(self.var, "run", "nginx.pid")) as f:
            master = f.read().strip()
        out = subprocess.run(["ps", "-o", "pid=", "--ppid", master],
                             capture_output=True, text=True)
        return [int(pid) for pid in out.stdout.split()]

    def waiting(self):
        """How many sessions of the database wait for a lock now."""
        return int(self.psql(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type ="
            " 'Lock'", "postgres"))

    def kill(self):
        """SIGKILL to the supervisor and all that it started."""
        tree = [self.process.pid]
        for pid in tree:
            out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)],
                                 capture_output=True, text=True)
            tree += [int(child) for child in out.stdout.split()]
        for pid in tree:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()

    def forget_logs(self):
        """Empties the logs, so that a line is told once."""
        for folder, _, names in os.walk(self.var, followlinks=True):
            for name in names:
                if name.endswith(".log"):
                    os.truncate(os.path.join(folder, name), 0)

    def close(self):
        stop(self.process)
        self.log.close()
        state = os.path.join(self.var, "state")
        if os.path.islink(state):
            shutil.rmtree(os.path.realpath(state), ignore_errors=True)
        shutil.rmtree(self.var, ignore_errors=True)
