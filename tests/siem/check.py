#!/usr/bin/python3
"""check.py - hold what audit-export writes for a SIEM against its schema

usage: check.py ocsf|ecs|cef EVENTS FILE [--exact]

FILE has to be a line for each event of EVENTS: valid in its schema, as the
tables beside this program have it, and with all that its event says. A line is
printed for each fault; exit 1 if there is one. Knows nothing of the program's
own tables.
"""

import datetime
import ipaddress
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
KEYS = ("id at op schema table key label actor role as_role session txid app "
        "addr reason rules old new redacted").split()
MARK = re.compile(r" \[cut: ([0-9]+) bytes\]$")


class Number(str):
    """A number as it is written"""


def pairs(members):
    """An object whose names may come twice"""
    whole = dict(members)
    if len(whole) < len(members):
        whole["\0twice"] = [list(m) for m in members]
    return whole


def parse(line):
    def refuse(word):
        raise ValueError(word)

    return json.loads(line, parse_int=Number, parse_float=Number,
                      parse_constant=refuse, object_pairs_hook=pairs)


def held(number):
    """Whether a double gives this number back, for --exact"""
    if number == "-0":
        return True
    if "." in number and number.endswith("0"):
        return False
    shown = repr(float(number)) if "." in number else str(int(float(number)))
    return shown == number


def loosened(value):
    """What --exact makes of a value: wide numbers are strings."""
    if isinstance(value, Number):
        return value if re.fullmatch(r"-?[0-9.]+", value) and \
            len(value) < 300 and held(value) else str.__str__(value)
    if isinstance(value, dict):
        return {k: loosened(v) for k, v in value.items()}
    if isinstance(value, list):
        return [loosened(v) for v in value]
    return value


def same(a, b):
    """As written, and strings are no numbers"""
    return type(a) is type(b) and a == b if not isinstance(a, (dict, list)) \
        else json.dumps(tag(a)) == json.dumps(tag(b))


def tag(value):
    if isinstance(value, Number):
        return {"number": str.__str__(value)}
    if isinstance(value, dict):
        return [[k, tag(v)] for k, v in value.items()]
    if isinstance(value, list):
        return [tag(v) for v in value]
    return value


def table(name):
    with open(os.path.join(HERE, name + ".json"), encoding="utf-8") as file:
        return json.load(file)


def is_ip(text, version=None):
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text and (version is None or ip.version == version)


def milliseconds(at):
    time = datetime.datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ")
    since = time - datetime.datetime(1970, 1, 1)
    return since // datetime.timedelta(milliseconds=1)


def said(event, key):
    """Whether a key of an event says something"""
    return event.get(key) is not None


class Ocsf:
    def __init__(self, exact):
        self.table, self.exact = table("ocsf"), exact

    def fault(self, place, type_, value):
        """The first thing that is wrong with a value, or None"""
        if type_.endswith("[]"):
            if not isinstance(value, list) or not value:
                return f"{place}: no array"
            return next(filter(None, (self.fault(place, type_[:-2], v)
                                      for v in value)), None)
        if type_ == "object":
            return None if isinstance(value, dict) else f"{place}: no object"
        if type_ in self.table["objects"]:
            return self.object_fault(place, self.table["objects"][type_],
                                     value)
        if type_ in ("integer_t", "long_t", "timestamp_t"):
            good = isinstance(value, Number) and \
                re.fullmatch(r"-?[0-9]+", value) is not None
        else:
            most = self.table["types"].get(type_, {}).get("max_len", 65535)
            good = isinstance(value, str) and \
                not isinstance(value, Number) and len(value) <= most
            if type_ == "ip_t":
                good = good and is_ip(value)
        return None if good else f"{place}: no {type_}: {value!r:.60}"

    def object_fault(self, place, known, value, profiles=()):
        if not isinstance(value, dict):
            return f"{place}: no object"
        for name in known["required"]:
            if name not in value:
                return f"{place}.{name} is missing"
        if known["at_least_one"] and not set(known["at_least_one"]) & \
                set(value):
            return f"{place}: none of {known['at_least_one']}"
        for name, v in value.items():
            if name not in known["attributes"]:
                return f"{place}.{name} is unknown"
            profile = known.get("profiles", {}).get(name)
            if profile is not None and profile not in profiles:
                return f"{place}.{name} needs profile {profile}"
            fault = self.fault(f"{place}.{name}", known["attributes"][name], v)
            if fault is not None:
                return fault
            enum = known["enums"].get(name)
            if enum is not None and v not in enum:
                return f"{place}.{name}: {v} is none of its values"
            caption = name[:-3]
            if enum is not None and caption in value and v != "99" and \
                    value[caption] != enum[v]:
                return f"{place}.{caption} is not {enum[v]}"
        return None

    def check(self, event, line):
        got = parse(line)
        uid = got.get("class_uid")
        known = self.table["classes"].get(uid)
        if known is None:
            return f"class_uid {uid}"
        fault = self.object_fault(
            "event", known, got,
            got.get("metadata", {}).get("profiles", ()))
        if fault is not None:
            return fault
        activity = got["activity_id"]
        if int(got["type_uid"]) != int(uid) * 100 + int(activity):
            return "type_uid"
        caption = known["enums"]["activity_id"][activity]
        if activity != "99" and got["activity_name"] != caption:
            return "activity_name"
        wanted = (str(known["category_uid"]), known["category"], known["name"],
                  known["name"] + ": " + caption,
                  self.table["version"], str(milliseconds(event["at"])))
        if wanted != (got["category_uid"], got["category_name"],
                      got["class_name"], got["type_name"],
                      got["metadata"]["version"], got["time"]):
            return f"not {wanted}"
        return self.lost(event, got)

    def lost(self, event, got):
        actor = got.get("actor", {})
        user = actor.get("user", {})
        source = got.get("src_endpoint", {})
        mapped = {
            "id": [got["metadata"].get("uid")],
            "at": [got["metadata"].get("original_time")],
            "op": [got["metadata"].get("event_code")],
            "actor": [user.get("name")],
            "role": [user.get("name")],
            "session": [actor.get("session", {}).get("uid")],
            "app": [actor.get("app_name")],
            "addr": [source.get("ip"), source.get("name")],
            "reason": [got.get("comment"), got.get("status_detail")],
        }
        for key in KEYS:
            value = event.get(key)
            if self.exact and key in ("key", "old", "new"):
                value = loosened(value)
            there = mapped.get(key, []) + [got.get("unmapped", {}).get(key)]
            if said(event, key) and not any(same(value, t) for t in there):
                return f"{key} is lost"
        if user.get("name") == event.get("role") and said(event, "actor") and \
                event["actor"] not in ("", event.get("role")):
            return "the actor is not the user"
        return None


