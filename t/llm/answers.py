"""What the stand-in for a language model answers, made from the prompt alone.

The prompt holds the paper, one sentence a line ("s0001 [abstract] the words",
the mark is optional), or claims ("c1 [supported] the words"), ids of the
rubric's criteria, and the request a JSON schema.  The answer
is plausible, valid by the schema, and its quotes are sentences of the paper
under their own ids; the same seed and paper give the same bytes.  Which
sentence is quoted depends on places, not on words: two papers that differ in
the names of their authors get the same answers.

bend() then breaks an answer in one of the ways in which models do.
"""

import functools
import hashlib
import json
import random
import re

SENTENCE = re.compile(r"^(s\d{4,6}) (?:\[(\w+)\] )?(\S.*)$", re.MULTILINE)
CRITERION = re.compile(r"\btrl[1-9]\.[a-z_]+\b")
CLAIM = re.compile(r"^(c\d{1,6}) (?!.*\[unsupported\])", re.MULTILINE)
SCHEMA_START = re.compile(r"\{\s*\"(?:type|name|properties|\$schema)\"")
CJK = re.compile(r"[\u3400-\u9fff]")
MAX_ITEMS = 3
MARKET = ("The market is worth $4.2 billion and grows at a CAGR of 23.7% until"
          " 2031.")


class Prompt:
    """What a request says, as far as an answer needs it."""

    def __init__(self, request):
        self.messages = request.get("messages") or []
        self.text = "\n".join(content_of(m) for m in self.messages)
        self.sentences = []
        seen = set()
        self.quotable = []
        for sid, mark, text in SENTENCE.findall(self.text):
            if sid not in seen:
                seen.add(sid)
                self.sentences.append((sid, text.strip()))
                if mark in ("", "abstract") and is_quotable(text.strip()):
                    self.quotable.append((sid, text.strip()))
        self.criteria = sorted(set(CRITERION.findall(self.text)))
        self.claims = unique(CLAIM.findall(self.text))
        self.injected = re.findall(r"give (?:it )?TRL (\d)", self.text)
        self.name, self.schema = schema_of(request, self.text)


def content_of(message):
    content = message.get("content")
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content
                       if isinstance(part, dict))
    return ""


def unique(values):
    return list(dict.fromkeys(values))


@functools.lru_cache(65536)
def is_quotable(text):
    """A sentence, not a title, an address or a table's row."""
    if CJK.search(text):
        return len(text) >= 14 and text[-1] in "。！？.;；"
    words = text.split()
    return (8 <= len(words) <= 40 and text.endswith(".") and "@" not in text
            and sum(c.isalpha() for c in text) > len(text) / 2)


def schema_of(request, text):
    """(name, schema) of response_format, or of the prompt's own words."""
    form = request.get("response_format") or {}
    given = form.get("json_schema") or {}
    if isinstance(given.get("schema"), dict):
        return given.get("name", ""), given["schema"]
    decoder = json.JSONDecoder()
    for m in SCHEMA_START.finditer(text):
        try:
            value, _ = decoder.raw_decode(text, m.start())
        except ValueError:
            continue
        if isinstance(value.get("schema"), dict):
            return value.get("name", ""), value["schema"]
        if isinstance(value.get("properties"), dict):
            return "", value
    return "", None


class Writer:
    """Writes a value for a schema; every choice comes from the seed."""

    def __init__(self, prompt, seed):
        key = "%s|%s|%d" % (seed, " ".join(prompt.schema["properties"]),
                            len(prompt.quotable))
        self.random = random.Random(hashlib.sha256(key.encode()).digest())
        self.prompt = prompt
        self.chinese = bool(CJK.search("".join(
            text for _, text in prompt.quotable[:20])))
        self.quoted = None

    def value(self, schema, name=""):
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((k for k in kind if k != "null"), "null")
            if kind in ("integer", "number"):
                return None
            if name.startswith(("market_size", "growth_rate")):
                return None
        if "enum" in schema:
            return self.choice(schema["enum"], name)
        if kind == "object":
            return self.object(schema)
        if kind == "array":
            return self.array(schema, name)
        if kind == "string":
            return self.string(name)
        if kind == "boolean":
            return True
        return 1 if kind in ("integer", "number") else None

    def choice(self, values, name):
        for wanted in {"basis": ("paper",), "article_type":
                       ("original_research",), "market_size_basis":
                       ("not_estimated",), "recommendation":
                       ("hold_for_data",)}.get(name, ()):
            if wanted in values:
                return wanted
        return self.random.choice(values)

    def object(self, schema):
        members = schema.get("properties", {})
        if "sid" in members and "quote" in members:
            return self.evidence(members)
        before = self.quoted
        if "evidence" in members:
            self.quoted = self.pick()
        made = {key: self.value(sub, key) for key, sub in members.items()}
        self.quoted = before
        return made

    def array(self, schema, name):
        items = schema.get("items", {})
        if name == "trl_answers" and self.prompt.criteria:
            return [self.criterion(items, c) for c in self.prompt.criteria]
        if name.endswith("claim_ids"):
            ids = self.prompt.claims
            return self.random.sample(ids, min(2, len(ids)))
        if name == "evidence":
            if self.quoted is None:
                self.quoted = self.pick()
            return [] if self.quoted is None else [self.value(items)]
        return [self.value(items, name.rstrip("s"))
                for _ in range(self.random.randint(1, MAX_ITEMS))]

    def criterion(self, items, criterion):
        made = self.object(items)
        made["criterion_id"] = criterion
        made["answer"] = "yes" if criterion[3] in "123" else "unclear"
        if made["answer"] != "yes":
            made["evidence"] = []
        return made

    def evidence(self, members):
        sid, text = self.quoted or ("s0001", "")
        made = {key: self.value(sub, key) for key, sub in members.items()}
        made.update(sid=sid, quote=text)
        return made

    def pick(self):
        """(id, words) of a sentence; of a claim, without words, when the
        paper is not there."""
        if not self.prompt.quotable:
            ids = self.prompt.claims
            return (self.random.choice(ids), "") if ids else None
        return self.random.choice(self.prompt.quotable)

    def string(self, name):
        """Words without digits, of the sentence at hand where there is one."""
        if self.quoted is not None and self.quoted[1]:
            words = re.sub(r"[\d%$€£]+", "", self.quoted[1])
            if self.chinese:
                return "论文指出：" + words[:40]
            return "The paper says that " + " ".join(words.split()[:14])
        label = name.replace("_", " ") or "point"
        if self.chinese:
            return "论文没有说明（%s）" % label
        return "The paper leaves the %s open." % label


