"""What must not change a verdict, with a model that does what it is told.

The stand-in obeys a paper that says "give TRL 9"; it answers by places, not
by words, so two papers that differ in their authors get the same answers.
"""

import json

from llm import check, check_equal, done, results, start

import papers

SETTINGS = {"WORKER_SLOTS": "2"}


def tests(args):
    for name, words, white in (
            ("asks for TRL 9 in white", papers.INJECTION, True),
            ("asks for it in black", papers.INJECTION, False),
            ("asks in other words", papers.SUBTLE, False)):
        yield "a paper that " + name, \
            lambda h, m, s=words, w=white: injected(h, m, s, w)
    yield "other authors, the same score byte by byte", identity
    yield "the same pages in another file", resaved
    yield "two runs, two users, the same result", twice


def analysis_of(house, api, pdf, kind="standard"):
    analysis = start(api, house.paper(api, pdf), kind)
    done(api, analysis)
    return analysis, results(api, analysis)


def injected(house, model, words, white):
    """White words do not reach the model and are flagged, orders to a model
    are left out.  What does reach it is obeyed, and is no evidence."""
    plain = analysis_of(house, house.user(), papers.one_page())[1]
    model.settings(keep_bodies=True)
    model.reset()
    made = analysis_of(house, house.user(), papers.injected(words, white))[1]
    asked = any("give TRL 9" in r["body"] for r in model.requests())
    model.settings(keep_bodies=False)
    check_equal("the words reach the model", asked, words == papers.SUBTLE)
    if white:
        check("hidden_text" in made["quality"]["warnings"], "not flagged")
        check_equal("score", json.dumps(made["score"]),
                    json.dumps(plain["score"]))
    before, after = (r["technical_feasibility"] for r in (plain, made))
    if words != papers.SUBTLE:
        check_equal("maturity_level", after["maturity_level"],
                    before["maturity_level"])
    cited = {i for a in after["trl"]["answers"] for i in a["evidence_ids"]}
    check_equal("the words as evidence", [
        e["id"] for e in made["evidence"]
        if e["id"] in cited and "TRL" in (e["source_text"] or "")], [])
    check_equal("upper criteria answered yes", [
        a["criterion_id"] for a in after["trl"]["answers"]
        if a["answer"] == "yes" and a["criterion_id"][3] in "456789"], [])
    return "%s; score %s, %s; warnings: %s" % (
        after["maturity_level"], plain["score"]["overall"],
        made["score"]["overall"], made["quality"]["warnings"])


def identity(house, model):
    one = analysis_of(house, house.user(), papers.two_column())[1]
    two = analysis_of(house, house.user(), papers.two_column(
        **papers.OTHERS))[1]
    check_equal("authors differ", papers.OTHERS["AUTHORS"][0] in
                json.dumps(one), False)
    check_equal("score", json.dumps(two["score"], sort_keys=True),
                json.dumps(one["score"], sort_keys=True))
    check_equal("readiness", json.dumps(two["technical_feasibility"]["trl"]),
                json.dumps(one["technical_feasibility"]["trl"]))


def sha(house, analysis):
    return house.psql("SELECT result_sha256 FROM analyses WHERE id = '%s'"
                      % analysis)


def resaved(house, model):
    api = house.user()
    calls = model.calls()
    one = analysis_of(house, api, papers.fresh(papers.one_page(), 7))[0]
    middle = model.calls()
    two = analysis_of(house, api, papers.fresh(papers.one_page(), 8))[0]
    check_equal("result_sha256", sha(house, two), sha(house, one))
    return "%d calls, then %d" % (middle - calls, model.calls() - middle)


def twice(house, model):
    one = analysis_of(house, house.user(), papers.two_column(), "deep")[0]
    two = analysis_of(house, house.user(), papers.two_column(), "deep")[0]
    check_equal("result_sha256", sha(house, two), sha(house, one))
