"""Every fault of behaviour.py, end to end: what the user sees, what it costs,
and that a resume after the fault completes without paying a call twice.

Each fault meets a worker of its own, so that nothing learned or counted at
one is known at the next, and a context of its own, so that no answer is
reused.  A fault that can be got over leads to the same result_sha256 as an
undisturbed run.
"""

import json

from behaviour import FAULTS
from llm import (CALLS, KEY, books, check, check_equal, claims_of, contents,
                 done, ended, ledger, results, start)
from paperal import Failure, wait_for

import papers

SETTINGS = {"WORKER_SLOTS": "1", "LLM_IDLE_TIMEOUT": "1",
            "LOG_LEVEL": "debug"}

# good answers in an odd form: nothing is noticed

GOOD = """split split_crlf crlf cr comments bom no_done no_usage usage_in_last
usage_in_every empty_choices same_ids connection_close reasoning slow_drip
fenced prose_around thinking wrong_model no_fingerprint extra_keys""".split()

# well-formed lies: the result is complete, and does not repeat them

LIES = """fabricated misattributed unknown_sids altered_digits market
empty_answer""".split()

# once: one call more, then all is well

ONCE = """free_prose other_keys wrong_types missing_keys
truncated_json deep surrogates nuls_in_text no_text rate_limit rate_limit_seconds
rate_limit_ms internal bad_gateway overloaded timeout conflict error_in_stream
cut reset reset_at_once no_finish invalid_utf8 nul_bytes stall_headers
stall_middle tool_calls""".split()

# parameters that the server does not know: learned

LEARNED = """reject_max_tokens reject_max_completion_tokens reject_temperature
reject_schema reject_format reject_seed reject_stream_options""".split()

# for good: words, and a resume

FOREVER = {
    "insufficient_quota": "LLM_QUOTA",
    "unauthorized": "LLM_UNAUTHORIZED",
    "unauthorized_echo": "LLM_UNAUTHORIZED",
    "forbidden": "LLM_UNAUTHORIZED",
    "not_found": "LLM_MODEL_NOT_FOUND",
    "unprocessable": "LLM_BAD_REQUEST",
    "context": "LLM_CONTEXT_EXCEEDED",
    "refusal": "LLM_REFUSED",
    "content_filter": "LLM_REFUSED",
    "filtered_prompt": "LLM_REFUSED",
    "length": "LLM_TRUNCATED",
    "cut_prompt": "LLM_CONTEXT_TRUNCATED",
    "redirect": "LLM_UNAVAILABLE",
    "giant": "LLM_BAD_ANSWER",
}

# the worker tries for long before it gives up (at a 429 it never does)

PATIENT = """internal bad_gateway stall_headers stall_middle cut
no_finish error_in_stream""".split()

QUICK = """split crlf cr comments no_usage reasoning fenced prose_around
wrong_model fabricated misattributed altered_digits market nuls_in_text
free_prose extra_keys truncated_json deep rate_limit_seconds rate_limit_ms
internal error_in_stream cut reset no_finish invalid_utf8 nul_bytes
stall_middle giant reject_max_tokens reject_max_completion_tokens
reject_temperature reject_schema reject_format insufficient_quota
unauthorized_echo context refusal length cut_prompt redirect""".split()


def tests(args):
    for kind in ("quick", "standard", "deep") if args.long else ("quick",):
        yield "%s, undisturbed" % kind, \
            lambda h, m, k=kind: undisturbed(h, m, k)
        for names, judge in ((GOOD, good), (LIES, lies), (ONCE, once),
                             (LEARNED, learned), (FOREVER, forever)):
            for name in names:
                if args.long or name in QUICK:
                    yield "%s, %s" % (kind, name), \
                        lambda h, m, k=kind, n=name, j=judge: \
                        one(h, m, k, n, j)
        yield "%s, invalid for good" % kind, \
            lambda h, m, k=kind: one(h, m, k, "free_prose", degraded)
    yield "a long Retry-After gives the slot back", throttled
    for name in PATIENT if args.long else ():
        yield "%s for good" % name, \
            lambda h, m, n=name: one(h, m, "quick", n, patient)
    yield "the books and the ledger", closing


