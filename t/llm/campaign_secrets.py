"""A canary key, and what leaves the house.

The key is looked for in every file of the instance, in dumps of both
databases, in the arguments and environments of its processes, in every error
body, and in what a crash leaves behind, also when the provider sends it back.
"""

import csv
import hashlib
import http.client
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile

from llm import (answered, books, check, check_equal, done, ended, results,
                 start)
from paperal import BUILD, PGBIN, wait_for

import papers

CANARY = "sk-canary-%s-7Qv" % os.urandom(12).hex()
SETTINGS = {"OPENAI_API_KEY": CANARY, "LOG_LEVEL": "debug",
            "WORKER_SLOTS": "2"}
ALLOWED = "ended by signal 11"        # one of the tests does that
ECHOES = ("unauthorized_echo",
          {"error": "internal", "echo_key": True},
          {"error": "context", "echo_key": True},
          {"error": "rate_limit", "echo_key": True, "retry_after_ms": 10},
          {"model": CANARY, "fingerprint": CANARY},
          {"refusal": "no, " + CANARY})


def tests(args):
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    yield "the provider gets it, in a header alone", given
    for echo in ECHOES:
        yield "a provider that sends it back: %s" % (
            echo if isinstance(echo, str) else sorted(echo)), \
            lambda h, m, e=echo: echoed(h, m, e)
    yield "an answer that holds it", told
    yield "a slot that crashes", crash
    yield "the environment of other processes", environments
    yield "the arguments of all processes", arguments
    yield "a dump of PostgreSQL", postgres
    yield "a dump of Redis", redis
    yield "every file of the instance", files
    yield "llm-check does not print it", llm_check
    yield "an unpublished paper: host not allowed", refused
    yield "an unpublished paper: host allowed", allowed
    yield "a paper that becomes unpublished while it waits", changed
    yield "the embedded engine sends nothing", embedded
    yield "the ledger as JSON and CSV", ledgers
    yield "the ledger is what the server received", received


def given(house, model):
    house.pdf = papers.one_page()
    model.settings(keep_bodies=True)
    api = house.api = house.user()
    house.one = house.paper(api)
    done(api, start(api, house.one, "quick"))
    check_equal("keys", model.state()["keys"],
                [hashlib.sha256(CANARY.encode()).hexdigest()])
    for r in model.requests():
        check(CANARY not in r["body"] and CANARY not in r["path"],
              "the key is in a body or a path")


def look(house, analysis):
    for path in ("", "/results?view=full", "/recipe", "/evidence"):
        status, value = answered(house.port, house.api.token, "GET",
                                 "/analysis/" + analysis + path)
        check(CANARY not in json.dumps(value), "the key is in GET %s" % path)


def echoed(house, model, echo):
    house.new_worker()
    model.fault(echo, times=1)
    analysis = start(house.api, house.one, "quick",
                     industry_context="echo %s" % str(echo)[-40:-30])
    state = ended(house.api, analysis)
    model.rules()
    look(house, analysis)
    check(CANARY not in json.dumps(state), "the key is in the analysis")
    return "%s %s" % (state["status"], state["error"] or "")


def told(house, model):
    """A model cannot know the key; a proxy that logs could leak it.  What
    people read must not hold it."""
    model.fault({"error_at": 0.2, "echo_key": True}, times=1)
    analysis = start(house.api, house.one, "quick", industry_context="told")
    ended(house.api, analysis)
    look(house, analysis)


def crash(house, model):
    """SIGSEGV during a call.  Whatever core there is, the key is not in it."""
    model.reset()
    model.fault({"hold": True}, times=1)
    analysis = start(house.api, house.one, "quick", industry_context="crash")
    model.wait_calls(1)
    slots = house.slots()
    for pid in slots:
        with open("/proc/%d/limits" % pid) as f:
            limit = [line for line in f if "core file" in line][0].split()
        house.core = limit[4:6]
        os.kill(pid, signal.SIGSEGV)
    wait_for("new slots", lambda: house.slots()
             and not set(slots) & set(house.slots()))
    model.rules()
    model.release()
    done(house.api, analysis)
    return "limit of core files: %s" % " ".join(house.core)


def tree(pid):
    pids = [pid]
    for p in pids:
        out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(p)],
                             capture_output=True, text=True)
        pids += [int(c) for c in out.stdout.split()]
    return pids


def read(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except OSError:
        return b""


def environments(house, model):
    """Only the supervisor, which was given it, and the worker know it."""
    own = set(tree(house.worker())) | {house.process.pid}
    for pid in set(tree(house.process.pid)) - own:
        check(CANARY.encode() not in read("/proc/%d/environ" % pid),
              "the environment of %r" % read("/proc/%d/cmdline" % pid))


def arguments(house, model):
    for name in os.listdir("/proc"):
        if name.isdigit():
            check(CANARY.encode() not in read("/proc/%s/cmdline" % name),
                  "the arguments of process " + name)


def postgres(house, model):
    dump = subprocess.run(
        [PGBIN + "/pg_dump", "-h", house.env["DB_HOST"], "-U", "postgres",
         house.env["DB_NAME"]], check=True, capture_output=True).stdout
    check(len(dump) > 50000 and b"model_calls" in dump, "no dump")
    check(CANARY.encode() not in dump, "the key is in the database")
    return "%d bytes" % len(dump)


def redis(house, model):
    folder = tempfile.mkdtemp(prefix="paperal-rdb-")
    try:
        path = os.path.join(folder, "dump.rdb")
        subprocess.run(["redis-cli", "-s", house.env["REDIS_HOST"], "--rdb",
                        path], check=True, capture_output=True)
        check(os.path.getsize(path) > 50, "no dump")
        check(CANARY.encode() not in read(path), "the key is in Redis")
    finally:
        shutil.rmtree(folder)


def files(house, model):
    """PostgreSQL's own files and the logs included."""
    house.psql("CHECKPOINT", "postgres")
    count = size = 0
    for top in {house.var, os.path.realpath(os.path.join(house.var, "state"))}:
        for folder, _, names in os.walk(top):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path):
                    data = read(path)
                    count += 1
                    size += len(data)
                    check(CANARY.encode() not in data, "the key is in "
                          + path.replace(house.var, ""))
    check(count > 100, "only %d files" % count)
    return "%d files, %.0f MB" % (count, size / 1e6)


