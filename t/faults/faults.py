#!/usr/bin/env python3
"""What happens when things break: TAP for prove.

Each fault runs against a real instance (t/lib/paperal.py): PostgreSQL, Redis,
nginx and the worker are killed, the disk fills up, clients leave, nginx is
reloaded under work.  After each one the service must be alive, nothing that
was accepted may be lost, and error.log may hold no [alert], [crit] or [emerg].

usage: faults.py [NAME...]      only the faults whose name contains a NAME
"""

import glob
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from paperal import PGBIN, ROOT, Api, Failure, Instance, Unavailable, wait_for  # noqa

STAGES = ("paper_profile technical_feasibility market_opportunities"
          " competition intellectual_property business_model"
          " implementation_path resource_requirements risks swot"
          " executive_summary").split()
MAX_PDF = 50 * 1048576


class Pdfs:
    """The small files of t/pdf, each upload made distinct by a comment."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="paperal-pdf-")
        subprocess.run([os.path.join(ROOT, "t", "pdf", "make-pdfs"),
                        self.folder.name], check=True,
                       stdout=subprocess.DEVNULL)
        self.count = 0

    def read(self, name):
        with open(os.path.join(self.folder.name, name + ".pdf"), "rb") as f:
            return f.read()

    def fresh(self, name="one-page-en"):
        self.count += 1
        return self.read(name) + b"\n%% %d\n" % self.count


def request(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def check(condition, what):
    if not condition:
        raise Failure(what)


def check_equal(what, got, expected):
    check(got == expected, "%s: got %r, expected %r" % (what, got, expected))


def pid_of(instance, name):
    with open(os.path.join(instance.var, "run", name + ".pid")) as f:
        return int(f.read().split()[0])


def children(pid):
    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)],
                         capture_output=True, text=True)
    return [int(p) for p in out.stdout.split()]


def kill_child(instance, name):
    """SIGKILL; returns when the supervisor has started another one."""
    old = pid_of(instance, name)
    os.kill(old, signal.SIGKILL)
    return old


def wait_new_pid(instance, name, old):
    def new():
        try:
            return pid_of(instance, name) != old
        except (OSError, ValueError, IndexError):
            return False
    wait_for("a new " + name, new, 30)


def wait_status(api, path, statuses, seconds=90):
    def reached():
        try:
            state = api.call("GET", path)
        except Unavailable:
            return None
        return state if state["status"] in statuses else None
    return wait_for("%s to be %s" % (path, "/".join(statuses)), reached,
                    seconds)


def analyze(api, pdf, name="paper.pdf"):
    paper = api.upload(pdf, name)
    started = api.call("POST", "/papers/%s/analysis" % paper["id"], {})
    return paper["id"], started["analysis_id"]


class Lock:
    """A psql session that holds row locks until it is released."""

    def __init__(self, instance, sql):
        self.process = subprocess.Popen(
            [PGBIN + "/psql", "-h", instance.env["DB_HOST"], "-U",
             "paperal_owner", "-d", instance.env["DB_NAME"], "-qAt"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write("BEGIN;\n%s;\nSELECT 'locked';\n" % sql)
        self.process.stdin.flush()
        while True:
            line = self.process.stdout.readline()
            check(line != "", "the lock could not be taken")
            if line.strip() == "locked":
                break

    def release(self):
        if self.process.poll() is None:
            self.process.stdin.write("ROLLBACK;\n\\q\n")
            self.process.stdin.close()
            self.process.wait(10)


class Stream:
    """An event stream, read by a thread of its own."""

    def __init__(self, port, token, path):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.socket.sendall((
            "GET /api/v1%s HTTP/1.1\r\nHost: localhost\r\n"
            "Authorization: Bearer %s\r\n\r\n" % (path, token)).encode())
        self.text = ""
        self.ended = False
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        try:
            while True:
                data = self.socket.recv(65536)
                if not data:
                    break
                self.text += data.decode("utf-8", "replace")
        except OSError:
            pass
        self.ended = True

    def wait(self, text, seconds=30):
        wait_for("%r in the stream" % text, lambda: text in self.text,
                 seconds)

    def close(self):
        """shutdown() too: a close() waits for the thread's recv()."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()


