"""Fifty analyses at once on a budget that is too small for them.

Never over by one micro-USD, of any budget and at any moment: a trigger on the
spending looks at every change, a second session looks from outside.
"""

import os
import signal
import threading

from llm import answered, books, check, check_equal, done, ended, start
import papers

SETTINGS = {"WORKER_SLOTS": "12", "LLM_PARALLEL": "4"}
MANY = 50

WATCH = """
CREATE TABLE IF NOT EXISTS test_most (scope text, key uuid, period date,
    most bigint, PRIMARY KEY (scope, key, period));
GRANT ALL ON test_most TO PUBLIC;
CREATE OR REPLACE FUNCTION test_most() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO test_most VALUES (NEW.scope, NEW.key, NEW.period,
        NEW.spent + NEW.reserved)
        ON CONFLICT (scope, key, period) DO UPDATE
        SET most = greatest(test_most.most, excluded.most);
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS test_most ON llm_spending;
CREATE TRIGGER test_most AFTER INSERT OR UPDATE ON llm_spending
    FOR EACH ROW EXECUTE FUNCTION test_most();
"""


def tests(args):
    yield "what one analysis costs", lambda h, m: one(h, m)
    yield "%d analyses on a user's budget" % MANY, lambda h, m: user(h, m)
    yield "each with a budget of its own", lambda h, m: each(h, m)
    yield "%d analyses on a day's budget" % MANY, lambda h, m: day(h, m)
    yield "one that is too dear is not started", lambda h, m: dear(h, m)
    yield "a model without a price is refused a budget", \
        lambda h, m: unpriced(h, m)
    yield "the books", lambda h, m: (books(h), None)[1]


def one(house, model):
    model.settings(default={"first_ms": 30})
    house.pdf = papers.one_page()
    house.psql(WATCH)
    api = house.user()
    state = done(api, start(api, house.paper(api), "quick"))
    house.price = state["cost_micro_usd"]
    house.reserved = sum(c["reserved_micro_usd"] for c in house.calls())
    check(0 < house.price <= house.reserved, "price %d of %d reserved"
          % (house.price, house.reserved))
    return "%d micro-USD, %d reserved" % (house.price, house.reserved)


class Look(threading.Thread):
    """The most that a statement's number has been, seen from outside."""

    def __init__(self, house, sql):
        super().__init__(daemon=True)
        self.house = house
        self.sql = sql
        self.most = 0
        self.looks = 0
        self.over = threading.Event()
        self.start()

    def run(self):
        while not self.over.is_set():
            self.most = max(self.most, int(self.house.psql(self.sql) or 0))
            self.looks += 1

    def end(self):
        self.over.set()
        self.join()
        return self.most


class Still:
    """The worker stands still: what is started meanwhile begins at once."""

    def __init__(self, house):
        self.pids = house.slots()

    def __enter__(self):
        for pid in self.pids:
            os.kill(pid, signal.SIGSTOP)

    def __exit__(self, *_):
        for pid in self.pids:
            os.kill(pid, signal.SIGCONT)


def crowd(apis, papers_of, word):
    """MANY analyses, spread over the callers; (caller, id) of each."""
    return [(apis[n % len(apis)], start(
        apis[n % len(apis)], papers_of[n % len(apis)], "quick",
        industry_context="%s %d" % (word, n))) for n in range(MANY)]


def judge(ends, scope):
    failed = [e for e in ends if e["status"] == "failed"]
    for e in failed:
        check_equal("code", e["error"]["code"], "BUDGET_EXCEEDED")
        check(len(e["error"]["message"]) > 20, "no words: %s" % e["error"])
    check(failed, "nothing ran into the budget of the %s" % scope)
    return failed


def most(house, scope, key=None):
    return int(house.psql("SELECT coalesce(max(most), 0) FROM test_most WHERE"
                          " scope = '%s'%s" % (scope, " AND key = '%s'" % key
                                               if key else "")))


def resume_all(house, api, failed):
    for e in failed:
        api.call("POST", "/analysis/%s/resume" % e["id"], {})
    for e in failed:
        done(api, e["id"], 180)
        calls = house.sent(e["id"])
        check_equal("inputs paid twice", len(calls), len(
            {c["input_hash"] for c in calls if c["state"] != "failed"}))


