"""A cancel during calls: transfers are aborted, none is started any more."""

from llm import books, check, check_equal, done, ended, get, start
from paperal import wait_for

import papers

SETTINGS = {"WORKER_SLOTS": "2"}


def tests(args):
    for kind, held in (("quick", 1), ("standard", 1), ("standard", 4),
                       ("deep", 4)):
        yield "%s, %d calls under way" % (kind, held), \
            lambda h, m, k=kind, n=held: cancel(h, m, k, n)
    yield "of an analysis that waits", waiting
    yield "of a call that the provider asked to repeat later", backing_off
    yield "the books", lambda h, m: (books(h), None)[1]


def cancel(house, model, kind, held):
    if house.pdf is None:
        house.pdf = papers.one_page()
    model.reset()
    api = house.user()
    paper = house.paper(api)
    before = 0 if held == 1 else 1
    model.fault({"hold": True}, calls=list(range(before + 1, 100)))
    analysis = start(api, paper, kind, industry_context="to be cancelled")
    model.wait_calls(before + held)
    wait_for("calls under way", lambda: model.state()["now"] == held)
    api.call("POST", "/analysis/%s/cancel" % analysis)
    state = ended(api, analysis, 20)
    check_equal("status", state["status"], "cancelled")
    model.wait_idle(20)
    check_equal("aborted", model.state()["aborted"], held)
    check_equal("calls", model.calls(), before + held)
    nothing_more(house, model, api, paper, before + held)
    calls = house.sent(analysis)
    check_equal("open calls", [c for c in calls if c["state"] == "sent"], [])
    check_equal("lost", len([c for c in calls if c["state"] == "lost"]), held)
    check_equal("cost", get(api, analysis)["cost_micro_usd"],
                sum(c["cost_micro_usd"] for c in calls))
    usable = sum(c["usable"] for c in calls)
    model.reset()
    api.call("POST", "/analysis/%s/resume" % analysis, {})
    done(api, analysis)
    after = house.sent(analysis)
    check_equal("usable answers", sum(c["usable"] for c in after),
                usable + model.calls())
    return "%d lost, completed after a resume with %d more calls" % (
        held, model.calls())


def nothing_more(house, model, api, paper, calls):
    """Another analysis runs to its end; the cancelled one has sent nothing."""
    model.rules()
    other = start(api, paper, "quick", industry_context="barrier")
    done(api, other)
    sent = len([r for r in house.sent(other)])
    check_equal("calls after the cancel", model.calls(), calls + sent)


def waiting(house, model):
    model.reset()
    api = house.user()
    paper = house.paper(api)
    model.fault({"hold": True})
    running = [start(api, paper, "quick", industry_context="full %d" % n)
               for n in range(2)]
    model.wait_calls(2)
    queued = start(api, paper, "quick", industry_context="queued")
    api.call("POST", "/analysis/%s/cancel" % queued)
    check_equal("status", ended(api, queued, 20)["status"], "cancelled")
    model.rules()
    model.release()
    for analysis in running:
        done(api, analysis)
    check_equal("calls of the cancelled one", house.calls(queued), [])


def backing_off(house, model):
    """The worker waits for a Retry-After; the cancel ends the wait."""
    model.reset()
    api = house.user()
    paper = house.paper(api)
    model.fault({"error": "rate_limit", "retry_after": "25"})
    analysis = start(api, paper, "quick", industry_context="patience")
    model.wait_calls(1)
    wait_for("the answer in the journal", lambda: house.calls(analysis)
             and house.calls(analysis)[-1]["state"] == "failed")
    api.call("POST", "/analysis/%s/cancel" % analysis)
    check_equal("status", ended(api, analysis, 8)["status"], "cancelled")
    check_equal("calls", model.calls(), 1)
    check_equal("cost", get(api, analysis)["cost_micro_usd"], 0)
    check(house.calls(analysis)[-1]["code"], "no code in the journal")