class Ecs:
    def __init__(self, exact):
        self.table, self.exact = table("ecs"), exact

    def flat(self, value, lead=""):
        for name, v in value.items():
            if isinstance(v, dict) and lead + name != "audit":
                yield from self.flat(v, lead + name + ".")
            else:
                yield lead + name, v

    def fault(self, name, value):
        type_ = self.table["fields"].get(name)
        if type_ is None:
            return f"{name} is unknown"
        values = [value]
        if type_.endswith("[]"):
            type_ = type_[:-2]
            if not isinstance(value, list) or not value:
                return f"{name} is no array"
            values = value
            if len({str(v) for v in values}) < len(values):
                return f"{name} has one twice"
        for v in values:
            number = isinstance(v, Number)
            good = isinstance(v, str) and number == (type_ == "long")
            if type_ == "ip":
                good = good and is_ip(v)
            if type_ == "date":
                good = good and milliseconds(v) is not None
            if not good:
                return f"{name}: no {type_}: {v!r:.60}"
        return None

    def check(self, event, line):
        got = parse(line)
        fields = dict(self.flat(got))
        ours = fields.pop("audit", {})
        for name in self.table["required"]:
            if name not in fields:
                return f"{name} is missing"
        for name, value in fields.items():
            fault = self.fault(name, value)
            if fault is not None:
                return fault
        if fields["ecs.version"] != self.table["version"] or \
                fields["event.kind"] not in self.table["kinds"] or \
                fields.get("event.outcome", "success") not in \
                self.table["outcomes"]:
            return "event.kind, event.outcome or ecs.version"
        for category in fields.get("event.category", []):
            types = set(fields["event.type"])
            if not types <= set(self.table["categories"][category]):
                return f"event.type {types} of {category}"
        return self.lost(event, fields, ours)

    def lost(self, event, fields, ours):
        mapped = {"id": "event.id", "at": "@timestamp", "op": "event.action",
                  "addr": "source.address", "reason": "event.reason"}
        for key in KEYS:
            value = event.get(key)
            if self.exact and key in ("key", "old", "new"):
                value = loosened(value)
            there = fields.get(mapped[key]) if key in mapped else ours.get(key)
            if said(event, key) and value != "" and not same(value, there):
                return f"{key} is lost"
        user = event.get("actor") or event.get("role")
        if user and fields.get("user.name") != user:
            return "user.name"
        return None