def fault_bad_files(instance, api, pdfs):
    """every bad file ends in its class, the service lives"""
    refused = {"zero bytes": b"", "text": b"hello world\n" * 200,
               "zip": b"PK\x03\x04" + b"\0" * 4000,
               "header too late": b" " * 2000 + b"%PDF-1.4\n"}
    for what, body in refused.items():
        status, _, answer = request(
            instance.port, "POST", "/api/v1/papers", body,
            {"Authorization": "Bearer " + api.token,
             "Content-Type": "application/pdf",
             "X-Paperal-Filename": "bad.pdf"})
        check_equal(what, (status, json.loads(answer)["error"]["code"]),
                    (415, "UNSUPPORTED_MEDIA_TYPE"))

    ends = {"encrypted": ("PDF_ENCRYPTED",), "damaged": ("PDF_DAMAGED",),
            "bomb": ("PDF_TOO_COMPLEX",)}
    ids = {name: api.upload(pdfs.fresh(name), name + ".pdf")["id"]
           for name in ends}
    for name, codes in ends.items():
        paper = wait_status(api, "/papers/" + ids[name],
                            ("failed", "ready"))
        check_equal(name, paper["status"], "failed")
        check(paper["error"]["code"] in codes,
              "%s: %s" % (name, paper["error"]))
        check(paper["error"]["message"], "%s: no words for the user" % name)

    hidden = api.upload(pdfs.fresh("hidden-text"), "hidden.pdf")["id"]
    wait_status(api, "/papers/" + hidden, ("ready",))


def fault_large_upload(instance, api, pdfs):
    """51 MiB are refused before they are read, broken multipart is named"""
    port = instance.port
    s = socket.create_connection(("127.0.0.1", port), 30)
    s.sendall(("POST /api/v1/papers HTTP/1.1\r\nHost: localhost\r\n"
               "Authorization: Bearer %s\r\nContent-Type: application/pdf\r\n"
               "Content-Length: %d\r\n\r\n" % (api.token, MAX_PDF + 1048576)
               ).encode())
    head = s.recv(65536)
    s.close()
    check(b" 413 " in head.split(b"\r\n")[0], "no 413: %r" % head[:200])

    body = (b"--x\r\nContent-Disposition: form-data; name=\"file\";"
            b" filename=\"a.pdf\"\r\n\r\n%PDF-1.4 never ends")
    status, _, answer = request(
        port, "POST", "/api/v1/papers", body,
        {"Authorization": "Bearer " + api.token,
         "Content-Type": "multipart/form-data; boundary=x"})
    check(status in (400, 422), "broken multipart: %d %r" % (status, answer))


def storage_rest(instance):
    """Files left in the storage's tmp folder."""
    return glob.glob(os.path.join(instance.env["STORAGE_PATH"], "tmp", "**"),
                     recursive=True)[1:]


def fault_client_leaves_upload(instance, api, pdfs):
    """a client leaves in the middle of an upload: nothing is left over"""
    wait_for("an empty tmp", lambda: files_in(storage_rest(instance)) == [])
    for _ in range(20):
        s = socket.create_connection(("127.0.0.1", instance.port), 30)
        s.sendall(("POST /api/v1/papers HTTP/1.1\r\nHost: localhost\r\n"
                   "Authorization: Bearer %s\r\n"
                   "Content-Type: application/pdf\r\n"
                   "Content-Length: 2000000\r\n\r\n" % api.token).encode()
                  + b"%PDF-1.4\n" + b"x" * 300000)
        s.close()
    wait_for("an empty tmp", lambda: files_in(storage_rest(instance)) == [])


def files_in(paths):
    return [p for p in paths if os.path.isfile(p)]


