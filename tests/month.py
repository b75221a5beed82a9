#!/usr/bin/python3
"""month.py - a month of a company's trail, with fifteen incidents in it

usage: month.py [--seed S] [--size N] [--history DAYS] [--quiet]
                [--planted FILE]

Events as audit-log prints them go to standard output: of a month, and of the
DAYS before it, in which the company begins to work with the program, more each
week. N: about how many events a working day has. --quiet: without the incidents. FILE gets a line for each planted
incident: which alerts would be right (one is enough), from when to when, whom
it is about, and a sentence; and one for each announced maintenance, of which
alerts are right as well.

The same arguments give the same lines. Times of the day are those of
Europe/Berlin. What a program takes for suspicious is not known here.
"""

import argparse
import datetime
import json
import random
import sys

import company
import incidents
import workday

KEYS = ("id at op schema table key label actor role as_role session txid app "
        "addr reason rules old new redacted").split()

LINE = "{%s}\n" % ",".join('"%s":%%s' % key for key in KEYS)
written = json.JSONEncoder(ensure_ascii=False).encode


class Writer:
    """Lines in the order of their times; a transaction has one number."""

    def __init__(self, seed):
        self.random = random.Random("ids %d" % seed)
        self.txids = {}
        self.txid = 71000

    def id(self, us):
        sub = us % 1000 * 512 // 125
        bits = self.random.getrandbits(62)
        text = "%012x7%03x%016x" % (us // 1000, sub, 2 << 62 | bits)
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20],
                         text[20:]))

    def put(self, lines, out):
        lines.sort(key=lambda line: line[:2])
        last = 0
        for us, transaction, op, more in lines:
            us = last = max(us, last + 1)
            if transaction not in self.txids:
                self.txid += self.random.choice([1, 1, 1, 2, 5])
                self.txids[transaction] = str(self.txid)
            event = dict(more, id=self.id(us), at=company.stamp(us), op=op,
                         txid=self.txids[transaction])
            out.write(LINE % tuple([
                "null" if event.get(key) is None else written(event[key])
                for key in KEYS]))


def plan(firm, history):
    """The days with their volume: more each week, until the month begins"""
    for i in range(-history, 30):
        grown = 1 if i >= -10 else max(.08, (1 + (i + 10) / history) ** 2)
        yield firm.begin + datetime.timedelta(i), grown


def run(args):
    firm = company.Company(random.Random(args.seed), args.size,
                           datetime.date(2026, 5, 1))
    firm.routine = []
    for date, volume in plan(firm, args.history):
        workday.Day(firm, date, volume).all()
    planted = [] if args.quiet else incidents.Planted(firm).all()
    Writer(args.seed).put(firm.lines, sys.stdout)
    if args.planted is None:
        return
    with open(args.planted, "w", encoding="utf-8") as out:
        for line in planted + firm.routine:
            if "begin" in line:
                line["from"] = line.pop("begin")
                line["to"] = line.pop("end")
            line["from"] = company.stamp(int(line["from"]))
            line["to"] = company.stamp(int(line["to"]))
            print(json.dumps(line), file=out)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--size", type=int, default=2000)
    p.add_argument("--history", type=int, default=100)
    p.add_argument("--quiet", action="store_true")
    p.add_argument("--planted")
    run(p.parse_args())


if __name__ == "__main__":
    main()
