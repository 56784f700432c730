"""The stand-in for a language model's server (t/llm/server), as an object."""

import http.client
import json
import os
import subprocess
import sys

from paperal import ROOT, Failure, stop, wait_for

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
