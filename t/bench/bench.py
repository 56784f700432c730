#!/usr/bin/env python3
"""Measures what README states, side by side in one run.

usage: bench.py [--seconds N] [--rounds N] [--streams N]

Starts an instance of its own (build/paperal-local, a free port, a folder that
is removed at the end), a FastAPI application on the same PostgreSQL and Redis,
and pgbench; prints a table.  Every figure against another system is a ratio of
medians of alternating rounds in this run.  Nothing here is a test: the exit
status says only whether everything could be measured.
"""

import argparse
import glob
import hashlib
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from paperal import (PGBIN, ROOT, Api, Failure, Instance, free_port,  # noqa
                     wait_for)

CONNECTIONS = 32


def private_kib(pid):
    """Memory that is this process's own, in KiB."""
    total = 0
    with open("/proc/%d/smaps_rollup" % pid) as f:
        for line in f:
            if line.startswith(("Private_Clean:", "Private_Dirty:")):
                total += int(line.split()[1])
    return total


def rss_kib(pid):
    with open("/proc/%d/status" % pid) as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))


def wrk(port, path, token, seconds):
    out = subprocess.run(
        ["wrk", "-t2", "-c%d" % CONNECTIONS, "-d%ds" % seconds, "--latency",
         "-H", "Authorization: Bearer " + token,
         "http://127.0.0.1:%d%s" % (port, path)],
        check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise Failure("not every answer was good:\n" + out)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    p99 = re.search(r"99%\s+(\S+)", out).group(1)
    return rate, p99


def pgbench(instance, script, options, seconds):
    env = dict(os.environ, PGOPTIONS=options)
    out = subprocess.run(
        [PGBIN + "/pgbench", "-n", "-M", "prepared", "-c", "16", "-j", "2",
         "-T", str(seconds), "-f", script, "-h", instance.env["DB_HOST"],
         "-U", "paperal_web", instance.env["DB_NAME"]],
        check=True, capture_output=True, text=True, env=env).stdout
    return float(re.search(r"tps = ([\d.]+)", out).group(1))


def start_fastapi(instance, token, identity):
    port = free_port()
    env = dict(os.environ, DB_HOST=instance.env["DB_HOST"],
               DB_NAME=instance.env["DB_NAME"], DB_USER="paperal_web",
               REDIS_HOST=instance.env["REDIS_HOST"])
    key = "bench:cred:" + hashlib.sha256(token.encode()).hexdigest()
    subprocess.run(["redis-cli", "-s", instance.env["REDIS_HOST"], "SET", key,
                    identity], check=True, capture_output=True)
    process = subprocess.Popen(
        ["/usr/bin/python3", "-m", "uvicorn", "--app-dir",
         os.path.dirname(os.path.abspath(__file__)), "fastapi_app:app",
         "--port", str(port), "--workers", "2", "--log-level", "warning",
         "--no-access-log", "--loop", "uvloop", "--http", "httptools"],
        env=env, start_new_session=True)

    def listening():
        if process.poll() is not None:
            raise Failure("the FastAPI application ended")
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", port)) == 0

    wait_for("the FastAPI application", listening)
    return process, port


def bench_reads(instance, api, paper, args):
    user = api.call("GET", "/users/me")["id"]
    workspaces = "{%s}" % paper["workspace_id"]
    fast, port = start_fastapi(instance, api.token, user + "|" + workspaces)
    script = os.path.join(instance.var, "get.sql")
    with open(script, "w") as f:
        f.write("SELECT paper_full_json(p) AS data FROM papers p"
                " WHERE p.id = '%s'::uuid;\n" % paper["id"])
    options = "-c paperal.user_id=%s -c paperal.workspaces=%s" % (user,
                                                                 workspaces)
    own = {"get": [], "list": []}
    other = {"get": [], "list": [], "pgbench": []}
    paths = {"get": "/papers/" + paper["id"], "list": "/papers"}
    tails = {}
    try:
        for _ in range(args.rounds):
            for name, path in paths.items():
                rate, tails[name] = wrk(instance.port, "/api/v1" + path,
                                        api.token, args.seconds)
                own[name].append(rate)
                other[name].append(wrk(port, path, api.token,
                                       args.seconds)[0])
            other["pgbench"].append(pgbench(instance, script, options,
                                            args.seconds))
    finally:
        os.killpg(fast.pid, signal.SIGTERM)
        fast.wait(20)

    median = statistics.median
    for name, title in (("get", "GET /papers/{id}"),
                        ("list", "GET /papers (20)")):
        row(title, "%.0f/s, p99 %s" % (median(own[name]), tails[name]))
        row("  FastAPI + asyncpg", "%.0f/s" % median(other[name]))
        row("  ratio", "%.2f" % (median(own[name]) / median(other[name])),
            ">= 3" if name == "get" else "")
    row("  pgbench, same statement, prepared",
        "%.0f/s" % median(other["pgbench"]))
    row("  ratio of GET /papers/{id}",
        "%.2f" % (median(own["get"]) / median(other["pgbench"])), ">= 0.35")


def bench_pipeline(api, pdf, args):
    times = []
    for n in range(args.papers):
        body = pdf + b"\n%% %d\n" % n
        start = time.monotonic()
        paper = api.upload(body, "bench-%d.pdf" % n, analyze=True)

        def done():
            state = api.call("GET", "/papers/" + paper["id"])
            if state["status"] == "failed":
                raise Failure("the paper failed: %s"
                                 % state["error"])
            return state["status"] == "completed"

        wait_for("an analysis", done)
        times.append(time.monotonic() - start)
    row("upload of 12 pages -> completed, median of %d" % len(times),
        "%.2f s" % statistics.median(times), "< 1.5 s")
    row("  slowest", "%.2f s" % max(times))


def bench_memory(instance, api, args):
    workers = instance.nginx_workers()
    row("nginx worker, memory after the load above",
        "%.1f MiB" % (max(rss_kib(p) for p in workers) / 1024), "< 24 MiB")

    before = sum(private_kib(p) for p in workers)
    api.upload(b"%PDF-1.4\n" + os.urandom(1) + b"x" * (50 * 1048576 - 64),
               "large.pdf")
    after = sum(private_kib(p) for p in workers)
    row("50 MiB upload adds to the workers",
        "%.2f MiB" % ((after - before) / 1024), "< 2 MiB")
    bench_streams(instance, workers, args)


def bench_streams(instance, workers, args):
    """Each caller may hold 16 streams, so many callers are needed."""
    sockets = []
    before = None
    try:
        for n in range(-(-args.streams // 16)):
            user = Api(instance.port)
            user.register("stream-%d@example.com" % n)
            if before is None:
                before = sum(private_kib(p) for p in workers)
            for _ in range(min(16, args.streams - len(sockets))):
                sockets.append(open_stream(instance.port, user.token))
        after = sum(private_kib(p) for p in workers)
        row("%d idle event streams, each" % len(sockets),
            "%.1f KiB" % ((after - before) / len(sockets)), "< 32 KiB")
    finally:
        for s in sockets:
            s.close()


def open_stream(port, token):
    s = socket.create_connection(("127.0.0.1", port), 30)
    s.sendall(("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n"
               "Authorization: Bearer %s\r\n\r\n" % token).encode())
    head = s.recv(4096)
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise Failure("no stream: %r" % head[:300])
    return s


def bench_quotes(build):
    """The quote matcher alone, in a program of its own."""
    program = os.path.join(build, "bench-quotes")
    common = os.path.join(ROOT, "ngx_paperal_module", "common")
    subprocess.run(
        ["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O2", "-I" + common, "-o",
         program, os.path.join(ROOT, "t", "bench", "quotes.c"),
         *sorted(glob.glob(common + "/*.c")), "-lcjson", "-lcrypto", "-lm"],
        check=True)
    out = subprocess.run([program], check=True, capture_output=True,
                         text=True).stdout
    tokens, *times = out.split()
    row("a quote looked up in a paper of %s tokens" % tokens,
        times[0] + " us", "< 100 us")
    for title, value in zip(("with an ellipsis", "with a word left out",
                             "with a digit altered"), times[1:]):
        row("  " + title, value + " us", "< 100 us")


def row(title, value, goal=""):
    print("%-52s %-28s %s" % (title, value, goal), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--papers", type=int, default=9)
    parser.add_argument("--streams", type=int, default=1000)
    args = parser.parse_args()

    pdfs = tempfile.mkdtemp(prefix="paperal-bench-pdf-")
    subprocess.run([os.path.join(ROOT, "t", "pdf", "make-pdfs"), pdfs],
                   check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(pdfs, "two-column-en.pdf"), "rb") as f:
        long_pdf = f.read()
    with open(os.path.join(pdfs, "one-page-en.pdf"), "rb") as f:
        short_pdf = f.read()
    shutil.rmtree(pdfs)

    instance = Instance()
    try:
        row("what", "measured", "goal")
        bench_quotes(os.environ.get("BUILD", os.path.join(ROOT, "build")))
        idle = max(rss_kib(p) for p in instance.nginx_workers())
        row("nginx worker, idle", "%.1f MiB" % (idle / 1024), "< 24 MiB")
        instance.psql("UPDATE plans SET requests_per_minute = 100000000")
        api = Api(instance.port)
        api.register("bench@example.com")
        bench_pipeline(api, long_pdf, args)
        for n in range(25):
            paper = api.upload(short_pdf + b"\n%% %d\n" % n, "p%d.pdf" % n)
        wait_for("extraction", lambda: api.call(
            "GET", "/papers/" + paper["id"])["status"] == "ready")
        bench_reads(instance, api, paper, args)
        bench_memory(instance, api, args)
    finally:
        instance.close()

    # each has a machine of its own for its time
    for command in (["t/bench/llm.py"], ["t/engine/run", "100"]):
        sys.stdout.flush()
        subprocess.run([os.path.join(ROOT, command[0])] + command[1:],
                       check=True, cwd=ROOT)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit("bench: %s" % failure)
