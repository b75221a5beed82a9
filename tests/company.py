"""company - a wholesale company at work: its people, and what its trail has

Who works there, when, from where and on what is made up here, and nothing of
what a program may take for suspicious. month.py makes events of it.
"""

import datetime
import uuid
import zoneinfo

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
APP, BATCH, REPORTS = "192.0.2.10", "192.0.2.20", "192.0.2.30"
OFFICE = "198.51.100."
HOLIDAYS = {(5, 1), (5, 14), (5, 25)}

# department: people, how much each does in a day, at what
NAMES = {
    "sales": "anna bela carl dora egon finn greta hugo ines",
    "accounting": "jonas karla lars mona nils",
    "hr": "olga paul rita",
    "warehouse": "sven tina uwe vera willi xaver yuri zoe",
    "purchasing": "arno britta",
    "it": "nadia emil fritz",
}
WORK = {"sales": 26, "accounting": 30, "hr": 10, "warehouse": 34,
        "purchasing": 22, "it": 5}

# table: fields of an update; rows that there are
TABLES = {
    "crm.customer": (["phone", "city", "credit_limit"], 48000),
    "crm.contact": (["phone", "email"], 61000),
    "crm.lead": (["source", "state"], 9000),
    "sale.order": (["state", "amount_total", "note"], 120000),
    "sale.order_line": (["quantity", "price"], 480000),
    "product.article": (["list_price", "weight"], 15000),
    "pur.order": (["state", "note"], 20000),
    "pur.order_line": (["quantity", "price"], 70000),
    "acc.invoice": (["state", "due"], 110000),
    "acc.invoice_line": (["amount", "account"], 430000),
    "acc.payment": (["state", "amount"], 105000),
    "acc.journal": (["amount", "account"], 900000),
    "hr.employee": (["address", "phone"], 45),
    "hr.absence": (["state", "until"], 900),
    "hr.payslip": (["amount", "iban"], 1700),
    "wh.stock_move": (["state", "quantity"], 600000),
    "wh.stock_level": (["quantity"], 15000),
    "wh.pick": (["state"], 90000),
    "wh.delivery": (["state", "tracking"], 88000),
    "res.user": (["email", "groups"], 45),
    "res.setting": (["value"], 200),
    "sys.cart": (["state"], 4000),
}

# department: how often, and which rows one transaction changes
TASKS = {
    "sales": [
        (5, [("insert", "sale.order", 1, 1), ("insert", "sale.order_line", 1, 8)]),
        (6, [("update", "sale.order", 1, 1)]),
        (2, [("update", "sale.order_line", 1, 4)]),
        (3, [("update", "crm.customer", 1, 1)]),
        (1, [("insert", "crm.customer", 1, 1), ("insert", "crm.contact", 1, 2)]),
        (1, [("update", "crm.lead", 1, 2)]),
        (.4, [("delete", "sale.order_line", 1, 3)])],
    "accounting": [
        (4, [("insert", "acc.invoice", 1, 1), ("insert", "acc.invoice_line", 1, 8)]),
        (4, [("insert", "acc.payment", 1, 1), ("update", "acc.invoice", 1, 1)]),
        (1, [("insert", "acc.journal", 2, 6)]),
        (.1, [("update", "acc.invoice", 10, 60)])],
    "hr": [
        (4, [("update", "hr.absence", 1, 1)]),
        (2, [("insert", "hr.absence", 1, 1)]),
        (2, [("update", "hr.employee", 1, 1)])],
    "warehouse": [
        (6, [("insert", "wh.stock_move", 1, 5), ("update", "wh.stock_level", 1, 5)]),
        (4, [("update", "wh.pick", 1, 2)]),
        (2, [("insert", "wh.delivery", 1, 1), ("update", "wh.stock_move", 1, 3)])],
    "purchasing": [
        (4, [("insert", "pur.order", 1, 1), ("insert", "pur.order_line", 1, 6)]),
        (3, [("update", "product.article", 1, 4)]),
        (.2, [("update", "product.article", 20, 120)]),
        (.3, [("delete", "pur.order_line", 1, 2)])],
    "it": [
        (2, [("update", "res.user", 1, 1)]),
        (1, [("update", "res.setting", 1, 2)]),
        (.3, [("insert", "res.user", 1, 1)])],
}

