"""What an analysis costs a second time: nothing.  Replays, reuse, the number
of calls of each type, the same result from the same answers."""

from llm import (CALLS, MODEL, books, check, check_equal, done, ended, results,
                 start)

import papers

SETTINGS = {"WORKER_SLOTS": "2"}


def tests(args):
    for kind in ("quick", "standard", "deep"):
        yield "%s: %d calls" % (kind, CALLS[kind]), \
            lambda h, m, k=kind: first(h, m, k)
        yield "%s: the first call alone, then at most four" % kind, \
            lambda h, m, k=kind: order(h, m, k)
        yield "%s: a second run is answered from here" % kind, \
            lambda h, m, k=kind: again(h, m, k)
        yield "%s: a replay" % kind, lambda h, m, k=kind: replay(h, m, k)
    yield "deep reuses what standard has asked", deeper
    yield "other parameters are other calls", others
    yield "an estimate is kept", estimate
    yield "a Chinese paper", chinese
    yield "a replay under another model", elsewhere
    yield "a replay after an answer is gone", missing
    yield "another user's answers are not reused", stranger
    yield "the books", lambda h, m: (books(h), None)[1]


def sha(house, analysis):
    return house.psql("SELECT result_sha256 FROM analyses WHERE id = '%s'"
                      % analysis)


def begin(house, kind):
    """In a context of its own: deep would reuse what standard has asked."""
    return start(house.api, house.one, kind, industry_context="for " + kind)


def first(house, model, kind):
    if house.pdf is None:
        house.pdf = papers.two_column()
        house.api = house.user()
        house.one = house.paper(house.api)
        house.ids = {}
    model.settings(default={"first_ms": 20})
    model.reset()
    analysis = begin(house, kind)
    state = done(house.api, analysis)
    house.ids[kind] = analysis
    check_equal("calls", model.calls(), CALLS[kind])
    check_equal("most at once", model.state()["most"] <= 4, True)
    check_equal("all stages", [s["status"] for s in state["stages"]],
                ["completed"] * 11)
    quality = results(house.api, analysis)["quality"]
    tokens = sum(c["prompt_tokens"] for c in house.sent(analysis))
    return "%d micro-USD, %d tokens in; quality %s" % (
        state["cost_micro_usd"], tokens, {k: v for k, v in quality.items()
                                          if isinstance(v, (int, float))})


def order(house, model, kind):
    calls = model.requests()
    check(calls[0]["end"] <= min(c["start"] for c in calls[1:]),
          "the first call was not alone")
    return "at most %d at once" % model.state()["most"]


def again(house, model, kind):
    calls = model.calls()
    analysis = begin(house, kind)
    state = done(house.api, analysis)
    check_equal("calls", model.calls(), calls)
    check_equal("cost", state["cost_micro_usd"], 0)
    check_equal("result_sha256", sha(house, analysis),
                sha(house, house.ids[kind]))
    check(all(s["reused"] for s in state["stages"]), "stages are not marked"
          " as reused: %s" % state["stages"])


def replay(house, model, kind):
    calls = model.calls()
    made = house.api.call("POST", "/analysis/%s/replay" % house.ids[kind])
    analysis = made.get("analysis_id") or made["id"]
    check(analysis != house.ids[kind], "no analysis of its own")
    state = done(house.api, analysis)
    check_equal("calls", model.calls(), calls)
    check_equal("cost", state["cost_micro_usd"], 0)
    check_equal("result_sha256", sha(house, analysis),
                sha(house, house.ids[kind]))
    diff = house.api.call("GET", "/analysis/%s/diff/%s"
                          % (house.ids[kind], analysis))
    check_equal("diff", diff["same"], True)
    recipe = house.api.call("GET", "/analysis/%s/recipe" % analysis)
    check_equal("recipe", recipe["result_sha256"], sha(house, analysis))


def deeper(house, model):
    model.reset()
    analysis = start(house.api, house.one, "deep",
                     industry_context="for standard")
    done(house.api, analysis)
    check_equal("calls", model.calls(), CALLS["deep"] - CALLS["standard"])


