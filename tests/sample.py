#!/usr/bin/python3
"""sample.py - events such as audit-log prints, made up, without a database

usage: sample.py N [--seed S] [--days D] [--start TIME] [--sessions] [--hostile]

The same arguments give the same lines. An ERP of a wholesale company: people
work from Monday to Friday, two of them at night; a batch job runs at 03:00.
--hostile: values, names and labels that are meant to break a reader.
"""

import argparse
import datetime
import json
import random
import uuid

ACTORS = [("alice", 30), ("bob", 22), ("carol", 14), ("dave", 9),
          ("erin", 8), ("faythe", 5), ("grace", 4), ("heidi", 3),
          ("ivan", 2), ("judy", 2), ("mallory", 1), (None, 8)]
TABLES = {
    "res_partner": (12, ["name", "phone", "city", "credit_limit", "active"]),
    "sale_order": (30, ["state", "amount_total", "note", "partner_id"]),
    "sale_line": (40, ["quantity", "price", "product_id", "discount"]),
    "product": (10, ["name", "list_price", "weight", "tags"]),
    "res_user": (3, ["login", "password", "email", "groups"]),
    "hr.payslip": (5, ["amount", "month", "iban"]),
}
WORDS = ("Azure Interior Deco Addict Gemini Furniture Lumen Verlag Ready Mat "
         "Wood Corner Ölmühle Größe Café Ποιότητα 東京 товар").split()
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'; DROP TABLE x; --",
           "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
           "&lt;b&gt;", "\"quoted\"", "a,b", "line\nbreak", "\r\n", "NULL",
           "\u202eevil\u202c", "\u200bhidden", "\ufeff", "\ufffe", "\uffff",
           "\u0001\u0002", "\u007f\u0085", "_x0041_", "_x000D_", "", " ",
           "\u2028\u2029", "http://example.org/", "mailto:a@b",
           "internal:'About'!A1", "\\", "\\u0000", "x" * 40000, "𝒳" * 20000,
           "CEF:0|a|b", "a|b=c\\d", "é\u0301", "{=cmd|' /C calc'!A0}"]