# department: tables that it looks at, how often a day, rows at most
READS = {
    "sales": [("crm.customer", 6, 60), ("sale.order", 3, 400)],
    "accounting": [("acc.invoice", 5, 900), ("crm.customer", 2, 40)],
    "hr": [("hr.employee", 5, 45), ("hr.payslip", 1, 45)],
    "warehouse": [("wh.stock_move", 2, 100)],
    "purchasing": [("product.article", 4, 300)],
    "it": [("res.user", 2, 45)],
}

SYSTEMS = ["Windows NT 10.0; Win64; x64", "X11; Linux x86_64",
           "Macintosh; Intel Mac OS X 10_15_7"]
PHONES = ["Linux; Android 14; Pixel 8", "Linux; Android 13; SM-G991B",
          "iPhone; CPU iPhone OS 17_4 like Mac OS X"]


def day_of(date):
    """A day's beginning there, in µs since 1970"""
    begin = datetime.datetime(date.year, date.month, date.day, tzinfo=ZONE)
    return int(begin.timestamp()) * 1000000


def hours(n):
    return int(n * 3600e6)


def stamp(us):
    whole = datetime.datetime.fromtimestamp(us // 1000000,
                                            datetime.timezone.utc)
    return "%s.%06dZ" % (whole.strftime("%Y-%m-%dT%H:%M:%S"), us % 1000000)


class Person:
    def __init__(self, name, department, random, where):
        r = random
        self.name, self.department = name, department
        self.begin = r.gauss(6.3 if department == "warehouse" else 8.2, .5)
        self.end = self.begin + r.gauss(8.6, .3)
        self.lunch = r.gauss(12.1, .3)
        self.zeal = r.lognormvariate(0, .35)
        self.home_days = 0 if department == "warehouse" else r.choice(
            [0, 0, .2, .4, .6])
        self.evenings = False
        self.joins = self.leaves = None
        self.away = None  # (first, last) of a holiday
        # an office network, a provider at home, one of mobile phones
        self.provider = "%d.%d" % (r.randrange(241, 248), r.randrange(256))
        self.home = "%s.%d.%d" % (self.provider, r.randrange(256),
                                  r.randrange(1, 255))
        self.mobile = r.choice(["248.16.%d", "249.92.%d"]) % r.randrange(4)
        self.desk = OFFICE + str(r.randrange(10, 30))
        self.laptop = "Mozilla/5.0 (%s) %s" % (r.choice(SYSTEMS), r.choice(
            ["Gecko/20100101 Firefox/%d.0", "AppleWebKit/537.36 Chrome/%d.0"]))
        self.phone = "Mozilla/5.0 (%s) AppleWebKit/605.1 Mobile/%%d" % (
            r.choice(PHONES)) if where != "desk" else None
        self.version = r.randrange(118, 124)

    def agent(self, phone):
        return (self.phone if phone else self.laptop) % self.version