def undisturbed(house, model, kind):
    if house.pdf is None:
        house.pdf = papers.one_page()
        house.requests = []
        house.api = house.user()
        house.one = house.paper(house.api)
        house.number = 0
    model.reset()
    house.new_slots()
    analysis = begin(house, model, kind)
    state = done(house.api, analysis)
    check_equal("calls", model.calls(), CALLS[kind])
    house.sha = sha(house, analysis)
    house.contents = contents(house.api, analysis)
    house.cost = state["cost_micro_usd"]
    made = results(house.api, analysis)
    check(claims_of(made, "supported"), "nothing is supported")
    house.requests += model.requests()
    return "%d micro-USD, %d of %d claims supported" % (
        house.cost, len(claims_of(made, "supported")), len(claims_of(made)))


def begin(house, model, kind):
    house.number += 1
    return start(house.api, house.one, kind,
                 industry_context="fault %d" % house.number)


def sha(house, analysis):
    return house.psql("SELECT result_sha256 FROM analyses WHERE id = '%s'"
                      % analysis)


def one(house, model, kind, name, judge):
    model.wait_idle()
    model.reset()
    house.new_slots()
    try:
        return judge(house, model, kind, name)
    finally:
        house.requests += model.requests()


def seen(house, analysis, state):
    kept = sum(s["status"] == "completed" for s in state["stages"])
    error = state["error"]
    return "%s%s; %d stages, %d micro-USD, %d calls" % (
        state["status"], " %s: %s" % (error["code"], error["message"])
        if error else "", kept, state["cost_micro_usd"],
        len(house.sent(analysis)))


def good(house, model, kind, name):
    model.fault(name)
    analysis = begin(house, model, kind)
    state = done(house.api, analysis, 120)
    check_equal("calls", model.calls(), CALLS[kind])
    check_equal("result_sha256", sha(house, analysis), house.sha)
    return seen(house, analysis, state)


def lies(house, model, kind, name):
    model.fault(name)
    analysis = begin(house, model, kind)
    state = done(house.api, analysis, 120)
    made = results(house.api, analysis)
    text = json.dumps({k: v for k, v in made.items()
                       if k not in ("provenance", "quality")})
    supported = len(claims_of(made, "supported"))
    if name in ("fabricated", "altered_digits", "empty_answer"):
        check_equal("supported claims", supported, 0)
    elif name in ("misattributed", "unknown_sids", "market"):
        check(supported > 0, "true quotes are not found")
    if name in ("fabricated", "altered_digits"):
        check(claims_of(made, "unsupported"), "no claim is unsupported")
    for lie in ("4.2 billion", "23.7"):
        check(lie not in text, "a number without a source: " + lie)
    if name == "market":
        check(made["quality"]["warnings"], "nothing is reported as removed")
    return seen(house, analysis, state) + "; %d supported, %d warnings" % (
        supported, len(made["quality"]["warnings"] or []))


def once(house, model, kind, name):
    model.fault(name, times=1)
    analysis = begin(house, model, kind)
    state = done(house.api, analysis, 120)
    check_equal("calls", model.calls(), CALLS[kind] + 1)
    check(contents(house.api, analysis) == house.contents, "another result")
    return seen(house, analysis, state)


def learned(house, model, kind, name):
    model.fault(name)
    analysis = begin(house, model, kind)
    state = done(house.api, analysis, 120)
    check(model.calls() <= CALLS[kind] + 4, "%d calls" % model.calls())
    refused = [c for c in house.sent(analysis) if c["state"] == "failed"]
    check_equal("calls", model.calls(), CALLS[kind] + len(refused))
    check_equal("result_sha256", sha(house, analysis), house.sha)
    return seen(house, analysis, state)


def forever(house, model, kind, name):
    """From a call on at which there is something to keep: with reviews a
    stage is finished by its second call."""
    first = 15 if kind == "deep" else 2
    model.fault(name, calls=list(range(first, 1000)))
    analysis = begin(house, model, kind)
    state = ended(house.api, analysis, 120)
    words = seen(house, analysis, state)
    check_equal("status", state["status"], "failed")
    check_error(state["error"], FOREVER[name])
    kept = [s["name"] for s in state["stages"] if s["status"] == "completed"]
    check(kept, "no stage is kept")
    check(state["cost_micro_usd"] > 0, "the first call costs nothing")
    resume(house, model, kind, analysis)
    return words


