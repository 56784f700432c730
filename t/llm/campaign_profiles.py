"""One short analysis by each kind of server: its paths, its way to take the
key, its answer format, its price; and proxies only where they are asked for.
"""

import os
import subprocess

from llm import (CALLS, KEY, MODEL, answered, books, check, check_equal, done,
                 results, start)
from paperal import BUILD, wait_for

import papers

DEAD = "http://127.0.0.1:9"
SETTINGS = {"WORKER_SLOTS": "1", "http_proxy": DEAD, "https_proxy": DEAD,
            "all_proxy": DEAD, "HTTP_PROXY": DEAD, "ALL_PROXY": DEAD}

# provider, what it is asked for, header of the key, free of charge

PROVIDERS = (
    ("openai", "json_schema", "authorization", False),
    ("azure", "json_schema", "api-key", False),
    ("deepseek", "json_object", "authorization", None),
    ("openrouter", "json_schema", "authorization", None),
    ("ollama", "json_schema", "authorization", True),
    ("vllm", "json_schema", "authorization", True),
    ("llamacpp", "json_schema", "authorization", True),
    ("lmstudio", "json_schema", "authorization", True),
    ("generic", "json_schema", "authorization", None),
)
SHORT = ("azure", "deepseek", "ollama")


def tests(args):
    yield "environment proxies are not used", first
    for row in PROVIDERS[1:]:
        if args.long or row[0] in SHORT:
            yield row[0], lambda h, m, r=row: provider(h, m, *r)
    yield "no key at all", keyless
    yield "llm-check", lambda h, m: checks(h, m, args.long)
    yield "a proxy that is asked for", proxied
    yield "the books", lambda h, m: (books(h), None)[1]


def first(house, model):
    house.pdf = papers.one_page()
    house.api = house.user()
    house.number = 0
    return used(house, model, *PROVIDERS[0])


def used(house, model, name, form, header, free):
    model.reset()
    house.number += 1
    paper = house.paper(house.api, papers.fresh(house.pdf, house.number))
    info = house.api.call("GET", "/models")
    check_equal("provider", info["provider"], name)
    analysis = start(house.api, paper, "quick")
    state = done(house.api, analysis)
    requests = model.requests()
    check_equal("calls", len(requests), CALLS["quick"])
    check_equal("format", {r["format"] for r in requests}, {form})
    check(all(header in r["headers"] for r in requests),
          "headers: %s" % requests[0]["headers"])
    check_equal("model", {r["model"] for r in requests}, {MODEL})
    if free is not None:
        check_equal("free", state["cost_micro_usd"] == 0, free)
    supported = [c for s in results(house.api, analysis).values()
                 if isinstance(s, dict) for c in s.get("claims") or []
                 if c["verdict"] == "supported"]
    check(supported, "nothing is supported")
    return "%d micro-USD, %s %s" % (state["cost_micro_usd"],
                                    requests[0]["path"],
                                    requests[0]["parameters"])


def provider(house, model, name, form, header, free):
    base = model.url[:-3] if name == "azure" else model.url
    house.restart(LLM_PROVIDER=name, OPENAI_BASE_URL=base)
    return used(house, model, name, form, header, free)


def keyless(house, model):
    """A server of one's own asks for none; this one does."""
    house.restart(LLM_PROVIDER="ollama", OPENAI_BASE_URL=model.url,
                  OPENAI_API_KEY="")
    model.reset()
    house.number += 1
    paper = house.paper(house.api, papers.fresh(house.pdf, house.number))
    analysis = start(house.api, paper, "quick")
    state = wait_for("an end", lambda: (lambda s: s if s["status"] in (
        "failed", "completed") else None)(house.api.call(
            "GET", "/analysis/" + analysis)))
    check_equal("code", (state["error"] or {}).get("code"),
                "LLM_UNAUTHORIZED")
    check("authorization" not in model.requests()[0]["headers"],
          "a key was sent")
    house.restart(OPENAI_API_KEY=KEY, LLM_PROVIDER="openai")


def llm_check(house, **more):
    env = {**os.environ, **house.env, **house.more, **more}
    out = subprocess.run([os.path.join(BUILD, "paperal-worker"), "llm-check"],
                         env=env, capture_output=True, text=True, timeout=120)
    check(KEY not in out.stdout + out.stderr, "the key is printed")
    return out.returncode, out.stdout + out.stderr


def checks(house, model, long):
    """It says what works and ends with 0, or what does not and with 1."""
    model.reset()
    code, words = llm_check(house)
    check_equal("code", (code, words), (0, words))
    notes = [words]
    for fault in ("unauthorized_echo", "not_found", "insufficient_quota",
                  "bad_gateway"):
        model.fault(fault)
        code, text = llm_check(house)
        check(code != 0, "%s: ends with 0: %s" % (fault, text))
        notes.append("-- %s: %s" % (fault, text.strip().splitlines()[-1]))
    for fault in ("reject_schema", "reject_seed", "no_usage", "cr",
                  "reject_temperature"):
        model.fault(fault)
        code, text = llm_check(house)
        check_equal("%s: %s" % (fault, text), code, 0)
        if fault == "reject_schema":
            notes.append("-- %s: %s" % (fault, text))
    model.reset()
    code, text = llm_check(house, OPENAI_BASE_URL=DEAD + "/v1")
    check(code != 0 and "127.0.0.1:9" in text, "nobody there: %s" % text)
    return "\n".join(notes)


def proxied(house, model):
    """LLM_PROXY is used; the analysis says so when it is not there."""
    house.restart(LLM_PROXY=DEAD)
    model.reset()
    house.number += 1
    paper = house.paper(house.api, papers.fresh(house.pdf, house.number))
    analysis = start(house.api, paper, "quick")
    wait_for("a failed call", lambda: [c for c in house.calls(analysis)
                                       if c["state"] == "failed"])
    check_equal("calls", model.calls(), 0)
    house.api.call("POST", "/analysis/%s/cancel" % analysis)
    status, _ = answered(house.port, house.api.token, "GET",
                         "/analysis/" + analysis)
    check_equal("status", status, 200)
