"""How the stand-in misbehaves: named faults, errors, the frames of an answer.

A behaviour is an object of these members, all optional:

    delay_ms first_ms token_ms   before the headers, the first frame, each frame
    hold                         wait before the headers until told to go on
    error, retry_after, retry_after_ms, echo_key     an error instead (ERRORS)
    reject                       parameters that are refused with 400
    redirect                     302 to that address
    bend                         faults of the text, see answers.py
    finish                       finish_reason; "" leaves it out
    refusal filter tool_calls reasoning giant        another answer
    model fingerprint            what the server says that it is
    usage                        "own" chunk, "last" chunk, "every", "none"
    prompt_tokens                number of the usage; or prompt_share of ours
    split eol comments done empty_choices same_ids bom close   form of the stream
    error_at cut_at reset_at stall_at                 share of the stream, 0..1
    inject                       "utf8" or "nul" in the middle of a frame
    context                      size of the context; longer: an error
"""

import json

ERRORS = {
    "rate_limit": (429, "requests", "rate_limit_exceeded", None,
                   "Rate limit reached for requests per minute."),
    "insufficient_quota": (429, "insufficient_quota", "insufficient_quota",
                           None, "You exceeded your current quota, please"
                           " check your plan and billing details."),
    "internal": (500, "server_error", None, None,
                 "The server had an error while processing your request."),
    "bad_gateway": (502, None, None, None, "<html>Bad Gateway</html>"),
    "overloaded": (503, "server_error", None, None,
                   "The engine is currently overloaded."),
    "timeout": (408, "server_error", None, None, "Request timed out."),
    "conflict": (409, "server_error", None, None, "Try again."),
    "unauthorized": (401, "invalid_request_error", "invalid_api_key", None,
                     "Incorrect API key provided."),
    "forbidden": (403, "invalid_request_error", "permission_denied", None,
                  "You do not have access to this organization."),
    "not_found": (404, "invalid_request_error", "model_not_found", None,
                  "The model does not exist or you do not have access."),
    "unprocessable": (422, "invalid_request_error", None, None,
                      "Unprocessable entity."),
    "context": (400, "invalid_request_error", "context_length_exceeded",
                "messages", "This model's maximum context length is 8192"
                " tokens. However, your messages resulted in 10000 tokens."),
    "filtered": (400, "invalid_request_error", "content_filter", "prompt",
                 "The response was filtered due to the prompt triggering"
                 " content management policy."),
    "empty": (500, None, None, None, ""),
}

# what each campaign asks for by name

