"""workday - what a day in the company looks like when nothing happens"""

import datetime

import company
from company import APP, BATCH, HOLIDAYS, OFFICE, READS, REPORTS, TABLES, \
    TASKS, WORK, hours


def is_free(date):
    return date.weekday() >= 5 or (date.month, date.day) in HOLIDAYS


def is_closing(date):
    """The last two working days of a month and the first two of the next"""
    def turns(step):
        day, seen = date, 0
        while seen < 2:
            day += datetime.timedelta(step)
            if day.month != date.month:
                return True
            seen += not is_free(day)
        return False
    return not is_free(date) and (turns(1) or turns(-1))


class Day:
    def __init__(self, firm, date, volume):
        self.firm, self.date = firm, date
        self.random = firm.random
        self.begin = company.day_of(date)
        # what is done; 1 makes some 4,200 events on a working day
        self.volume = volume * firm.size / 4200

    def at(self, hour, deviation=0):
        return self.begin + hours(self.random.gauss(hour, deviation))

    def times(self, count, begin, end, lunch=None):
        """So many, some of them close together, hardly any at lunch"""
        r, found = self.random, []
        while len(found) < count:
            t = r.uniform(begin, end)
            if lunch is not None and 0 < t - lunch < hours(.7):
                t = r.uniform(begin, end)
            found += [t + r.expovariate(1 / 30e6) for _ in range(
                min(count - len(found), r.choice([1, 1, 2, 4])))]
        return sorted(found)

    def amount(self, mean):
        """About so many, never fewer than none"""
        return max(0, round(self.random.gauss(mean, mean ** .5 * 1.3)))

    def all(self):
        for person in self.firm.people:
            if self.is_there(person):
                self.person(person)
        self.machines()
        if self.date.weekday() == 0:
            self.imports()
        if self.date.weekday() == 2 and self.date.day % 14 > 6:
            self.maintenance()

    def is_there(self, p):
        r = self.random
        if p.joins is not None and self.date < p.joins or \
                p.leaves is not None and self.date >= p.leaves:
            return False
        if p.away is not None and p.away[0] <= self.date <= p.away[1]:
            return False
        if is_free(self.date):
            return p.evenings and r.random() < .2 or r.random() < .015
        return r.random() > .04

    # people

    def person(self, p):
        r = self.random
        if r.random() < .04:
            p.version += 1  # the laptop was updated
        if r.random() < .03:  # the provider has given another address
            p.home = "%s.%d.%d" % (p.provider, r.randrange(256),
                                   r.randrange(1, 255))
        if is_free(self.date):
            begin = self.at(r.uniform(9, 20))
            return self.session(p, begin, begin + hours(r.uniform(.3, 2)),
                                p.home if p.home_days else p.desk, False, .12)
        closing = is_closing(self.date) and p.department == "accounting"
        begin, end = self.at(p.begin, .25), self.at(p.end, .3)
        if closing:
            end += hours(r.uniform(.5, 2))
        addr, phone = self.place(p)
        load = 5 if closing else 1
        middle = self.begin + hours(p.lunch)
        if r.random() < .5:  # the session ends over lunch
            self.session(p, begin, middle, addr, phone, load * .5)
            begin, load = middle + hours(.7 + r.random() * .2), load * .5
        self.session(p, begin, end, addr, phone, load)
        if p.phone is not None and r.random() < .15:  # on the way home
            way = end + hours(r.uniform(.1, .8))
            self.session(p, way, way + hours(.15),
                         "%s.%d" % (p.mobile, r.randrange(1, 255)), True, .03)
        if p.evenings and r.random() < .5:
            late = self.at(20, .4)
            self.session(p, late, late + hours(r.uniform(.7, 2.2)), p.home,
                         False, .2)

    def place(self, p):
        r = self.random
        if p.department == "sales" and p.phone and r.random() < .12:
            return "%s.%d" % (p.mobile, r.randrange(1, 255)), True
        if r.random() < p.home_days:
            # over the company's VPN, or not
            return (OFFICE + "5" if r.random() < .5 else p.home), False
        return p.desk, False

    def session(self, p, begin, end, addr, phone, load):
        r, firm = self.random, self.firm
        agent = p.agent(phone)
        if r.random() < .04:
            for i in range(r.choice([1, 1, 1, 2, 2, 3]), 0, -1):
                firm.login_failed(begin - i * r.uniform(4e6, 25e6), p.name,
                                  addr, agent)
        by = firm.login(begin, p, addr, agent)
        lunch = self.begin + hours(p.lunch)
        tasks = TASKS[p.department]
        count = self.amount(WORK[p.department] * p.zeal * load * self.volume)
        for t in self.times(count, begin + 5e6, end, lunch):
            for op, table, least, most in r.choices(
                    [rows for _, rows in tasks], [n for n, _ in tasks])[0]:
                t = firm.rows(t, op, table, r.randint(least, most), by)
        if p.department == "hr" and self.date.day in (21, 22, 26):
            for t in self.times(self.amount(8 * load), begin, end, lunch):
                firm.rows(t, "insert", "hr.payslip", r.randint(1, 3), by)
        self.reads(p, by, begin, end, load)
        if r.random() < .8:
            firm.logout(end, by, begin)
        else:
            firm.logout(end + hours(.5), by, begin, "idle")

    def reads(self, p, by, begin, end, load):
        r, firm = self.random, self.firm
        for table, often, most in READS[p.department]:
            for t in self.times(self.amount(often * min(load, 2) *
                                            min(1, self.volume)), begin, end):
                rows = max(1, round(most ** r.random()))
                if r.random() < .03:  # a list of all for a meeting
                    rows = min(TABLES[table][1], r.randint(500, 5000))
                said = dict(by, app="erp-web/session=" + by["session"])
                firm.read(t, table, rows, said, "69a0.%x" % r.randrange(40),
                          attribution="application_name")

    # machines

    def machines(self):
        self.batch()
        self.backup()
        r, firm = self.random, self.firm
        for t in self.times(6, self.begin, self.begin + hours(23.5)):
            by = firm.connect(t, "erp", "erp-web", APP)  # of the pool
            firm.disconnect(t + hours(r.uniform(.5, 3)), by, t)
        if is_free(self.date):
            return
        for t in self.times(r.randint(5, 12), self.at(6.5), self.at(18)):
            by = firm.connect(t, "report", "cockpit", REPORTS)
            for table in r.sample(["acc.invoice", "sale.order", "wh.stock_move",
                                   "crm.customer"], r.randint(1, 3)):
                firm.read(t + 2e6, table, r.randint(10, 5000), by,
                          by["session"], attribution="role")
            firm.disconnect(t + r.uniform(5e6, 90e6), by, t)

    def batch(self):
        r, firm = self.random, self.firm
        begin = self.at(2.2, .05)
        by = firm.connect(begin, "batch", "nightly", BATCH)
        much = self.volume * (.5 if is_free(self.date) else 1)
        t = begin + 3e6
        for op, table, least, most in (
                ("update", "wh.stock_level", 500, 1300),
                ("insert", "acc.journal", 60, 220),
                ("delete", "sys.cart", 80, 300)):
            t = firm.rows(t + r.uniform(1e6, 60e6), op, table,
                          max(1, round(r.randint(least, most) * much)), by)
        firm.disconnect(t + 4e6, by, begin)

    def backup(self):
        r, firm = self.random, self.firm
        begin = self.at(3.5, .03)
        by = firm.connect(begin, "backup", "pg_dump", BATCH)
        t = begin
        for table, (_, rows) in TABLES.items():
            t += r.uniform(.2e6, 20e6)
            firm.read(t, table, rows + (self.date - self.firm.begin).days * 5
                      + 1000, by, by["session"], attribution="role")
        firm.disconnect(t + 4e6, by, begin)

    def imports(self):
        r, firm = self.random, self.firm
        if is_free(self.date):
            return
        begin = self.at(7.2, .1)
        by = firm.connect(begin, "import", "importer", BATCH)
        t = firm.rows(begin + 2e6, "insert", "crm.lead",
                      round(r.randint(150, 500) * self.volume) + 1, by)
        t = firm.rows(t + 30e6, "update", "product.article",
                      round(r.randint(100, 350) * self.volume) + 1, by)
        firm.disconnect(t + 2e6, by, begin)

    def maintenance(self):
        """An announced evening: rules are tended, a release comes in."""
        r, firm = self.random, self.firm
        begin = self.at(18.5, .1)
        by = firm.connect(begin, "nadia", "audit-rule", OFFICE + "12")
        for i in range(r.randint(2, 4)):
            rule = r.choice(["crm", "wh", "hr", "acc"])
            firm.add(begin + (i + 1) * 40e6, "rule_change", dict(
                by, session=None, key={"rule": rule},
                old={"rule": rule, "ignore": None},
                new={"rule": rule, "ignore": ["write_date"]}))
        firm.disconnect(begin + hours(.3), by, begin)
        owner = firm.connect(begin + hours(.4), "erp_owner", "release",
                             BATCH)
        for i in range(r.randint(1, 3)):
            firm.add(begin + hours(.41) + i * 3e6, "ddl", dict(
                owner, session=None, schema="sale", table="order",
                new={"command": "ALTER TABLE"}))
        firm.disconnect(begin + hours(.5), owner, begin + hours(.4))
        firm.routine.append({
            "routine": "announced maintenance", "from": begin,
            "to": begin + hours(.6), "roles": ["nadia", "erp_owner"]})