def check_error(error, code):
    check(error["code"].startswith(code), "code %s" % error["code"])
    check(len(error["message"]) > 15 and error["message"][0].isupper()
          or " " in error["message"], "no words: %r" % error["message"])
    check(KEY not in json.dumps(error), "the key is in the error")


def resume(house, model, kind, analysis):
    """The fault is gone; what was answered is not asked again."""
    answered = {c["request_sha256"] for c in house.sent(analysis)
                if c["usable"]}
    seen_before = len(model.requests())
    model.rules()
    house.new_slots()
    house.api.call("POST", "/analysis/%s/resume" % analysis, {})
    done(house.api, analysis, 120)
    again = [r for r in model.requests()[seen_before:]
             if r["body_sha256"] in answered]
    check_equal("answered calls sent again", len(again), 0)
    check_equal("inputs answered", len({
        c["input_hash"] for c in house.sent(analysis) if c["usable"]}),
        CALLS[kind])
    check_equal("result_sha256", sha(house, analysis), house.sha)


def degraded(house, model, kind, name):
    """One repair for each call; then the stages say that they are empty."""
    model.fault(name)
    analysis = begin(house, model, kind)
    state = done(house.api, analysis, 120)
    check_equal("calls", model.calls(), 2 * CALLS[kind])
    made = results(house.api, analysis)
    check_equal("supported claims", len(claims_of(made, "supported")), 0)
    check(made["technical_feasibility"]["unknowns"], "no reason is given")
    return seen(house, analysis, state)


def throttled(house, model):
    """The job waits and holds no slot; it goes on where it was."""
    model.reset()
    house.new_slots()
    model.fault("rate_limit_long", calls=[2])
    analysis = begin(house, model, "quick")
    row = "FROM jobs WHERE subject_id = '%s'" % analysis
    wait_for("the job to wait", lambda: house.psql(
        "SELECT throttled > 0 AND state = 'queued' " + row) == "t")
    check_equal("attempts", house.psql("SELECT lost " + row), "0")
    delay = float(house.psql("SELECT extract(epoch FROM run_at -"
                             " clock_timestamp()) " + row))
    check(60 < delay < 100, "put off for %.0f s" % delay)
    house.psql("UPDATE jobs SET run_at = clock_timestamp() WHERE subject_id ="
               " '%s'; NOTIFY paperal_jobs" % analysis)
    state = done(house.api, analysis, 60)
    check_equal("result_sha256 present", len(sha(house, analysis)), 64)
    house.requests += model.requests()
    return "put off for %.0f s; %s" % (delay, seen(house, analysis, state))


def patient(house, model, kind, name):
    model.fault(name, calls=list(range(2, 1000)))
    analysis = begin(house, model, kind)

    def hurry():
        """What waits for its time is due now."""
        house.psql("UPDATE jobs SET run_at = clock_timestamp() WHERE"
                   " subject_id = '%s' AND state = 'queued' AND run_at >"
                   " clock_timestamp(); NOTIFY paperal_jobs" % analysis)

    def over():
        hurry()
        state = house.api.call("GET", "/analysis/" + analysis)
        return state if state["status"] in ("failed", "completed") else None
    state = wait_for("the end", over, 400)
    words = seen(house, analysis, state)
    check_equal("status", state["status"], "failed")
    check_error(state["error"], "LLM_")
    lost = [c for c in house.sent(analysis) if c["state"] == "lost"]
    resume_after(house, model, analysis)
    return words + ", %d lost" % len(lost)


def resume_after(house, model, analysis):
    model.rules()
    house.new_slots()
    house.api.call("POST", "/analysis/%s/resume" % analysis, {})
    done(house.api, analysis, 120)


def closing(house, model):
    books(house)
    ledger(house, house.requests)
    unknown = [n for n in FAULTS if n not in set(GOOD) | set(LIES) | set(ONCE)
               | set(LEARNED) | set(FOREVER) | {"duplicate_keys",
                                                "rate_limit_long"}]
    if unknown:
        raise Failure("faults that no test asks for: %s" % unknown)
    return "%d requests" % len(house.requests)
