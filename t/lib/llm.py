"""The stand-in for a language model's server (t/llm/server) as an object, an
instance of Paperal that uses it, and what must hold after anything."""

import collections
import http.client
import json
import os
import signal
import subprocess
import sys

from paperal import ROOT, Api, Failure, Instance, Unavailable, stop, wait_for

KEY = "sk-test-4d1f0c9ab27e"
MODEL = "gpt-4.1-mini"


class Model:
    """Starts the server; rules and counters by its control port."""

    def __init__(self, *args):
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(ROOT, "t", "llm", "server")]
            + [str(a) for a in args], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if line == "":
            raise Failure("the model's server did not start")
        ports = json.loads(line)
        self.port = ports["port"]
        self.control = ports["control"]
        self.url = "http://127.0.0.1:%d/v1" % self.port

    def env(self, **more):
        """What a worker needs to use it."""
        return dict({"OPENAI_BASE_URL": self.url, "OPENAI_API_KEY": KEY,
                     "OPENAI_MODEL": MODEL}, **more)

    def ask(self, method, path, value=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.control,
                                                timeout=60)
        try:
            connection.request(method, path, None if value is None
                               else json.dumps(value))
            response = connection.getresponse()
            data = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise Failure("%s: %s" % (path, data))
        return data

    def rules(self, *rules):
        self.ask("POST", "/rules", list(rules))

    def fault(self, do, times=None, **match):
        """One rule alone."""
        rule = {"do": do, "match": match}
        if times is not None:
            rule["times"] = times
        self.rules(rule)

    def settings(self, **settings):
        self.ask("POST", "/settings", settings)

    def reset(self):
        self.ask("POST", "/reset")

    def release(self):
        self.ask("POST", "/release")

    def state(self):
        return self.ask("GET", "/state")

    def requests(self):
        return self.ask("GET", "/requests")

    def calls(self):
        return self.state()["calls"]

    def wait_calls(self, n, seconds=60):
        wait_for("call %d of the model" % n, lambda: self.calls() >= n,
                 seconds)

    def wait_idle(self, seconds=60):
        wait_for("an idle model", lambda: self.state()["now"] == 0, seconds)

    def close(self):
        stop(self.process)
        self.process.stdout.close()


# ---- an instance that uses it -----------------------------------------------

CALLS = {"quick": 4, "standard": 11, "deep": 20}
ENDED = ("completed", "failed", "cancelled")


class House(Instance):
    """An instance with a model; its worker can be killed and replaced."""

    def __init__(self, model, **more):
        self.model = model
        env = {"LLM_PROVIDER": "openai", "LLM_IDLE_TIMEOUT": "2",
               "LLM_TIMEOUT": "30", "WORKER_LEASE": "6",
               "WORKER_HEARTBEAT": "1", "WORKER_SLOTS": "4"}
        env.update(model.env())
        env.update(more)
        super().__init__(**env)
        self.users = 0
        self.psql("UPDATE plans SET requests_per_minute = 1000000")
        self.pdf = None

    def user(self):
        """Another one; an outage just before may still be told with 503."""
        self.users += 1
        api = Api(self.port)

        def registered():
            try:
                return api.register("m%d@example.com" % self.users)["user"]
            except Unavailable:
                return None
        api.id = wait_for("an account", registered)["id"]
        return api

    def worker(self):
        """Its process id; there is none for a moment after it was killed."""
        def pid():
            try:
                with open(os.path.join(self.var, "run", "worker.pid")) as f:
                    return int(f.read().split()[0])
            except (OSError, IndexError):
                return None
        return wait_for("the worker's process id", pid, 40)

    def slots(self):
        out = subprocess.run(["ps", "-o", "pid=", "--ppid",
                              str(self.worker())], capture_output=True,
                             text=True)
        return [int(p) for p in out.stdout.split()]

    def new_worker(self, sig=signal.SIGTERM):
        """Ends the worker; its supervisor starts another one."""
        old = self.worker()
        os.kill(old, sig)

        def another():
            try:
                return self.worker() != old and self.slots()
            except (OSError, ValueError, IndexError):
                return False
        wait_for("another worker", another, 40)

    def new_slots(self):
        """Idle slots end and are replaced: nothing learned is left."""
        old = self.slots()
        for pid in old:
            os.kill(pid, signal.SIGTERM)

        def others():
            now = self.slots()
            return len(now) == len(old) and not set(now) & set(old)
        wait_for("other slots", others, 40)

    def restart(self, **more):
        """All of it again, with other settings, on the same data."""
        self.more.update(more)
        stop(self.process, 60)
        self.log.close()
        self.start()

    def paper(self, api, pdf=None, **fields):
        """An extracted paper."""
        query = "&".join("%s=%s" % item for item in fields.items())
        paper = api.call("POST", "/papers" + ("?" + query if query else ""),
                         pdf or self.pdf,
                         {"Content-Type": "application/pdf",
                          "X-Paperal-Filename": "p.pdf"})

        def extracted():
            try:
                p = api.call("GET", "/papers/" + paper["id"])
            except Unavailable:
                return False
            if p["status"] == "failed":
                raise Failure("the paper: %s" % p["error"])
            return p["status"] in ("ready", "completed")
        wait_for("an extracted paper", extracted)
        return paper["id"]

    def rows(self, sql):
        """The rows of a statement as objects."""
        return json.loads(self.psql(
            "SELECT coalesce(json_agg(q), '[]') FROM (%s) q" % sql))

    def calls(self, analysis=None):
        return self.rows("SELECT * FROM model_calls%s ORDER BY id" % (
            " WHERE analysis_id = '%s'" % analysis if analysis else ""))

    def sent(self, analysis=None):
        """Calls that left, in other words not those answered from here."""
        return [c for c in self.calls(analysis) if c["reused_from"] is None]

    def spending(self):
        return {(r["scope"], r["key"]): (r["spent"], r["reserved"])
                for r in self.rows("SELECT scope, key, sum(spent) AS spent,"
                                   " sum(reserved) AS reserved FROM"
                                   " llm_spending GROUP BY 1, 2")}


