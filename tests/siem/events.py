#!/usr/bin/python3
"""events.py - events for the forms of a SIEM, a JSON line each

usage: events.py ops|odd|values

ops: one of each operation, as the trail has them. odd: operations that nobody
knows, keys that are missing or say nothing, texts that break readers. values:
one for each way in which a value may be hard to carry.
"""

import json
import sys

ROW = {"key": {"id": 7}, "label": "Lamp", "schema": "public", "table": "item",
       "actor": "alice", "session": "01a20177-0000-7538-8648-7df02060d3f7",
       "addr": "192.0.2.7", "app": "erp", "reason": "customer called",
       "rules": ["item"]}
ACT = {"role": "dba", "app": "audit-rule"}
SESSION = {"key": {"session": "01a2"}, "session": "01a2", "actor": "dora",
           "addr": "2001:db8::7", "app": "erp"}
AGENT = "Mozilla/5.0 (X11; Linux x86_64)"
RULE = {"rule": "item", "table": "public.item"}

OPS = [
    ("insert", ROW, None, {"id": 7, "price": 1}),
    ("update", ROW, {"price": 1}, {"price": 2}),
    ("delete", ROW, {"id": 7, "price": 2}, None),
    ("truncate", dict(ROW, key=None, label=None), None, {"rows": 3}),
    ("read", dict(ROW, key=None), None, {"statement": "SELECT 1"}),
    ("denied", dict(ROW, key=None, reason=None), None,
     {"message": "permission denied for table item"}),
    ("gap", dict(ROW, key=None, reason=None), None,
     {"op": "update", "sqlstate": "53100", "message": "disk full"}),
    ("ddl", {"schema": "public", "table": "item", "role": "dba"}, None,
     {"command": "ALTER TABLE"}),
    ("login", SESSION, None, {"user_agent": AGENT, "new_device": True}),
    ("logout", SESSION, None, {"reason": "idle", "duration_seconds": 12.5}),
    ("login_failed", {"actor": "dora", "addr": "192.0.2.7"}, None,
     {"reason": "wrong password", "user_agent": AGENT}),
    ("session_block", {"key": {"actor": "dora"}}, None, {"why": "left"}),
    ("session_block", {"key": {"session": "01a2"}}, None, {"why": "left"}),
    ("session_unblock", {"key": {"actor": "dora"}}, None, {"why": "back"}),
    ("session_policy", {"key": {"group": None}}, None, {"idle": "00:30:00"}),
    ("session_policy", {"key": {"group": "sales"}}, {"idle": None}, None),
    ("grant", {"key": {"kind": "reader", "role": "carol"}}, None,
     {"group": "audit_reader_erp"}),
    ("revoke", {"key": {"kind": "reader", "role": "carol"}},
     {"group": "audit_reader_erp"}, None),
    ("init", ACT, None, {"version": 1}),
    ("uninstall", ACT, None, None),
    ("rule_add", {"key": {"rule": "item"}}, None, RULE),
    ("rule_change", {"key": {"rule": "item"}}, RULE, RULE),
    ("rule_remove", {"key": {"rule": "item"}}, RULE, None),
    ("rule_enable", {"key": {"rule": "item"}}, None, None),
    ("rule_disable", {"key": {"rule": "item"}}, None, None),
    ("rule_cover", {"key": {"rule": "item"}, "schema": "public",
                    "table": "item_2026"}, None, {"why": "pattern"}),
    ("rule_skip", {"schema": "public", "table": "item"}, None,
     {"why": "a cache"}),
    ("rule_trigger", {"key": {"table": "public.item"}}, None,
     {"found": ["missing"]}),
    ("rule_compile", {"key": {"table": "public.item"}}, None, None),
    ("policy", {"key": {"policy": 1}}, None, {"keep": "2 years"}),
    ("policy", {"key": {"policy": "require_approval"}}, {"n": 0}, {"n": 1}),
    ("policy", {"key": {"policy": 1}}, {"keep": "2 years"}, None),
    ("hold", {"key": {"hold": 1}}, None, {"why": "lawsuit"}),
    ("release", {"key": {"hold": 1}}, {"why": "lawsuit"}, {"why": "won"}),
    ("prepare", {"key": {"act": "c37c"}}, None, {"what": "purge"}),
    ("approve", {"key": {"act": "c37c"}}, None, {"prepared_by": "dba"}),
    ("purge", {"key": {"run": "c37c"}}, None, {"events": 7}),
    ("erase", {"schema": "public", "table": "item"}, None,
     {"why": "asked for by mail", "fields": ["phone"]}),
    ("coffee", dict(ROW, as_role="boss"), {"cups": 1}, {"cups": 2}),
]