class Sample:
    def __init__(self, args):
        self.random = random.Random(args.seed)
        self.args = args
        self.at = datetime.datetime.fromisoformat(args.start)
        self.step = args.days * 86400 / max(args.n, 1)
        self.txid = 5000
        self.rows = {}
        self.sessions = {}

    def time(self):
        """The next time: more in working hours."""
        r = self.random
        while True:
            self.at += datetime.timedelta(seconds=r.expovariate(
                3 / self.step))
            hour, day = self.at.hour, self.at.weekday()
            busy = .05
            if day < 5 and 6 <= hour < 17:
                busy = 1 - abs(hour - 10) * .08
            elif hour == 2:
                busy = .5
            if r.random() < busy:
                return self.at

    def id(self, at):
        ms = int((at - datetime.datetime(1970, 1, 1)).total_seconds() * 1000)
        b = bytearray(ms.to_bytes(6, "big") + self.random.randbytes(10))
        sub = at.microsecond % 1000 * 4
        b[6], b[7] = 0x70 | sub >> 8, sub & 0xff
        b[8] = 0x80 | b[8] & 0x3f
        return str(uuid.UUID(bytes=bytes(b)))

    def value(self, field):
        r = self.random
        if self.args.hostile and r.random() < .5:
            return json.dumps(r.choice(HOSTILE), ensure_ascii=r.random() < .5)
        if field == "password":
            return '{"masked": true}'
        if field in ("credit_limit", "amount_total", "price", "amount",
                     "list_price"):
            return "%d.%02d" % (r.randrange(5000), r.randrange(100))
        if field in ("quantity", "product_id", "partner_id", "discount"):
            return str(r.randrange(200))
        if field == "weight":
            return r.choice(["null", "0.30000000000000004",
                             "12345678901234567890.10", "1.50", "-7"])
        if field == "active":
            return r.choice(["true", "false"])
        if field in ("tags", "groups"):
            return json.dumps(r.sample(WORDS, r.randrange(3)),
                              ensure_ascii=False)
        if field == "state":
            return json.dumps(r.choice(["draft", "sent", "sale", "done"]))
        if r.random() < .05:
            return "null"
        return json.dumps(" ".join(r.sample(WORDS, r.randrange(1, 4))),
                          ensure_ascii=False)

    def text(self, s):
        if self.args.hostile and self.random.random() < .3:
            s = self.random.choice(HOSTILE)
        return "null" if s is None else json.dumps(s, ensure_ascii=False)

    def line(self, op, at, **more):
        keys = dict(id=json.dumps(self.id(at)),
                    at=json.dumps(at.isoformat(timespec="microseconds") + "Z"),
                    op=json.dumps(op), schema="null", table="null",
                    key="null", label="null", actor="null", role='"shop"',
                    as_role="null", session="null",
                    txid=json.dumps(str(self.txid)), app='"erp-web"',
                    addr='"192.0.2.%d"' % self.random.randrange(1, 20),
                    reason="null", rules="null", old="null", new="null",
                    redacted="null")
        keys.update(more)
        return "{" + ",".join('"%s":%s' % k for k in keys.items()) + "}"

    def object(self, fields):
        members = [(f, self.value(f)) for f in fields]
        return "{" + ", ".join('"%s": %s' % m for m in members) + "}"

    def change(self, at):
        r = self.random
        names = list(TABLES)
        full = r.choices(names, [TABLES[n][0] for n in names])[0]
        schema, table = full.split(".") if "." in full else ("public", full)
        fields = TABLES[full][1]
        actor = r.choices([a for a, _ in ACTORS], [w for _, w in ACTORS])[0]
        if at.hour == 2:
            actor = None
        more = dict(schema=self.text(schema) if schema != "public"
                    else '"public"', table=self.text(table),
                    actor=self.text(actor), rules='["%s"]' % table,
                    label=self.text(" ".join(r.sample(WORDS, 2))))
        if actor is None:
            more.update(role='"batch"', app='"nightly"', addr="null")
        elif self.args.sessions:
            more["session"] = json.dumps(self.session(actor, at))
        if r.random() < .7:
            self.txid += 1
        if r.random() < .05:
            more["reason"] = self.text("customer called")
        last = self.rows.get(full, 0)
        op = r.choices(["update", "insert", "delete"], [70, 24, 6])[0]
        if last == 0 or op == "insert":
            op = "insert"
            key = self.rows[full] = last + 1
            more["new"] = self.object(["id"] + fields).replace(
                '"id": ', '"id": %d, "x": ' % key, 1)
        else:
            key = r.randrange(1, last + 1)
            if op == "delete":
                more["old"] = self.object(fields)
            else:
                some = r.sample(fields, r.randrange(1, len(fields)))
                more["old"] = self.object(some)
                more["new"] = self.object(some)
        return self.line(op, at, key='{"id": %d}' % key, **more)

    def session(self, actor, at):
        """His session; a new one each day."""
        was = self.sessions.get(actor)
        if was is None or was[1].date() != at.date():
            was = self.sessions[actor] = (self.id(at), at, False)
        return was[0]

    def login(self, actor, at):
        agent = ("Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 "
                 "Firefox/115.0")
        session = json.dumps(self.sessions[actor][0])
        return self.line("login", at, actor=json.dumps(actor),
                         session=session, key='{"session": %s}' % session,
                         new='{"addr": "192.0.2.7", "groups": null, '
                         '"details": null, "new_device": false, '
                         '"user_agent": "%s"}' % agent)

    def run(self):
        for i in range(self.args.n):
            at = self.time()
            if self.args.sessions and self.random.random() < .002:
                yield self.line("login_failed", at, actor='"mallory"',
                                new='{"reason": "wrong password", "addr": '
                                '"203.0.113.9"}')
                continue
            line = self.change(at)
            for actor, (session, began, said) in list(self.sessions.items()):
                if not said:
                    self.sessions[actor] = (session, began, True)
                    yield self.login(actor, at)
            yield line


def main():
    p = argparse.ArgumentParser()
    p.add_argument("n", type=int)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--days", type=float, default=30)
    p.add_argument("--start", default="2026-10-01T04:00:00")
    p.add_argument("--sessions", action="store_true")
    p.add_argument("--hostile", action="store_true")
    for line in Sample(p.parse_args()).run():
        print(line)


if __name__ == "__main__":
    main()
