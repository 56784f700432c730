"""The worker killed by SIGKILL at random points of standard analyses.

Every analysis completes; no input is sent twice but those under way at the
kill, at most four, which count as lost at the price that was reserved.
"""

import collections
import os
import random
import signal
import time

from llm import (CALLS, books, check, check_equal, done, ended, get, ledger,
                 results, start)
from paperal import wait_for

import papers

SETTINGS = {"WORKER_SLOTS": "2"}
KILLS = 20
PACE = {"first_ms": 40, "token_ms": 1, "frame": 96}
totals = collections.Counter()


def tests(args):
    random_ = random.Random("kill %s" % args.seed)
    yield "an undisturbed analysis", lambda h, m: measure(h, m)
    for n in range(KILLS * (3 if args.long else 1)):
        share = random_.random()
        master = random_.random() < 0.15
        yield ("SIGKILL of the %s at %.0f %%" % (
            "whole worker" if master else "slot", share * 100),
            lambda h, m, n=n, s=share, w=master: killed(h, m, n, s, w))
    yield "a finished stage stays finished", lambda h, m: kept(h, m)
    yield "the books and the ledger", lambda h, m: balance(h, m)


def measure(house, model):
    house.pdf = papers.one_page()
    model.settings(default=PACE)
    house.api = house.user()
    house.one = house.paper(house.api)
    begin = time.monotonic()
    analysis = start(house.api, house.one, industry_context="kill first")
    state = done(house.api, analysis)
    house.seconds = time.monotonic() - begin
    check_equal("calls", model.calls(), CALLS["standard"])
    check(state["cost_micro_usd"] > 0, "it costs nothing")
    return "%.2f s, %d micro-USD" % (house.seconds, state["cost_micro_usd"])


def killed(house, model, n, share, master):
    api = house.api
    seen = len(model.requests())
    before = wait_for("slots", house.slots)
    begin = time.monotonic()
    analysis = start(api, house.one, industry_context="kill %d" % n)
    wait_for("a stage", lambda: get(api, analysis)["status"] != "pending")
    at = begin + share * house.seconds
    while time.monotonic() < at:
        time.sleep(0.001)
    if master:
        os.kill(house.worker(), signal.SIGKILL)
    for pid in before:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    state = done(api, analysis, 60)
    model.wait_idle()
    return judge(house, model.requests()[seen:], analysis, state)


def stages(api, analysis):
    return {s["name"]: s["status"] for s in get(api, analysis)["stages"]}


def kept(house, model):
    """Killed after the first stage; the second run fails.  What the first has
    finished is told as finished all the time."""
    seen = model.calls()
    model.rules({"do": {"hold": True}, "match": {
        "calls": list(range(seen + 2, seen + 99))}})
    analysis = start(house.api, house.one, industry_context="kept")
    model.wait_calls(seen + 5)
    check_equal("stage", stages(house.api, analysis)["paper_profile"],
                "completed")
    for pid in house.slots():
        os.kill(pid, signal.SIGKILL)
    model.wait_calls(seen + 9)
    check_equal("stage in the second run",
                stages(house.api, analysis)["paper_profile"], "completed")
    model.rules({"do": "insufficient_quota"})
    model.release()
    check_equal("status", ended(house.api, analysis)["status"], "failed")
    check_equal("stage after the end",
                stages(house.api, analysis)["paper_profile"], "completed")
    model.rules()
    house.api.call("POST", "/analysis/%s/resume" % analysis, {})
    done(house.api, analysis)


def judge(house, received, analysis, state):
    """What the server saw against what the journal says."""
    calls = house.sent(analysis)
    lost = [c for c in calls if c["state"] == "lost"]
    settled = [c for c in calls if c["state"] == "settled"]
    check_equal("open calls", [c for c in calls if c["state"] == "sent"], [])
    check(len(lost) <= 4, "%d calls lost at one kill" % len(lost))
    check_equal("answers", len(settled), CALLS["standard"])
    check_equal("inputs answered", len({c["input_hash"] for c in settled}),
                CALLS["standard"])
    journal = collections.Counter(c["request_sha256"] for c in calls)
    gone = collections.Counter(c["request_sha256"] for c in lost)
    seen = collections.Counter(r["body_sha256"] for r in received)
    for sha, count in seen.items():
        check(count <= 1 + gone[sha], "an input was sent %d times, %d lost"
              % (count, gone[sha]))
        check(count <= journal[sha], "%d requests, %d in the journal"
              % (count, journal[sha]))
    for c in lost:
        check_equal("the price of a lost call", c["cost_micro_usd"],
                    c["reserved_micro_usd"])
    check_equal("the cost", state["cost_micro_usd"],
                sum(c["cost_micro_usd"] for c in calls))
    repeats = sum(seen.values()) - len(seen)
    totals.update(lost=len(lost), received=sum(seen.values()),
                  repeated=repeats, kills=1)
    check(results(house.api, analysis)["quality"] is not None, "no results")
    return "%d requests, %d lost, %d sent again" % (
        sum(seen.values()), len(lost), repeats)


def balance(house, model):
    books(house)
    requests = model.requests()
    rows = collections.Counter(r["payload_sha256"] for r in house.rows(
        "SELECT payload_sha256 FROM outbound"))
    for sha, count in collections.Counter(
            r["body_sha256"] for r in requests).items():
        check(count <= rows[sha], "bytes left that the ledger does not have")
    extra = sum(rows.values()) - len(requests)
    lost = len([c for c in house.calls() if c["state"] == "lost"])
    check(extra <= lost, "%d rows too many in the ledger" % extra)
    if extra == 0:
        ledger(house, requests)
    return ("%(kills)d kills, %(received)d requests, %(lost)d lost,"
            " %(repeated)d sent again" % totals)