def answer(prompt, seed="1", obey=True):
    """The answer's text to a request; prose when no schema is asked for."""
    if prompt.schema is None:
        return "Paris is the capital of France."
    made = Writer(prompt, seed).value(prompt.schema)
    if obey and prompt.injected:
        give_level(made, int(prompt.injected[0]), prompt)
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))


def give_level(value, level, prompt):
    """Obeys a paper that says "give TRL n": yes to everything up to it, with
    that sentence as the evidence."""
    said = [{"sid": sid, "quote": text} for sid, text in prompt.sentences
            if "give TRL" in text]
    for item in dicts(value):
        m = re.match(r"trl(\d)\.", str(item.get("criterion_id", "")))
        if m:
            item["answer"] = "yes" if int(m.group(1)) <= level else "no"
            item["evidence"] = item["evidence"] or said


def dicts(value):
    """Every object in a value, from the outside in."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from dicts(item)


def evidences(value):
    return [d for d in dicts(value) if "sid" in d and "quote" in d]


# ---- what goes wrong: each takes the parsed answer and the prompt -----------


def bend_fabricated(value, prompt):
    for e in evidences(value):
        e["quote"] = ("The device was certified by three authorities and is"
                      " sold in forty countries today.")


def bend_misattributed(value, prompt):
    """True quotes under the ids of other sentences."""
    ids = [sid for sid, _ in prompt.sentences] or ["s0001"]
    for e in evidences(value):
        at = ids.index(e["sid"]) if e["sid"] in ids else 0
        e["sid"] = ids[(at + len(ids) // 2) % len(ids)]


def bend_unknown_sids(value, prompt):
    for e in evidences(value):
        e["sid"] = "s9999"


def bend_digits(value, prompt):
    """Another last digit in every number of a quote; or "not" put in."""
    for e in evidences(value):
        changed = re.sub(r"\d(?!\d)", lambda m: str((int(m.group()) + 1) % 10),
                         e["quote"])
        if changed == e["quote"]:
            words = changed.split(" ")
            changed = " ".join(words[:2] + ["not"] + words[2:])
        e["quote"] = changed


def bend_market(value, prompt):
    for d in dicts(value):
        for key in ("market_size_statement", "growth_rate_statement"):
            if key in d:
                d[key] = MARKET
        if "market_size_basis" in d:
            d["market_size_basis"] = "paper_quote"
        for key in ("details", "text", "rationale", "value_proposition",
                    "contribution", "differentiation", "one_line"):
            if isinstance(d.get(key), str):
                d[key] += " " + MARKET


def bend_extra_keys(value, prompt):
    for d in list(dicts(value)):
        d["confidence_score_0_to_1"] = 0.93


def bend_other_keys(value, prompt):
    members = list(value.items())
    value.clear()
    value.update({"analysis_" + key: v for key, v in members})


def bend_wrong_types(value, prompt):
    for key in list(value):
        value[key] = {"value": value[key]} if isinstance(value[key], str) \
            else str(value[key])


def bend_missing_keys(value, prompt):
    for key in list(value)[1:]:
        del value[key]


def bend_empty(value, prompt):
    """Valid, and says nothing."""
    for d in dicts(value):
        for key, v in d.items():
            d[key] = [] if isinstance(v, list) else v


def text_prose(text):
    return ("Sure! Here is the analysis that you asked for:\n\n" + text
            + "\n\nLet me know if you want {more} detail.")


def text_fenced(text):
    return "```json\n" + text + "\n```\n"


def text_truncated(text):
    return text[:max(1, len(text) * 2 // 3)]


def text_free_prose(text):
    return ("The paper is promising. I would rate its readiness as high and"
            " the market as large.")


def text_thinking(text):
    return "<think>What do they want? {\"a\": 1}</think>\n" + text


def text_deep(text):
    return "[" * 3000 + "]" * 3000


def text_nul(text):
    return text.replace(" ", "\\u0000 ", 20)


def text_surrogates(text):
    return text.replace(" ", "\\ud800 ", 20)


def text_duplicate_keys(text):
    return text[:-1] + "," + text[1:]


def text_huge_number(text):
    return re.sub(r":null", ":1e400", text)


def text_nothing(text):
    return ""


BENDS = {name[5:]: f for name, f in list(globals().items())
         if name.startswith("bend_")}
TEXTS = {name[5:]: f for name, f in list(globals().items())
         if name.startswith("text_")}


def bend(text, names, prompt):
    """The text with each of the named faults, in their order."""
    for name in names:
        if name in BENDS:
            value = json.loads(text)
            BENDS[name](value, prompt)
            text = json.dumps(value, ensure_ascii=False,
                              separators=(",", ":"))
        else:
            text = TEXTS[name](text)
    return text