class Company:
    """What happens goes to self.lines: (µs, transaction, event's members)"""

    def __init__(self, random, size, begin):
        self.random = random
        self.size = size
        self.begin = begin
        self.lines = []
        self.transaction = 0
        self.backends = 0x6b0000
        self.known = set()
        self.people = [
            Person(name, department, random,
                   "way" if department in ("sales", "it") else "desk")
            for department, names in NAMES.items() for name in names.split()]
        self.by_name = {p.name: p for p in self.people}
        for name in ("karla", "fritz"):
            self.by_name[name].evenings = True
        for name, first in (("mona", 4), ("tina", 10)):
            self.by_name[name].away = (
                begin + datetime.timedelta(first),
                begin + datetime.timedelta(first + 13))
        for name, department in (("kim", "sales"), ("leo", "warehouse")):
            new = Person(name, department, random, "desk")
            new.joins = begin + datetime.timedelta(14)
            self.join(new)
        quinn = Person("quinn", "sales", random, "way")
        quinn.leaves = begin - datetime.timedelta(88)
        self.join(quinn)

    def join(self, person):
        self.people.append(person)
        self.by_name[person.name] = person

    # events

    def add(self, at, op, more, transaction=None):
        if transaction is None:
            transaction = self.new_transaction()
        self.lines.append((int(at), transaction, op, more))

    def new_transaction(self):
        self.transaction += 1
        return self.transaction

    def uuid(self, at):
        return str(uuid.UUID(int=(int(at) // 1000 << 80) | 7 << 76 |
                             self.random.getrandbits(76) & ~(3 << 62) |
                             2 << 62))

    def backend(self):
        self.backends += self.random.randrange(1, 40)
        return "%x.%x" % (0x69000000 + self.backends, self.backends & 0x7fff)

    def value(self, field):
        r = self.random
        if field in ("quantity", "account"):
            return r.randrange(1, 300)
        if field in ("credit_limit", "amount_total", "price", "list_price",
                     "amount", "weight"):
            return round(r.lognormvariate(4, 1.2), 2)
        if field in ("state",):
            return r.choice(["draft", "open", "done"])
        return "%s %x" % (field, r.getrandbits(20))

    def rows(self, at, op, table, count, by, first=None):
        """So many rows in one transaction, a fraction of a ms apart."""
        r = self.random
        fields, size = TABLES[table]
        schema, name = table.split(".")
        transaction = self.new_transaction()
        key = r.randrange(1, size) if first is None else first
        for i in range(count):
            at += r.expovariate(1 / 400)
            row = dict(by, schema=schema, table=name,
                       key={"id": key + i if count > 9 else
                            r.randrange(1, size)}, rules=[schema])
            some = {f: self.value(f) for f in fields}
            if op == "update":
                some = {f: self.value(f) for f in
                        r.sample(fields, r.randrange(1, len(fields) + 1))}
                row["old"] = {f: self.value(f) for f in some}
            row["old" if op == "delete" else "new"] = \
                dict({"id": row["key"]["id"]}, **some) if op != "update" \
                else some
            self.add(at, op, row, transaction)
        return at

    def read(self, at, table, count, by, backend, **more):
        schema, name = table.split(".")
        new = dict(kind="database", backend=backend, database="erp",
                   command="SELECT", object="table", rows=count, **more)
        new["recorded_at"] = stamp(int(at + 2e6))
        self.add(at, "read", dict(by, schema=schema, table=name,
                                  rules=[schema], new=new))

    # sessions of the application

    def login_failed(self, at, actor, addr, agent, reason="wrong password"):
        self.add(at, "login_failed", dict(
            actor=actor, role="erp", app="erp-web", addr=addr,
            new={"addr": addr, "reason": reason, "details": None,
                 "user_agent": agent}))

    def login(self, at, person, addr, agent):
        """Returns what its events have."""
        device = "".join(c for c in agent if not c.isdigit())
        network = addr.rsplit(".", 1)[0]
        new = {(person.name, device), (person.name, network)} - self.known
        self.known |= new
        session = self.uuid(at)
        self.add(at, "login", dict(
            actor=person.name, role="erp", session=session, app="erp-web",
            addr=addr, key={"session": session},
            new={"addr": addr, "groups": [person.department],
                 "details": None, "new_device": bool(new),
                 "user_agent": agent}))
        return dict(actor=person.name, role="erp", session=session,
                    app="erp-web", addr=APP)

    def logout(self, at, by, since, reason="logout"):
        self.add(at, "logout", dict(
            by, key={"session": by["session"]},
            new={"closed": stamp(int(at)), "reason": reason,
                 "active_seconds": round((at - since) / 2e6, 6),
                 "duration_seconds": round((at - since) / 1e6, 6)}))

    # connections to the database

    def connect(self, at, role, app, addr, **more):
        backend = self.backend()
        self.add(at, "login", dict(
            role=role, session=backend, app=app, addr=addr,
            key={"session": backend},
            new=dict(kind="database", backend=backend, database="erp",
                     method="scram-sha-256", identity=role, ssl=True,
                     attribution="role", recorded_at=stamp(int(at + 5e6)),
                     **more)))
        return dict(role=role, session=backend, app=app, addr=addr)

    def disconnect(self, at, by, since):
        self.add(at, "logout", dict(
            by, key={"session": by["session"]},
            new=dict(kind="database", backend=by["session"], database="erp",
                     duration_seconds=round((at - since) / 1e6, 3),
                     recorded_at=stamp(int(at + 2e6)))))