FAULTS = {
    # the form of the stream: all of these are good answers
    "split": {"split": 1},
    "split_crlf": {"split": 1, "eol": "\r\n"},
    "crlf": {"eol": "\r\n"},
    "cr": {"eol": "\r"},
    "comments": {"comments": True},
    "bom": {"bom": True},
    "no_done": {"done": False},
    "no_usage": {"usage": "none"},
    "usage_in_last": {"usage": "last"},
    "usage_in_every": {"usage": "every"},
    "empty_choices": {"empty_choices": True},
    "same_ids": {"same_ids": True},
    "connection_close": {"close": True},
    "reasoning": {"reasoning": True},
    "slow_drip": {"split": 64, "token_ms": 1},
    "fenced": {"bend": ["fenced"]},
    "prose_around": {"bend": ["prose"]},
    "thinking": {"bend": ["thinking"]},
    "wrong_model": {"model": "another-model-2"},
    "no_fingerprint": {"fingerprint": ""},

    # good form, bad contents: the result is complete, and says less
    "fabricated": {"bend": ["fabricated"]},
    "misattributed": {"bend": ["misattributed"]},
    "unknown_sids": {"bend": ["unknown_sids"]},
    "altered_digits": {"bend": ["digits"]},
    "market": {"bend": ["market"]},
    "empty_answer": {"bend": ["empty"]},
    "nuls_in_text": {"bend": ["nul"]},

    # once: the client repairs, repeats or adapts
    "free_prose": {"bend": ["free_prose"]},
    "other_keys": {"bend": ["other_keys"]},
    "extra_keys": {"bend": ["extra_keys"]},
    "wrong_types": {"bend": ["wrong_types"]},
    "missing_keys": {"bend": ["missing_keys"]},
    "truncated_json": {"bend": ["truncated"]},
    "deep": {"bend": ["deep"]},
    "surrogates": {"bend": ["surrogates"]},
    "duplicate_keys": {"bend": ["duplicate_keys"]},
    "no_text": {"bend": ["nothing"]},
    "rate_limit": {"error": "rate_limit"},
    "rate_limit_seconds": {"error": "rate_limit", "retry_after": "1"},
    "rate_limit_ms": {"error": "rate_limit", "retry_after_ms": "40"},
    "internal": {"error": "internal"},
    "bad_gateway": {"error": "bad_gateway"},
    "overloaded": {"error": "overloaded"},
    "timeout": {"error": "timeout"},
    "conflict": {"error": "conflict"},
    "error_in_stream": {"error_at": 0.5},
    "cut": {"cut_at": 0.5},
    "reset": {"reset_at": 0.5},
    "reset_at_once": {"reset_at": 0},
    "no_finish": {"finish": ""},
    "invalid_utf8": {"inject": "utf8"},
    "nul_bytes": {"inject": "nul"},
    "stall_headers": {"stall_at": -1},
    "stall_middle": {"stall_at": 0.5},
    "giant": {"giant": 64},
    "tool_calls": {"tool_calls": True},
    "reject_max_tokens": {"reject": ["max_tokens"]},
    "reject_max_completion_tokens": {"reject": ["max_completion_tokens"]},
    "reject_temperature": {"reject": ["temperature"]},
    "reject_schema": {"reject": ["json_schema"]},
    "reject_format": {"reject": ["response_format"]},
    "reject_seed": {"reject": ["seed"]},
    "reject_stream_options": {"reject": ["stream_options"]},

    # for good: the analysis fails with words and can be resumed
    "rate_limit_long": {"error": "rate_limit", "retry_after": "90"},
    "insufficient_quota": {"error": "insufficient_quota"},
    "unauthorized": {"error": "unauthorized"},
    "unauthorized_echo": {"error": "unauthorized", "echo_key": True},
    "forbidden": {"error": "forbidden"},
    "not_found": {"error": "not_found"},
    "unprocessable": {"error": "unprocessable"},
    "context": {"error": "context"},
    "refusal": {"refusal": "I'm sorry, but I can't help with that."},
    "content_filter": {"filter": True},
    "filtered_prompt": {"error": "filtered"},
    "length": {"finish": "length", "bend": ["truncated"]},
    "cut_prompt": {"prompt_share": 0.3},
    "redirect": {"redirect": "http://127.0.0.1:9/v1/chat/completions"},
}


def error_of(behaviour, key):
    """(status, headers, body) of the behaviour's error."""
    status, kind, code, param, words = ERRORS[behaviour["error"]]
    if behaviour.get("echo_key"):
        words += " You sent: %s. Find your key at the provider's page." % key
    headers = {}
    for member, name in (("retry_after", "Retry-After"),
                         ("retry_after_ms", "retry-after-ms")):
        if member in behaviour:
            headers[name] = str(behaviour[member])
    if words.startswith("<") or words == "":
        return status, headers, words.encode(), "text/html"
    return status, headers, error_body(words, kind, code, param), \
        "application/json"


def error_body(words, kind="invalid_request_error", code=None, param=None):
    return json.dumps({"error": {"message": words, "type": kind,
                                 "param": param, "code": code}}).encode()


def sse(value, eol):
    data = value if isinstance(value, str) else json.dumps(
        value, ensure_ascii=False, separators=(",", ":"))
    return ("data: " + data + eol + eol).encode()