def start(api, paper, kind="standard", **parameters):
    body = {"analysis_type": kind, "engine": "openai"}
    if parameters:
        body["parameters"] = parameters
    return api.call("POST", "/papers/%s/analysis" % paper,
                    body)["analysis_id"]


def get(api, analysis):
    return api.call("GET", "/analysis/" + analysis)


def ended(api, analysis, seconds=60, wanted=ENDED):
    """The analysis in its end."""
    def reached():
        try:
            state = get(api, analysis)
        except Unavailable:
            return None
        return state if state["status"] in wanted else None
    return wait_for("analysis %s to end" % analysis, reached, seconds)


def done(api, analysis, seconds=60):
    state = ended(api, analysis, seconds)
    if state["status"] != "completed":
        raise Failure("the analysis is %s: %s" % (state["status"],
                                                  state["error"]))
    return state


def results(api, analysis):
    return api.call("GET", "/analysis/%s/results?view=full"
                    % analysis)["results"]


def contents(api, analysis):
    """What a result says, without how it came about."""
    made = results(api, analysis)
    made.pop("provenance")
    made["quality"].pop("schema_repairs")
    return made


def claims_of(made, verdict=None):
    claims = [c for section in made.values() if isinstance(section, dict)
              for c in section.get("claims") or []]
    return [c for c in claims if verdict is None or c["verdict"] == verdict]


def answered(port, token, method, path, body=None):
    """(status, data or error) of any answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, "/api/v1" + path, None if body is None
                           else json.dumps(body),
                           {"Authorization": "Bearer " + token,
                            "Content-Type": "application/json"})
        response = connection.getresponse()
        raw = response.read()
    finally:
        connection.close()
    value = json.loads(raw) if raw else {}
    return response.status, value.get("data", value.get("error"))


def check(condition, what):
    if not condition:
        raise Failure(what)


def check_equal(what, got, expected):
    check(got == expected, "%s: got %r, expected %r" % (what, got, expected))


def books(house):
    """Every sum of money that is kept twice is the same both times."""
    calls = house.calls()
    spent = house.spending()
    by = {}
    for c in calls:
        open_, ended_ = c["state"] == "sent", c["state"] in ("settled", "lost")
        check(open_ or ended_ or c["cost_micro_usd"] == 0,
              "a failed call costs: %s" % c)
        check(c["state"] != "lost"
              or c["cost_micro_usd"] == c["reserved_micro_usd"],
              "a lost call at another price than reserved: %s" % c)
        day = "day"
        for key in ((day, None), ("user_day", c["user_id"]),
                    ("user_month", c["user_id"]),
                    ("analysis", c["analysis_id"])):
            cost, reserved = by.get(key, (0, 0))
            by[key] = (cost + c["cost_micro_usd"],
                       reserved + (c["reserved_micro_usd"] if open_ else 0))
    for (scope, key), amounts in spent.items():
        check_equal("spending of the %s" % scope, amounts, by.get(
            (scope, key if scope != "day" else None), (0, 0)))
    for (scope, key), amounts in by.items():
        if amounts != (0, 0) and scope != "day":
            check((scope, key) in spent, "no spending row of %s %s"
                  % (scope, key))
    for row in house.rows(
            "SELECT a.id, a.cost_micro_usd AS cost, (SELECT sum("
            "s.cost_micro_usd) FROM analysis_stages s WHERE s.analysis_id ="
            " a.id) AS stages FROM analyses a WHERE a.engine = 'openai'"):
        check_equal("cost of analysis", row["cost"],
                    by.get(("analysis", row["id"]), (0, 0))[0])
        check_equal("cost of the stages", row["stages"], row["cost"])
    return by


def ledger(house, requests):
    """The ledger lists exactly what the model's server received."""
    rows = house.rows("SELECT bytes, payload_sha256 FROM outbound")
    rest = collections.Counter((r["bytes"], r["payload_sha256"])
                               for r in rows)
    rest.subtract((r["bytes"], r["body_sha256"]) for r in requests)
    check_equal("ledger less requests", {k: v for k, v in rest.items() if v},
                {})
