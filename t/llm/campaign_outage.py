"""PostgreSQL, Redis, nginx and the worker go away during calls of a model."""

import os
import signal

from llm import (CALLS, books, check, check_equal, done, start)
from paperal import wait_for

import papers

SETTINGS = {"WORKER_SLOTS": "2", "LLM_IDLE_TIMEOUT": "20",
            "WORKER_LEASE": "6"}


def tests(args):
    for name, hit in (("PostgreSQL killed", postgres), ("Redis killed", redis),
                      ("SIGTERM drains the worker", drain),
                      ("nginx reloads", reload), ("SIGHUP to the worker",
                                                  hangup)):
        yield name, lambda h, m, f=hit: during(h, m, f)
    yield "PostgreSQL away while answers come", answers_without_database
    yield "the books", lambda h, m: (books(h), None)[1]


def pid(house, name):
    with open(os.path.join(house.var, "run", name + ".pid")) as f:
        return int(f.read().split()[0])


def renewed(house, name, old):
    def new():
        try:
            return pid(house, name) != old
        except (OSError, ValueError, IndexError):
            return False
    wait_for("a new " + name, new, 40)


def postgres(house, model):
    old = pid(house, "postgres")
    os.kill(old, signal.SIGKILL)
    renewed(house, "postgres", old)
    wait_for("readiness", house.ready, 60)
    wait_for("accounts", lambda: house.user().token)


def redis(house, model):
    old = pid(house, "redis")
    os.kill(old, signal.SIGKILL)
    renewed(house, "redis", old)


def reload(house, model):
    os.kill(pid(house, "nginx"), signal.SIGHUP)


def hangup(house, model):
    os.kill(house.worker(), signal.SIGHUP)


def drain(house, model):
    """The model answers while the worker drains."""
    old = house.worker()
    os.kill(old, signal.SIGTERM)
    model.release()
    renewed(house, "worker", old)


def during(house, model, hit):
    """Four calls wait at the model; whatever happens, all inputs are
    answered, and none is sent twice but those that were lost."""
    if house.pdf is None:
        house.pdf = papers.one_page()
    model.reset()
    api = house.user()
    paper = house.paper(api)
    model.fault({"hold": True}, calls=list(range(2, 100)))
    analysis = start(api, paper, "standard")
    model.wait_calls(5)
    hit(house, model)
    model.rules()
    model.release()
    state = done(api, analysis, 90)
    calls = house.sent(analysis)
    lost = [c for c in calls if c["state"] == "lost"]
    check(len(lost) <= 4, "%d lost" % len(lost))
    check_equal("open", [c for c in calls if c["state"] == "sent"], [])
    check_equal("answered", len({c["input_hash"] for c in calls
                                 if c["usable"]}), CALLS["standard"])
    check_equal("requests", model.calls(), CALLS["standard"] + len(lost))
    check_equal("cost", state["cost_micro_usd"],
                sum(c["cost_micro_usd"] for c in calls))
    return "%d lost and sent again" % len(lost)


def answers_without_database(house, model):
    """The answers come while PostgreSQL is away: nothing is paid twice that
    could be written down, and the books are right."""
    model.reset()
    api = house.user()
    paper = house.paper(api)
    model.fault({"hold": True}, calls=list(range(2, 100)))
    analysis = start(api, paper, "standard")
    model.wait_calls(5)
    old = pid(house, "postgres")
    os.kill(old, signal.SIGSTOP)
    model.rules()
    model.release()
    model.wait_idle()
    os.kill(old, signal.SIGKILL)
    renewed(house, "postgres", old)
    wait_for("readiness", house.ready, 60)
    done(api, analysis, 90)
    lost = [c for c in house.sent(analysis) if c["state"] == "lost"]
    check(len(lost) <= 4, "%d lost" % len(lost))
    check_equal("requests", model.calls(), CALLS["standard"] + len(lost))
    return "%d lost and sent again" % len(lost)