class Answer:
    """One completion: its frames when streamed, its object when not."""

    def __init__(self, behaviour, number, model, text, usage, now):
        self.b = behaviour
        self.text = text
        self.usage = usage
        self.reported = behaviour.get("model", model)
        self.id = "chatcmpl-%s" % ("same" if behaviour.get("same_ids")
                                   else "fake%06d" % number)
        self.created = int(now)
        self.finish = behaviour.get("finish", "stop")
        if behaviour.get("filter"):
            self.finish = "content_filter"
        elif behaviour.get("tool_calls"):
            self.finish = "tool_calls"

    def frame(self, delta, finish=None, usage=None):
        f = {"id": self.id, "object": "chat.completion.chunk",
             "created": self.created, "model": self.reported,
             "choices": [{"index": 0, "delta": delta, "logprobs": None,
                          "finish_reason": finish}]}
        self.stamp(f)
        if usage:
            f["usage"] = usage
        return f

    def stamp(self, value):
        fingerprint = self.b.get("fingerprint", "fp_fake")
        if fingerprint:
            value["system_fingerprint"] = fingerprint

    def deltas(self, size):
        b = self.b
        yield {"role": "assistant", "content": "", "refusal": None}
        if b.get("reasoning"):
            yield {"reasoning_content": "They want JSON. {\"no\": 1}"}
        if b.get("refusal"):
            yield {"refusal": b["refusal"]}
            return
        if b.get("tool_calls"):
            yield {"tool_calls": [{"index": 0, "id": "call_1", "type":
                                   "function", "function":
                                   {"name": "x", "arguments": "{}"}}]}
            return
        text = self.text[:40] if b.get("filter") else self.text
        for at in range(0, len(text), size):
            yield {"content": text[at:at + size]}
        if b.get("giant"):
            for _ in range(b["giant"] * 16):
                yield {"content": "x" * 65536}

    def frames(self, size, with_usage):
        """The stream's pieces of bytes, in order."""
        b = self.b
        eol = b.get("eol", "\n")
        where = b.get("usage", "own")
        usage = self.usage if with_usage or where != "own" else None
        if b.get("bom"):
            yield b"\xef\xbb\xbf"
        if b.get("empty_choices"):
            first = self.frame({})
            first["choices"] = []
            yield sse(first, eol)
        for n, delta in enumerate(self.deltas(size)):
            if b.get("comments"):
                yield (": still here%s%s" % (eol, eol * (n % 2))).encode()
            data = sse(self.frame(delta, None, usage if where == "every"
                                  else None), eol)
            yield self.injected(data) if n == 2 else data
        if self.finish:
            yield sse(self.frame({}, self.finish, usage if where in
                                 ("last", "every") else None), eol)
        if usage and where == "own":
            last = self.frame({}, None, usage)
            last["choices"] = []
            yield sse(last, eol)
        if b.get("done", True):
            yield sse("[DONE]", eol)

    def injected(self, data):
        bad = {"utf8": b"\xff\xfe\xc0\x80", "nul": b"\0\0"}.get(
            self.b.get("inject"))
        if bad is None:
            return data
        at = data.index(b"content") + 11
        return data[:at] + bad + data[at:]

    def whole(self):
        message = {"role": "assistant", "content": self.text, "refusal": None}
        for delta in self.deltas(1 << 20):
            if "refusal" in delta and delta["refusal"]:
                message.update(content=None, refusal=delta["refusal"])
            if "tool_calls" in delta:
                message.update(content=None, tool_calls=delta["tool_calls"])
        value = {"id": self.id, "object": "chat.completion",
                 "created": self.created, "model": self.reported,
                 "choices": [{"index": 0, "message": message, "logprobs":
                              None, "finish_reason": self.finish or None}]}
        self.stamp(value)
        if self.b.get("usage") != "none":
            value["usage"] = self.usage
        return value