def fault_client_leaves_statement(instance, api, pdfs):
    """clients leave during a statement: the service goes on"""
    paper = api.upload(pdfs.fresh(), "a.pdf")["id"]
    wait_status(api, "/papers/" + paper, ("ready",))
    lock = Lock(instance, "SELECT id FROM papers WHERE id = '%s' FOR UPDATE"
                % paper)
    try:
        for _ in range(20):
            s = socket.create_connection(("127.0.0.1", instance.port), 30)
            body = b'{"title": "left"}'
            s.sendall(("PATCH /api/v1/papers/%s HTTP/1.1\r\n"
                       "Host: localhost\r\nAuthorization: Bearer %s\r\n"
                       "Content-Type: application/json\r\n"
                       "Content-Length: %d\r\n\r\n"
                       % (paper, api.token, len(body))).encode() + body)
            s.close()
    finally:
        lock.release()
    check_equal("the paper", wait_for("an answer", lambda: api.call(
        "GET", "/papers/" + paper))["id"], paper)


def fault_client_leaves_stream(instance, api, pdfs):
    """clients leave event streams: the cap per user is free again"""
    for _ in range(5):
        streams = [Stream(instance.port, api.token, "/events")
                   for _ in range(8)]
        for stream in streams:
            stream.wait("200 OK")
        for stream in streams:
            stream.close()
    paper = api.upload(pdfs.fresh(), "a.pdf")["id"]
    wait_status(api, "/papers/" + paper, ("ready",))


def unavailable(instance, api):
    status, headers, body = request(
        instance.port, "GET", "/api/v1/papers",
        headers={"Authorization": "Bearer " + api.token})
    if status == 200:
        return False
    check_equal("status without a database", status, 503)
    check_equal("code", json.loads(body)["error"]["code"],
                "SERVICE_UNAVAILABLE")
    check("Retry-After" in headers, "no Retry-After")
    return True


def fault_postgres_killed(instance, api, pdfs):
    """PostgreSQL killed and back: 503 meanwhile, no accepted paper lost"""
    ids = [analyze(api, pdfs.fresh("two-column-en"), "p%d.pdf" % n)[1]
           for n in range(4)]
    old = pid_of(instance, "postgres")
    os.kill(old, signal.SIGKILL)
    seen = False
    end = time.monotonic() + 10
    while not seen and time.monotonic() < end:
        seen = unavailable(instance, api)
        check_equal("/health", request(instance.port, "GET", "/health")[0],
                    200)
    check(seen, "the outage was never answered with 503")
    wait_new_pid(instance, "postgres", old)
    wait_for("readiness", instance.ready, 60)
    wait_for("the API", lambda: not unavailable(instance, api))
    for analysis in ids:
        state = wait_status(api, "/analysis/" + analysis,
                            ("completed", "failed"))
        check_equal("analysis", state["status"], "completed")


def fault_redis_killed(instance, api, pdfs):
    """Redis killed and back: nothing but liveliness is lost"""
    old = pid_of(instance, "redis")
    stream = Stream(instance.port, api.token, "/events")
    stream.wait("200 OK")
    os.kill(old, signal.SIGSTOP)        # silent first: deadlines must hold
    try:
        for _ in range(5):
            start = time.monotonic()
            api.call("GET", "/papers")
            check(time.monotonic() - start < 3, "a silent Redis blocks")
    finally:
        os.kill(old, signal.SIGKILL)
    paper, analysis = analyze(api, pdfs.fresh())
    api.call("GET", "/papers/" + paper)
    state = wait_status(api, "/analysis/" + analysis, ("completed", "failed"))
    check_equal("analysis", state["status"], "completed")
    stream.wait(analysis)
    stream.close()
    wait_new_pid(instance, "redis", old)

    def healthy():
        _, _, body = request(instance.port, "GET", "/health/ready")
        return b'"degraded"' not in body
    wait_for("redis in /health/ready", healthy)


def slots_of(instance):
    return children(pid_of(instance, "worker"))


def stage_rows(instance, analysis):
    out = instance.psql(
        "SELECT name, status, completed_at FROM analysis_stages"
        " WHERE analysis_id = '%s'" % analysis)
    return {line.split("|")[0]: line.split("|")[1:]
            for line in out.splitlines()}