def user(house, model):
    api = house.user()
    paper = house.paper(api)
    limit = house.reserved + house.price * 12
    with Still(house):
        started = crowd([api], [paper], "user")
        house.psql("UPDATE users SET llm_budget_micro_usd = %d WHERE id ="
                   " '%s'" % (limit, api.id))
        look = Look(house, "SELECT max(spent + reserved) FROM llm_spending"
                    " WHERE scope = 'user_month' AND key = '%s'" % api.id)
    ends = [ended(api, a, 180) for _, a in started]
    outside = look.end()
    failed = judge(ends, "user")
    inside = most(house, "user_month", api.id)
    check(outside <= inside <= limit, "%d seen, %d at most, %d allowed"
          % (outside, inside, limit))
    check(inside > limit * 0.7, "the budget was hardly used: %d of %d"
          % (inside, limit))
    house.psql("UPDATE users SET llm_budget_micro_usd = NULL WHERE id = '%s'"
               % api.id)
    resume_all(house, api, failed)
    return ("%d at once, %d stopped; %d of %d micro-USD at most, %d looks"
            % (len(started), len(failed), inside, limit, look.looks))


def each(house, model):
    """max_cost_micro_usd; raised in the resume."""
    api = house.user()
    limit = house.price * 2 // 3
    paper = house.paper(api)
    status, error = answered(
        house.port, api.token, "POST", "/papers/%s/analysis" % paper,
        {"engine": "openai", "analysis_type": "quick", "parameters":
         {"max_cost_micro_usd": limit}})
    if status == 402:
        check_equal("code", error["code"], "BUDGET_EXCEEDED")
        limit = error["details"]["needed"]
    ids = [start(api, paper, "quick", industry_context="own %d" % n,
                 max_cost_micro_usd=limit) for n in range(4)]
    ends = [ended(api, a) for a in ids]
    failed = judge(ends, "analysis") if limit < house.reserved else []
    for a in ids:
        check(most(house, "analysis", a) <= limit, "over the limit")
    for e in failed:
        api.call("POST", "/analysis/%s/resume" % e["id"],
                 {"max_cost_micro_usd": house.reserved * 2})
        done(api, e["id"])
    return "limit %d, %d stopped, then completed" % (limit, len(failed))


def day(house, model):
    already = int(house.psql("SELECT coalesce(sum(spent), 0) FROM"
                             " llm_spending WHERE scope = 'day'"))
    limit = already + house.reserved + house.price * 9
    house.restart(LLM_DAILY_BUDGET_MICRO_USD=str(limit))
    apis = [house.user() for _ in range(5)]
    theirs = [house.paper(api) for api in apis]
    with Still(house):
        jobs = crowd(apis, theirs, "day")
        look = Look(house, "SELECT sum(spent + reserved) FROM llm_spending"
                    " WHERE scope = 'day'")
    ends = [(api, ended(api, a, 180)) for api, a in jobs]
    outside = look.end()
    failed = judge([e for _, e in ends], "day")
    inside = most(house, "day")
    check(outside <= limit and inside <= limit, "%d, %d seen of %d allowed"
          % (outside, inside, limit))
    house.restart(LLM_DAILY_BUDGET_MICRO_USD="1000000000")
    for api, e in ends:
        if e["status"] == "failed":
            resume_all(house, api, [e])
    return "%d at once, %d stopped; %d of %d micro-USD at most" % (
        len(jobs), len(failed), inside, limit)


def dear(house, model):
    api = house.user()
    paper = house.paper(api)
    calls = model.calls()
    status, error = answered(
        house.port, api.token, "POST", "/papers/%s/analysis" % paper,
        {"engine": "openai", "parameters": {"max_cost_micro_usd": 10}})
    check_equal("status", (status, error["code"]), (402, "BUDGET_EXCEEDED"))
    check(error["details"]["needed"] > error["details"]["remaining"],
          "details: %s" % error)
    check_equal("calls", model.calls(), calls)


def unpriced(house, model):
    house.restart(OPENAI_MODEL="nobodys-model")
    api = house.user()
    paper = house.paper(api)
    calls = model.calls()
    status, answer = answered(
        house.port, api.token, "POST", "/papers/%s/analysis" % paper,
        {"engine": "openai"})
    if status == 202:
        state = ended(api, answer["analysis_id"])
        check_equal("status", state["status"], "failed")
        words = state["error"]["message"]
    else:
        words = "%s %s" % (answer["message"], answer.get("details"))
    check("price" in words, "no words about the price: %s" % words)
    check_equal("calls", model.calls(), calls)
    house.restart(OPENAI_MODEL=house.model.env()["OPENAI_MODEL"])
