"""incidents - fifteen things that should not go unseen in a month

Each is put among what people do anyway, on a day of its own after the first
week. It returns which alerts would be right (one is enough), whom and when it
is about, and a sentence.
"""

import datetime

from company import APP, OFFICE, TABLES, day_of, hours
from workday import Day, is_free

FAR = "Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/%d.0"
TOOL = "python-requests/2.31"


class Planted:
    def __init__(self, firm):
        self.firm, self.random = firm, firm.random
        r = self.random
        days = [firm.begin + datetime.timedelta(i) for i in range(8, 30)]
        self.free = [d for d in days if is_free(d)]
        self.working = [d for d in days if not is_free(d)]
        r.shuffle(self.working)
        self.used = set()
        self.found = []

    def day(self, working=True):
        pool = self.working if working else self.working + self.free
        return Day(self.firm, pool[len(self.found) % len(pool)], 1)

    def person(self, department, day):
        """Somebody who is there, and to whom nothing else happens"""
        people = [p for p in self.firm.people if p.department == department
                  and p.joins is None and p.leaves is None
                  and not p.evenings and p.away is None
                  and p.name not in self.used and p.name != "nadia"]
        p = self.random.choice(people)
        self.used.add(p.name)
        return p

    def note(self, alerts, begin, end, sentence, **who):
        self.found.append(dict(
            incident=len(self.found) + 1, alerts=alerts.split(),
            begin=begin, end=end, sentence=sentence, **who))

    def all(self):
        for plant in (self.brute_force, self.spraying, self.guessed,
                      self.mass_delete, self.mass_update, self.mass_read,
                      self.at_night, self.stranger, self.two_places,
                      self.by_hand, self.rule_off, self.gap, self.payslip,
                      self.sleeper, self.flood):
            plant()
        return self.found

    # logins

    def brute_force(self):
        r, day = self.random, self.day(False)
        begin = t = day.at(r.uniform(0, 23))
        p, addr = self.person("accounting", day), "251.7.31.%d" % r.randrange(
            1, 255)
        n = r.randint(60, 200)
        for _ in range(n):
            self.firm.login_failed(t, p.name, addr, TOOL)
            t += r.expovariate(1 / 4e6)
        self.note("refused_logins", begin, t,
                  "%d passwords of %s were tried from %s" % (n, p.name, addr),
                  actor=p.name, addr=addr)

    def spraying(self):
        r, day = self.random, self.day(False)
        begin = t = day.at(r.uniform(0, 23))
        addr = "252.18.4.%d" % r.randrange(1, 255)
        names = [p.name for p in self.firm.people] + ["admin", "root", "info"]
        r.shuffle(names)
        for name in names[:25]:
            self.firm.login_failed(t, name, addr, TOOL)
            t += r.uniform(10e6, 40e6)
        self.note("refused_logins", begin, t,
                  "a password each of 25 accounts was tried from " + addr,
                  addr=addr)

    def guessed(self):
        r, day = self.random, self.day()
        begin = t = day.at(r.uniform(9, 16))
        p, addr = self.person("sales", day), "253.40.9.%d" % r.randrange(
            1, 255)
        for _ in range(r.randint(15, 30)):
            self.firm.login_failed(t, p.name, addr, TOOL)
            t += r.uniform(5e6, 25e6)
        by = self.firm.login(t, p, addr, TOOL)
        self.firm.rows(t + 20e6, "update", "crm.customer", 2, by)
        self.firm.logout(t + 90e6, by, t)
        self.note("login_after_refusals", begin, t + 90e6,
                  "the password of %s was guessed from %s" % (p.name, addr),
                  actor=p.name, addr=addr)

    def stranger(self):
        r, day = self.random, self.day()
        begin = day.at(r.uniform(19, 21))
        p, addr = self.person("purchasing", day), "254.99.12.%d" % r.randrange(
            1, 255)
        by = self.firm.login(begin, p, addr, FAR % 121)
        self.firm.rows(begin + 60e6, "update", "product.article", 2, by)
        self.firm.logout(begin + 600e6, by, begin)
        self.note("new_device new_network outside_hours", begin,
                  begin + 600e6, "%s logged in with a device and from a "
                  "network never seen" % p.name, actor=p.name, addr=addr)

    def two_places(self):
        r, day = self.random, self.day()
        begin = day.at(r.uniform(9.5, 11))
        p, addr = self.person("warehouse", day), "254.201.77.%d" % r.randrange(
            1, 255)
        by = self.firm.login(begin, p, p.desk, p.agent(False))
        self.firm.rows(begin + 40e6, "update", "wh.pick", 1, by)
        then = begin + r.uniform(120e6, 500e6)
        other = self.firm.login(then, p, addr, p.agent(False))
        self.firm.rows(then + 30e6, "update", "wh.pick", 1, other)
        self.firm.rows(then + 50e6, "update", "wh.pick", 1, by)
        self.firm.logout(then + 800e6, other, then)
        self.firm.logout(then + 900e6, by, begin)
        self.note("far_networks new_network", begin, then + 900e6,
                  "%s was in the office and at %s within minutes"
                  % (p.name, addr), actor=p.name, addr=addr)

    def sleeper(self):
        r, day = self.random, self.day()
        begin = day.at(r.uniform(9, 16))
        p = self.firm.by_name["quinn"]
        by = self.firm.login(begin, p, p.home, p.agent(False))
        for i in range(6):
            self.firm.rows(begin + (i + 1) * 50e6, "update", "crm.customer", 1,
                           by)
        self.firm.logout(begin + 500e6, by, begin)
        self.note("dormant_actor", begin, begin + 500e6,
                  "the account of quinn, who left three months ago, is used",
                  actor=p.name)

    # work

    def work(self, p, begin, addr=None):
        return self.firm.login(begin, p, addr or p.desk, p.agent(False))

    def mass_delete(self):
        r, day = self.random, self.day()
        begin = day.at(r.uniform(10, 15))
        p = self.person("sales", day)
        by, t = self.work(p, begin), begin + 60e6
        first, n = r.randrange(1, 40000), 0
        for _ in range(r.randint(4, 9)):
            count = r.randint(60, 140)
            t = self.firm.rows(t + r.uniform(5e6, 40e6), "delete",
                               "crm.customer", count, by, first + n)
            n += count
        self.firm.logout(t + 60e6, by, begin)
        self.note("mass_delete", begin, t + 60e6,
                  "%s deleted %d customers" % (p.name, n), actor=p.name)

    def mass_update(self):
        r, day = self.random, self.day()
        begin = day.at(r.uniform(10, 15))
        p, n = self.person("purchasing", day), r.randint(2000, 4000)
        by = self.work(p, begin)
        t = self.firm.rows(begin + 60e6, "update", "product.article", n, by)
        self.firm.logout(t + 60e6, by, begin)
        self.note("mass_update", begin, t + 60e6,
                  "%s changed %d articles" % (p.name, n), actor=p.name)

    def mass_read(self):
        r, day = self.random, self.day()
        begin = day.at(r.uniform(10, 15))
        p = self.person("sales", day)
        by, t, rows = self.work(p, begin), begin + 60e6, 0
        while rows < TABLES["crm.customer"][1]:
            count = r.randint(3000, 5000)
            self.firm.read(t, "crm.customer", count,
                           dict(by, app="erp-web/session=" + by["session"]),
                           "69a0.3", attribution="application_name")
            rows += count
            t += r.uniform(30e6, 240e6)
        self.firm.logout(t, by, begin)
        self.note("mass_read", begin, t,
                  "%s, who leaves, read all customers, %d rows"
                  % (p.name, rows), actor=p.name)

    def at_night(self):
        day = self.day()
        begin = t = day.at(3, .1)
        p = self.person("accounting", day)
        by = self.work(p, begin, p.home)
        for _ in range(12):
            t = self.firm.rows(t + self.random.uniform(20e6, 90e6), "update",
                               "acc.payment", 1, by)
        self.firm.logout(t + 30e6, by, begin)
        self.note("outside_hours", begin, t + 30e6,
                  "%s worked at three in the night" % p.name, actor=p.name)

    def by_hand(self):
        r, day = self.random, self.day()
        begin = day.at(r.uniform(9, 17))
        addr = OFFICE + "12"
        by = self.firm.connect(begin, "postgres", "psql", addr)
        t = self.firm.rows(begin + 90e6, "update", "acc.payment",
                           r.randint(1, 4), by)
        self.firm.disconnect(t + 30e6, by, begin)
        self.note("privileged_role", begin, t + 30e6,
                  "the superuser changed payments by hand", role="postgres")

    def payslip(self):
        r, day = self.random, self.day()
        begin = day.at(r.uniform(9, 14))
        p = self.person("warehouse", day)
        by = self.work(p, begin)
        schema, table = "hr", "payslip"
        self.firm.add(begin + 100e6, "update", dict(
            by, schema=schema, table=table, key={"id": 1412}, rules=["hr"],
            old={"amount": 2810.00}, new={"amount": 3180.50}))
        self.firm.logout(begin + 300e6, by, begin)
        self.note("sensitive first_touch", begin, begin + 300e6,
                  "%s of the warehouse changed a payslip" % p.name,
                  actor=p.name)

    # the trail itself

    def rule_off(self):
        r, day = self.random, self.day()
        begin = day.at(r.uniform(10, 16))
        by = self.firm.connect(begin, "nadia", "audit-rule", OFFICE + "12")
        for wait, op, off in ((20e6, "rule_disable", False),
                              (1500e6, "rule_enable", True)):
            self.firm.add(begin + wait, op, dict(
                by, session=None, key={"rule": "acc"},
                old={"rule": "acc", "enabled": not off},
                new={"rule": "acc", "enabled": off}))
        self.firm.disconnect(begin + 1510e6, by, begin)
        self.note("rules_changed", begin, begin + 1510e6,
                  "nadia switched the rule acc off, and on again",
                  role="nadia")

    def gap(self):
        r, day = self.random, self.day(False)
        begin = day.at(r.uniform(8, 18))
        self.firm.add(begin, "gap", dict(
            role="erp", app="erp-web", addr=APP, schema="wh", table="pick",
            new={"op": "update", "sqlstate": "53100",
                 "message": "could not extend file: No space left on device"}))
        self.note("gap", begin, begin, "a change of wh.pick was not recorded",
                  role="erp", table="wh.pick")

    def flood(self):
        """Small steps by many sessions, none of which does much"""
        r, day = self.random, self.day()
        begin = day.at(r.uniform(10, 15))
        people = [p for p in self.firm.people if p.department == "sales"
                  and p.joins is None and p.leaves is None]
        usual = self.usual(day.date, "sale.order")
        n = round(20 * usual)
        sessions = [self.work(p, begin + i * 9e6)
                    for i, p in enumerate(people) for _ in range(3)]
        for t in day.times(n, begin + 120e6, begin + hours(1)):
            self.firm.rows(t, "update", "sale.order", 1, r.choice(sessions))
        for by in sessions:
            self.firm.logout(begin + hours(1.1), by, begin)
        self.note("unusual_rate", begin, begin + hours(1.1),
                  "sale.order was written %d times in an hour, by many"
                  % n, table="sale.order")

    def usual(self, date, table):
        """How often it was written in an hour of work, in four weeks before"""
        end = day_of(date)
        begin = day_of(date - datetime.timedelta(28))
        count = sum(1 for at, _, op, more in self.firm.lines
                    if begin <= at < end and op in ("insert", "update")
                    and "%s.%s" % (more.get("schema"),
                                   more.get("table")) == table)
        days = sum(not is_free(date - datetime.timedelta(i))
                   for i in range(1, 29))
        return count / days / 9
