#!/usr/bin/env python3
"""What waiting for a language model costs: lines for t/bench/bench.py.

usage: llm.py [--latency MS] [--analyses N]

The model is the stand-in of t/llm, which answers each call after a fixed
latency.  The critical path is what the server's own latencies add up to: the
first call, the others four at a time, SWOT, summary.  bench(row) prints all
lines by row(title, value, goal).
"""

import argparse
import heapq
import math
import os
import sys
import time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)),
                             "..", name) for name in ("lib", "llm")]
sys.dont_write_bytecode = True

import papers                                                     # noqa: E402
from llm import CALLS, House, Model, books, check_equal, start    # noqa: E402
from paperal import Failure, wait_for                             # noqa: E402

SLOTS = 32
PARALLEL = 4
LAST = ("paperal_swot_v1", "paperal_executive_summary_v1")


def path_of(requests):
    """Seconds of the critical path, from the server's own times."""
    took = [(r["schema"], r["end"] - r["start"]) for r in requests]
    lanes = [took[0][1]] * PARALLEL
    for schema, seconds in took[1:]:
        if schema not in LAST:
            heapq.heapreplace(lanes, lanes[0] + seconds)
    return max(lanes) + sum(s for schema, s in took if schema in LAST)


def finish(house, ids, seconds):
    """Until all are completed.  Asked for rarely: what is measured here is
    to have the machine."""
    names = "('%s')" % "','".join(ids)
    end = time.monotonic() + seconds
    while True:
        states = house.rows("SELECT status, count(*) AS n FROM analyses WHERE"
                            " id IN %s GROUP BY 1" % names)
        if [s["status"] for s in states] == ["completed"]:
            return
        for s in states:
            if s["status"] in ("failed", "cancelled"):
                raise Failure("analyses ended: %s" % states)
        if time.monotonic() > end:
            raise Failure("gave up waiting: %s" % states)
        time.sleep(0.5)


def seconds_of(house, analysis):
    return float(house.psql(
        "SELECT extract(epoch FROM completed_at - started_at) FROM analyses"
        " WHERE id = '%s'" % analysis))


def wall(house, model, row, rounds=3):
    """One standard analysis of a 12-page paper; the best of some rounds, as
    the machine's other work is not the worker's."""
    api = house.user()
    paper = house.paper(api)
    best = None
    for n in range(rounds):
        model.reset()
        analysis = start(api, paper, industry_context="wall %d" % n)
        finish(house, [analysis], 120)
        check_equal("calls", model.calls(), CALLS["standard"])
        path = path_of(model.requests())
        share = seconds_of(house, analysis) / path - 1
        best = min(best or (share, path), (share, path))
    row("analysis by a model over its critical path (%.1f s)" % best[1],
        "+%.2f %%" % (best[0] * 100), "<= +3 %")
    return best[0]


def pss_kib(pid):
    with open("/proc/%d/smaps_rollup" % pid) as f:
        for line in f:
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def ticks(pids):
    total = 0
    for pid in pids:
        with open("/proc/%d/stat" % pid) as f:
            fields = f.read().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total


def waiting(house, model, row, seconds=10):
    """Every slot has an analysis with four calls under way."""
    model.settings(default={})
    model.reset()
    model.fault({"hold": True}, schema="^(?!paperal_paper_profile_)")
    api = house.user()
    paper = house.paper(api)
    ids = [start(api, paper, industry_context="wait %d" % n)
           for n in range(SLOTS)]
    wait_for("calls under way",
             lambda: model.state()["now"] == SLOTS * PARALLEL, 120)
    slots = house.slots()
    pids = slots + [house.worker()]
    before, begin = ticks(pids), time.monotonic()
    time.sleep(seconds)
    used = (ticks(pids) - before) / os.sysconf("SC_CLK_TCK")
    cpu = used / (time.monotonic() - begin) * 100
    memory = sum(pss_kib(p) for p in slots) / len(slots) / 1024
    row("%d slots waiting, %d calls, memory of each" % (
        len(slots), SLOTS * PARALLEL), "%.1f MiB" % memory, "<= 12 MiB")
    row("  CPU of all", "%.2f %%" % cpu, "<= 2 %")
    model.rules()
    model.release()
    finish(house, ids, 180)
    return memory, cpu


def many(house, model, row, count=200):
    """Analyses of extracted papers, from the first start to the last end."""
    apis = [house.user() for _ in range(4)]
    extracted = [(api, house.paper(api, papers.fresh(house.pdf, n)))
                 for n, api in enumerate(apis * 5)]
    model.reset()
    started = [extracted[n % len(extracted)] for n in range(count)]
    ids = [start(api, paper, industry_context="many %d" % n)
           for n, (api, paper) in enumerate(started)]
    finish(house, ids, 600)
    took = float(house.psql(
        "SELECT extract(epoch FROM max(completed_at) - min(started_at)) FROM"
        " analyses WHERE id IN ('%s')" % "','".join(ids)))
    check_equal("calls", model.calls(), CALLS["standard"] * count)
    alone = 5 * model.latency / 1000
    goal = math.ceil(count / SLOTS) * alone * 1.1
    row("%d analyses on %d slots, %.1f s a call" % (
        count, SLOTS, model.latency / 1000), "%.1f s" % took,
        "<= %.1f s" % goal)
    return took, goal


def bench(row, latency=2000, count=200):
    model = Model("--latency", latency)
    model.latency = latency
    house = None
    try:
        house = House(model, WORKER_SLOTS=str(SLOTS), WORKER_LEASE="60",
                      WORKER_HEARTBEAT="10", LLM_IDLE_TIMEOUT="120",
                      LLM_TIMEOUT="600")
        house.pdf = papers.two_column()
        wall(house, model, row)
        many(house, model, row, count)
        waiting(house, model, row)
        books(house)
    finally:
        if house is not None:
            house.close()
        model.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=int, default=2000)
    parser.add_argument("--analyses", type=int, default=200)
    args = parser.parse_args()
    bench(lambda title, value, goal="": print(
        "%-52s %-28s %s" % (title, value, goal), flush=True),
        args.latency, args.analyses)


if __name__ == "__main__":
    main()