def others(house, model):
    model.reset()
    analysis = start(house.api, house.one, "quick",
                     focus_areas=["water", "energy"])
    done(house.api, analysis)
    check_equal("calls", model.calls(), CALLS["quick"])
    other = start(house.api, house.one, "quick", weights={"readiness": 50},
                  focus_areas=["water", "energy"])
    done(house.api, other)
    check_equal("calls after weights alone", model.calls(), CALLS["quick"])


def estimate(house, model):
    """What is paid lies between low and high; nothing leaves for it."""
    notes = []
    for kind in CALLS:
        paper = house.paper(house.api, papers.fresh(house.pdf, len(kind)))
        calls = model.calls()
        e = house.api.call("POST", "/papers/%s/analysis/estimate" % paper,
                           {"engine": "openai", "analysis_type": kind,
                            "parameters": {"industry_context": "e" + kind}})
        check_equal("calls", model.calls(), calls)
        t = e["total"]
        analysis = start(house.api, paper, kind, industry_context="e" + kind)
        cost = done(house.api, analysis)["cost_micro_usd"]
        check(t["low"] <= t["likely"] <= t["high"], "not in order: %s" % t)
        check(cost <= t["high"], "%s: %d paid, at most %d said" % (
            kind, cost, t["high"]))
        sent = sum(c["bytes"] for c in house.sent(analysis))
        notes.append("%s %d paid of %s, %d bytes of %d" % (
            kind, cost, t, sent, e["outbound"]["bytes"]))
        check(0.5 < e["outbound"]["bytes"] / sent < 2,
              "bytes: %s" % notes[-1])
    return "\n".join(notes)


def chinese(house, model):
    model.reset()
    paper = house.paper(house.api, papers.chinese())
    analysis = start(house.api, paper, "standard", language="zh")
    done(house.api, analysis)
    check_equal("calls", model.calls(), CALLS["standard"])
    made = results(house.api, analysis)
    supported = [c for s in made.values() if isinstance(s, dict)
                 for c in s.get("claims") or [] if c["verdict"] == "supported"]
    check(supported, "no claim is supported")
    return "%d claims supported" % len(supported)


def elsewhere(house, model):
    """What answered then counts, not what is configured today."""
    api = house.user()
    analysis = start(api, house.paper(api), "quick")
    done(api, analysis)
    notes = []
    for more in ({"OPENAI_MODEL": "gpt-4o-mini"},
                 {"OPENAI_BASE_URL": "", "OPENAI_API_KEY": "",
                  "OPENAI_MODEL": ""}):
        house.restart(**more)
        model.reset()
        other = api.call("POST", "/analysis/%s/replay" % analysis)[
            "analysis_id"]
        done(api, other)
        check_equal("calls", model.calls(), 0)
        check_equal("hash", sha(house, other), sha(house, analysis))
        stages = results(api, other)["provenance"]["stages"]
        notes.append(stages[0]["model_requested"])
    house.restart(**model.env())
    check_equal("models", notes, [MODEL] * 2)


def missing(house, model):
    """The answers of the original are gone: words, and no call."""
    calls = model.calls()
    analysis = house.ids["quick"]
    house.psql("UPDATE model_calls SET usable = false, raw = NULL WHERE id ="
               " (SELECT max(id) FROM model_calls WHERE analysis_id = '%s')"
               % analysis, "postgres")
    made = house.api.call("POST", "/analysis/%s/replay" % analysis)
    state = ended(house.api, made.get("analysis_id") or made["id"])
    check_equal("status", (state["status"], state["error"]["code"]),
                ("failed", "CONFLICT"))
    check_equal("calls", model.calls(), calls)
    return state["error"]["message"]


def stranger(house, model):
    model.reset()
    api = house.user()
    paper = house.paper(api)
    done(api, start(api, paper, "quick"))
    check_equal("calls", model.calls(), CALLS["quick"])