TEXTS = ["=1+1", "a|b=c\\d", "\\", "\\n", "line\nbreak", "\r\n", "tab\t", "",
         " ", "\0", "\x01\x7f\x85", "\u2028\u2029", "\u202eevil", "\ufffe",
         "'; DROP TABLE x; --", "</script>", "\"quoted\"", "x=1 src=10.0.0.1",
         "CEF:0|a|b", "_x0041_", "x" * 40000, "\U0001d4b3" * 20000, "é" * 700,
         "\n" * 1500, "=" * 1500, "\\" * 40000, "x" * 70000, "[cut: 9 bytes]"]

VALUES = ['{"a": 12.30}', '{"a": 12345678901234567890.10}', '{"a": 1e400}',
          '{"a": 9007199254740993, "b": -0}', '{"a": {"masked": true}}',
          '{"a": {"bytes": 3, "sha256": "ab"}}', '{"a": 1, "a": 2}',
          '{"a": [[[[[]]]], {}, "\\u0000", "\\ud83d\\ude00"]}', '{}',
          '{"":  null , "b":\t[ 1 ,2 ] }', '{"a": "' + "y" * 5000 + '"}',
          '{"a": "' + "é" * 3000 + '"}', '{"é": "=|\\\\"}',
          '{"a": ' + "[" * 500 + "]" * 500 + "}", '{"n": ' + "7" * 5000 + "}",
          '{"a": "' + "\\ud83d\\ude00" * 400 + '"}']

HEAD = '{"id":"01a20177-65f3-7538-8648-7df02060d3f7",' \
    '"at":"2026-07-01T10:00:05.123456Z","op":'


def event(op, said, old, new):
    whole = {"id": "01a20177-65f3-7538-8648-7df02060d3f7",
             "at": "2026-07-01T10:00:05.123456Z", "op": op}
    for name in ("schema table key label actor role as_role session txid app "
                 "addr reason rules").split():
        whole[name] = said.get(name)
    whole["role"] = said.get("role", "shop")
    whole["txid"] = "812"
    whole.update(old=old, new=new, redacted=None)
    print(json.dumps(whole, ensure_ascii=False))


def odd():
    names = ("schema table label actor role as_role session txid app addr "
             "reason").split()
    for text in TEXTS:
        event("update", dict.fromkeys(names, text), {text: text},
              {text: text})
        for op in (text, "login", "login_failed", "grant", "hold", "ddl"):
            event(op, dict({name: text for name in names}, rules=[text],
                           key={"role": text, "kind": text, "actor": text}),
                  None, {"reason": text, "why": text, "user_agent": text})
    for op in sorted({op for op, *_ in OPS}):
        # only what an event must have, then keys that say nothing
        print(HEAD + json.dumps(op) + "}")
        print(HEAD + json.dumps(op) + ',"key":{},"old":{},"new":{},'
              '"rules":[],"redacted":[],"role":"","actor":"","table":""}')
        print(HEAD + json.dumps(op) + ',"key":{"actor":1,"role":[],"kind":{},'
              '"session":null,"rule":true},"new":{"why":1,"reason":[],'
              '"user_agent":{}},"extra":{"op":"insert"}}')
    for addr in ("10.0.0.0/8", "256.1.1.1", "01.2.3.4", "::ffff:192.0.2.1",
                 "::", "fe80::1%eth0", "host.example", "1.2.3", "10.0.0.1 "):
        event("login", dict(SESSION, addr=addr), None, {})
    print(HEAD + '"upd\\u0061te","table":"i\\u0074em","actor":"\\ud800",'
          '"txid":"99999999999999999999"}')


def main():
    what = sys.argv[1]
    if what == "ops":
        for op in OPS:
            event(*op)
    elif what == "odd":
        odd()
    else:
        for value in VALUES:
            print(HEAD + '"update","schema":"s","table":"t","key":' + value +
                  ',"role":"shop","old":' + value + ',"new":' + value +
                  ',"redacted":["phone","@label"]}')


if __name__ == "__main__":
    main()