def fault_worker_killed_in_stages(instance, api, pdfs):
    """SIGKILL in every stage: completed, no finished stage runs again"""
    paper = api.upload(pdfs.fresh("two-column-en"), "p.pdf")["id"]
    wait_status(api, "/papers/" + paper, ("ready",))
    for stage in STAGES:
        kill_in_stage(instance, api, paper, stage)


def kill_in_stage(instance, api, paper, stage):
    slots = slots_of(instance)
    for pid in slots:
        os.kill(pid, signal.SIGSTOP)    # so that the lock comes first
    analysis = api.call("POST", "/papers/%s/analysis" % paper,
                        {})["analysis_id"]
    lock = Lock(instance, "SELECT 1 FROM analysis_stages WHERE"
                " analysis_id = '%s' AND name = '%s' FOR UPDATE"
                % (analysis, stage))
    try:
        for pid in slots:
            os.kill(pid, signal.SIGCONT)

        def waiting():
            rows = stage_rows(instance, analysis)
            return all(rows[s][0] == "completed"
                       for s in STAGES[:STAGES.index(stage)])

        wait_for("the stages before " + stage, waiting)
        wait_for("a slot to wait for " + stage, instance.waiting)
        for pid in slots:
            os.kill(pid, signal.SIGKILL)
        before = stage_rows(instance, analysis)
    finally:
        lock.release()
    state = wait_status(api, "/analysis/" + analysis, ("completed", "failed"))
    check_equal("killed in " + stage, state["status"], "completed")
    after = stage_rows(instance, analysis)
    for name, row in before.items():
        if row[0] == "completed":
            check_equal("stage %s, killed in %s" % (name, stage),
                        after[name], row)


def fault_worker_all_killed(instance, api, pdfs):
    """the whole worker killed during extraction: leases run out, work ends"""
    ids = [analyze(api, pdfs.fresh("two-column-en"), "p%d.pdf" % n)[1]
           for n in range(3)]
    old = pid_of(instance, "worker")
    slots = children(old)
    for pid in [old] + slots:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    wait_new_pid(instance, "worker", old)
    for analysis in ids:
        state = wait_status(api, "/analysis/" + analysis,
                            ("completed", "failed"), 120)
        check_equal("analysis", state["status"], "completed")


def fault_disk_full(instance, api, pdfs):
    """a full disk while storing: an error, nothing half stored, then fine"""
    storage = instance.env["STORAGE_PATH"]
    stat = os.stat(storage)
    objects = os.path.join(storage, "objects")
    rc = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=2770,"
                         "uid=%d,gid=%d" % (stat.st_uid, stat.st_gid),
                         "tmpfs", storage], capture_output=True).returncode
    if rc != 0:
        return "SKIP mounting a small file system is not permitted"
    try:
        for name in ("objects", "tmp"):
            path = os.path.join(storage, name)
            os.mkdir(path)
            os.chown(path, stat.st_uid, stat.st_gid)
            os.chmod(path, 0o2770)
        status, _, body = request(
            instance.port, "POST", "/api/v1/papers",
            b"%PDF-1.4\n" + os.urandom(3000000),
            {"Authorization": "Bearer " + api.token,
             "Content-Type": "application/pdf",
             "X-Paperal-Filename": "full.pdf"})
        check(status in (500, 503), "a full disk gave %d" % status)
        check_equal("envelope", json.loads(body)["success"], False)
        wait_for("an empty tmp",
                 lambda: files_in(storage_rest(instance)) == [])
        rest = files_in(glob.glob(objects + "/**", recursive=True))
        check_equal("objects half stored", rest, [])
    finally:
        subprocess.run(["umount", storage], check=True)
    paper = api.upload(pdfs.fresh(), "after.pdf")["id"]
    wait_status(api, "/papers/" + paper, ("ready",))