def llm_check(house, model):
    model.rules()
    for fault in (None, "unauthorized_echo"):
        if fault:
            model.fault(fault)
        env = {**os.environ, **house.env, **house.more}
        out = subprocess.run([os.path.join(BUILD, "paperal-worker"),
                              "llm-check"], env=env, capture_output=True,
                             text=True, timeout=120)
        text = out.stdout + out.stderr
        check(CANARY not in text, "llm-check prints the key")
        check((out.returncode == 0) == (fault is None),
              "llm-check ends with %d: %s" % (out.returncode, text))
        house.words = text if fault is None else house.words
    model.rules()
    return house.words


# ---- confidential -----------------------------------------------------------


def host(model):
    return "127.0.0.1:%d" % model.port


def refused(house, model):
    model.rules()
    model.wait_idle()
    house.unpublished = house.paper(
        house.api, papers.fresh(papers.one_page(), 1), unpublished="true")
    calls = model.calls()
    for kind in ("quick", "deep"):
        status, error = answered(
            house.port, house.api.token, "POST",
            "/papers/%s/analysis" % house.unpublished,
            {"engine": "openai", "analysis_type": kind})
        check_equal("answer", (status, error["code"]), (409, "CONFLICT"))
        check_equal("reason", error["details"]["reason"], "host_not_allowed")
        check_equal("host", error["details"]["host"], host(model))
    check_equal("calls", model.calls(), calls)
    check_equal("the ledger", outbound(house, house.unpublished), [])
    return error["message"]


def outbound(house, paper):
    return house.api.call("GET", "/papers/%s/outbound" % paper)


def allowed(house, model):
    house.api.call("PATCH", "/papers/" + house.unpublished,
                   {"llm_hosts": [host(model)]})
    before = len(model.requests())
    analysis = start(house.api, house.unpublished, "quick")
    done(house.api, analysis)
    rows = outbound(house, house.unpublished)
    requests = model.requests()[before:]
    check_equal("ledger", sorted((r["host"], r["bytes"], r["payload_sha256"])
                                 for r in rows),
                sorted((host(model), r["bytes"], r["body_sha256"])
                       for r in requests))
    check_equal("analysis", {r["analysis_id"] for r in rows}, {analysis})
    return "%d rows" % len(rows)


def changed(house, model):
    """Between its start and its first call, and between two calls."""
    paper = house.paper(house.api, papers.fresh(papers.one_page(), 2))
    model.reset()
    model.fault({"hold": True}, calls=[1])
    analysis = start(house.api, paper, "quick", industry_context="secret")
    model.wait_calls(1)
    house.api.call("PATCH", "/papers/" + paper, {"unpublished": True})
    model.rules()
    model.release()
    state = ended(house.api, analysis)
    check_equal("status", state["status"], "failed")
    check_equal("calls", model.calls(), 1)
    check(state["error"]["message"], "no words")
    return "%s: %s" % (state["error"]["code"], state["error"]["message"])


def embedded(house, model):
    paper = house.paper(house.api, papers.fresh(papers.one_page(), 3))
    calls = model.calls()
    analysis = house.api.call("POST", "/papers/%s/analysis" % paper,
                              {"engine": "embedded"})["analysis_id"]
    state = done(house.api, analysis)
    check_equal("calls", model.calls(), calls)
    check_equal("the ledger", outbound(house, paper), [])
    check_equal("cost", state["cost_micro_usd"], 0)
    check(results(house.api, analysis)["paper_profile"], "no result")


def ledgers(house, model):
    rows = outbound(house, house.unpublished)
    c = http.client.HTTPConnection("127.0.0.1", house.port, timeout=30)
    c.request("GET", "/api/v1/papers/%s/outbound?format=csv"
              % house.unpublished, headers={"Authorization": "Bearer "
                                            + house.api.token})
    text = c.getresponse().read().decode("utf-8-sig")
    c.close()
    table = list(csv.DictReader(io.StringIO(text)))
    check_equal("rows", sorted((r["host"], r["bytes"], r["payload_sha256"])
                               for r in table),
                sorted((r["host"], str(r["bytes"]), r["payload_sha256"])
                       for r in rows))


def received(house, model):
    """Every request is in the ledger; all bodies' bytes are counted."""
    books(house)
    rows = {r["payload_sha256"]: r["bytes"] for r in house.rows(
        "SELECT payload_sha256, bytes FROM outbound")}
    for r in model.requests():
        if r["schema"] != "none" and "check" not in r["schema"]:
            check_equal("bytes in the ledger", rows.get(r["body_sha256"]),
                        r["bytes"])