class Cef:
    def __init__(self, exact):
        self.table, self.exact = table("cef"), exact

    def head(self, line):
        """The fields of the head, and what is behind it"""
        fields, text, i = [], "", 0
        while len(fields) < 7:
            if line[i] == "\\":
                i += 1
                if line[i] not in "\\|":
                    raise ValueError("escape in the head")
                text += line[i]
            elif line[i] == "|":
                fields.append(text)
                text = ""
            else:
                text += line[i]
            i += 1
        return fields, line[i:]

    def value(self, text):
        """What a value says, and whether it is well escaped"""
        out, i = "", 0
        while i < len(text):
            c = text[i]
            if c == "=":
                raise ValueError("= in a value")
            if c == "\\":
                i += 1
                c = {"\\": "\\", "=": "=", "n": "\n", "r": "\r"}[text[i]]
            out += c
            i += 1
        return out

    def extension(self, text):
        starts = [m for m in re.finditer(r"(?:^| )([A-Za-z0-9]+)=", text)]
        got = {}
        for m, after in zip(starts, starts[1:] + [None]):
            end = after.start() if after else len(text)
            if m[1] in got:
                raise ValueError(f"{m[1]} comes twice")
            got[m[1]] = self.value(text[m.end():end])
        return got

    def fault(self, key, value):
        type_ = self.table["keys"].get(key)
        if type_ is None:
            return f"{key} is unknown"
        if type_ in ("timestamp", "long"):
            good = re.fullmatch(r"-?[0-9]{1,18}", value) is not None
        elif type_ in ("ipv4", "ipv6"):
            good = is_ip(value, int(type_[3:]))
        else:
            good = len(value.encode()) <= type_
        return None if good else f"{key}: {value!r:.60}"

    def shown(self, text):
        """A text as a line can have it; half a surrogate pair is none"""
        text = text.encode("utf-16", "surrogatepass").decode("utf-16",
                                                             "replace")
        return re.sub("[\0-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]",
                      lambda m: "\\u%04x" % ord(m[0]), text)

    def differs(self, wanted, got, whole=None):
        if got is None:
            return True
        mark = MARK.search(got)
        if got == self.shown(wanted):
            return False
        if whole is None:
            whole = len(wanted.encode(errors="replace"))
        return mark is None or int(mark[1]) != whole or \
            not self.shown(wanted).startswith(got[:mark.start()])

    def check(self, event, line):
        for c in line:
            if c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029":
                return "a control character"
        fields, rest = self.head(line)
        if fields[:3] != ["CEF:0", "audit-utils", "audit-export"]:
            return "head"
        limits = self.table["header"]
        if len(fields[3]) > limits["version"] or \
                len(fields[4].encode()) > limits["id"] or \
                len(fields[5].encode()) > limits["name"]:
            return "a field of the head is too long"
        if fields[6] not in self.table["severities"] and not \
                (fields[6].isdigit() and int(fields[6]) <= 10):
            return "severity"
        op = re.sub("[\n\r]", lambda m: "\\u%04x" % ord(m[0]), event["op"])
        if self.differs(op, fields[4], len(event["op"].encode())):
            return "op"
        got = self.extension(rest)
        for key, value in got.items():
            fault = self.fault(key, value)
            if fault is not None:
                return fault
            if key + "Label" in self.table["keys"] and \
                    key + "Label" not in got:
                return f"{key} has no label"
        if got["rt"] != str(milliseconds(event["at"])):
            return "rt"
        return self.lost(event, got)

    def lost(self, event, got):
        names = [event.get("schema"), event.get("table")]
        addr = event.get("addr") or ""
        where = "src" if is_ip(addr, 4) else "c6a2" if is_ip(addr, 6) \
            else "shost"
        wanted = {
            "externalId": event.get("id"), "act": event.get("op"),
            "suser": event.get("actor") or event.get("role"),
            "spriv": event.get("as_role"), where: addr,
            "sproc": event.get("app"), "msg": event.get("label"),
            "cs1": ".".join(filter(None, names)) if names[1] else None,
            "cs2": event.get("key"), "cs3": event.get("old"),
            "cs4": event.get("new"), "cs5": event.get("role"),
            "cs6": event.get("session"), "flexString1": event.get("rules"),
            "flexString2": event.get("redacted"),
        }
        if event.get("reason"):
            wanted["reason"] = event["reason"]
        for key, value in wanted.items():
            if value is None or value == "":
                continue
            if isinstance(value, str):
                if self.differs(value, got.get(key)):
                    return f"{key} is not {value!r:.60}"
                continue
            there = got.get(key, "")
            if MARK.search(there) is not None:
                continue
            if self.exact and key in ("cs2", "cs3", "cs4"):
                value = loosened(value)
            if not same(value, parse(there)):
                return f"{key} is not {value!r:.60}"
        return None


def lines(path):
    """Of a file, ended by \\n and nothing else"""
    with open(path, "rb") as file:
        text = file.read().decode()
    if text and not text.endswith("\n"):
        raise ValueError("the last line has no end")
    return text.split("\n")[:-1]


def main():
    form, events, path = sys.argv[1:4]
    sys.setrecursionlimit(10000)
    checker = {"ocsf": Ocsf, "ecs": Ecs, "cef": Cef}[form](
        "--exact" in sys.argv[4:])
    want, got = lines(events), lines(path)
    faults = 0
    if len(want) != len(got):
        print(f"{len(got)} lines for {len(want)} events")
        faults += 1
    for n, (event, line) in enumerate(zip(want, got), 1):
        try:
            fault = checker.check(parse(event), line)
        except (ValueError, KeyError, IndexError) as error:
            fault = repr(error)
        if fault is not None:
            print(f"line {n}: {fault}")
            faults += 1
    return faults > 0


if __name__ == "__main__":
    sys.exit(main())