def fault_reload(instance, api, pdfs):
    """nginx reloaded with a stream, a slow statement, an upload in flight"""
    paper = api.upload(pdfs.fresh(), "a.pdf")["id"]
    wait_status(api, "/papers/" + paper, ("ready",))
    stream = Stream(instance.port, api.token, "/events")
    stream.wait("200 OK")
    pdf = pdfs.fresh()
    upload = socket.create_connection(("127.0.0.1", instance.port), 30)
    upload.sendall(("POST /api/v1/papers HTTP/1.1\r\nHost: localhost\r\n"
                    "Authorization: Bearer %s\r\nConnection: close\r\n"
                    "Content-Type: application/pdf\r\n"
                    "Content-Length: %d\r\n\r\n" % (api.token, len(pdf))
                    ).encode() + pdf[:len(pdf) // 2])
    lock = Lock(instance, "SELECT id FROM papers WHERE id = '%s' FOR UPDATE"
                % paper)
    answers = []

    def patch():
        answers.append(request(
            instance.port, "PATCH", "/api/v1/papers/" + paper,
            b'{"title": "after the reload"}',
            {"Authorization": "Bearer " + api.token,
             "Content-Type": "application/json"}))

    thread = threading.Thread(target=patch)
    try:
        thread.start()
        wait_for("the statement to wait", instance.waiting)
        old = set(instance.nginx_workers())
        os.kill(pid_of(instance, "nginx"), signal.SIGHUP)
        wait_for("new workers",
                 lambda: set(instance.nginx_workers()) - old)
        stream.wait("event: bye")
    finally:
        lock.release()
    thread.join(30)
    check_equal("the slow statement", answers[0][0], 200)
    upload.sendall(pdf[len(pdf) // 2:])
    answer = b""
    while True:
        data = upload.recv(65536)
        if not data:
            break
        answer += data
    check(b" 201 " in answer.split(b"\r\n")[0],
          "the upload over a reload: %r" % answer[:200])
    wait_for("the old workers to end",
             lambda: not old & set(instance.nginx_workers()), 60)


def fault_supervisor_killed(instance, api, pdfs):
    """everything killed by SIGKILL: the next start finds its data"""
    paper, analysis = analyze(api, pdfs.fresh())
    wait_status(api, "/analysis/" + analysis, ("completed",))
    instance.kill()
    instance.start()
    state = api.call("GET", "/analysis/" + analysis)
    check_equal("analysis", state["status"], "completed")
    check_equal("paper", api.call("GET", "/papers/" + paper)["status"],
                "completed")


def bad_log_lines(instance):
    """A full disk is a [crit] of nginx's own, and rightly so."""
    lines = []
    for path in glob.glob(os.path.join(instance.var, "**", "*.log"),
                          recursive=True):
        with open(path, errors="replace") as f:
            lines += [line.strip() for line in f
                      if re.search(r"\[(alert|crit|emerg)\]|Sanitizer", line)
                      and "No space left on device" not in line]
    return lines


def main():
    faults = [f for name, f in list(globals().items())
              if name.startswith("fault_")
              and (len(sys.argv) == 1
                   or any(word in name for word in sys.argv[1:]))]
    print("1..%d" % (2 * len(faults)), flush=True)
    os.environ.update(WORKER_LEASE="6", WORKER_HEARTBEAT="1")
    pdfs = Pdfs()
    instance = Instance()
    number = 0
    failed = 0
    try:
        # the polling below is no user's, it shall not meet a user's limit
        instance.psql("UPDATE plans SET requests_per_minute = 1000000")
        api = Api(instance.port)
        api.register("faults@example.com")
        for fault in faults:
            start = time.monotonic()
            try:
                note = fault(instance, api, pdfs)
                result = "ok"
            except (Failure, OSError, KeyError, ValueError) as failure:
                note = None
                result = "not ok"
                failed += 1
                print("# %s: %s" % (type(failure).__name__, failure))
            number += 1
            print("%s %d - %s%s" % (result, number, fault.__doc__,
                                    " # " + note if note else ""))
            print("# %.1f s" % (time.monotonic() - start))
            bad = bad_log_lines(instance)
            number += 1
            failed += bool(bad)
            print("%s %d - no [alert], [crit] or [emerg]"
                  % ("not ok" if bad else "ok", number), flush=True)
            for line in bad[:5]:
                print("# " + line)
            instance.forget_logs()
    finally:
        instance.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
