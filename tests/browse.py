#!/usr/bin/python3
"""browse.py - look at pages of audit-export in one headless browser

usage: browse.py DIR

DIR has the pages; each check prints "ok NAME" or "not ok NAME: why", and what
was measured goes to stderr. Nothing is asked for from the network: selenium
gets its driver by name, and a page that requests anything fails its check.
"""

import json
import os
import sys
import tempfile
import time
import traceback

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

os.environ["SE_OFFLINE"] = "true"

WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (e) =>
	violations.push(e.violatedDirective + " " + e.blockedURI));
window.alert = (t) => violations.push("alert " + t);
"""


def start(profile):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for option in ("--headless=new", "--no-sandbox", "--disable-gpu",
                   "--disable-dev-shm-usage", "--disable-extensions",
                   "--disable-background-networking", "--no-first-run",
                   "--window-size=1280,900",
                   "--disable-component-update", "--disable-sync",
                   f"--user-data-dir={profile}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs",
                           {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"),
                               options=options)
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument",
                            {"source": WATCH})
    return browser


class Pages:
    """The browser, and short ways to ask it"""

    def __init__(self, browser, where):
        self.browser = browser
        self.where = where

    def js(self, code, *args):
        return self.browser.execute_script(code, *args)

    def load(self, name, hash=""):
        self.browser.get("about:blank")
        self.browser.get(f"file://{self.where}/{name}{hash}")

    def open(self, name):
        """Load a page, unless it is there: then undo what was done"""
        if not self.browser.current_url.split("#")[0].endswith("/" + name):
            return self.load(name)
        self.js("document.querySelectorAll('.bar button')[0].click();"
                "document.activeElement.blur(); scrollTo(0, 0)")

    def all(self, css):
        return self.browser.find_elements(By.CSS_SELECTOR, css)

    def one(self, css):
        return self.browser.find_element(By.CSS_SELECTOR, css)

    def input(self, label):
        for e in self.all(".finder label"):
            if e.text.split("\n")[0] == label:
                return e.find_element(By.CSS_SELECTOR, "input, select")
        raise AssertionError(f"no input {label}")

    def choose(self, label, word):
        """An option by its word; its count stands behind it"""
        for o in Select(self.input(label)).options:
            if o.text.rsplit(" (", 1)[0] == word:
                self.put(label, o.get_attribute("value"))
                return int(o.text.rsplit(" (", 1)[1][:-1].replace(",", ""))
        raise AssertionError(f"no {word} in {label}")

    def put(self, label, value):
        self.js("arguments[0].value = arguments[1];"
                "arguments[0].dispatchEvent(new Event('input'))",
                self.input(label), value)

    def status(self):
        return self.one("[role=status]").text

    def column(self, name):
        """The texts of a column, in the rows that are shown"""
        return self.js("return [...document.querySelectorAll("
                       "'tr.row td[data-name^=\"' + arguments[0] + '\"]')]"
                       ".map((e) => e.textContent)", name)

    def press(self, key):
        self.browser.switch_to.active_element.send_keys(key)

    def took(self):
        return float(self.one(".finder").get_attribute("data-took"))

    def quiet(self):
        """Nothing was complained about, blocked or asked for"""
        log = [e for e in self.browser.get_log("browser")]
        assert not log, log
        bad = self.js("return window.violations")
        assert not bad, bad
        for entry in self.browser.get_log("performance"):
            m = json.loads(entry["message"])["message"]
            if m["method"] != "Network.requestWillBeSent":
                continue
            if not m["params"]["documentURL"].startswith("file:"):
                continue  # the browser's own
            url = m["params"]["request"]["url"]
            assert url.startswith(("file://" + self.where, "data:",
                                   "about:", "blob:")), url


def counts(status):
    """3 of 10 rows -> 3, 10"""
    words = status.replace(",", "").split()
    return (int(words[0]), int(words[2])) if "of" in words else (
        int(words[0]), int(words[0]))


# Checks: their docstrings are their names

def newest(p):
    """the newest rows are shown, and the page says how many"""
    p.open("many.html")
    assert counts(p.status()) == (10000, 10000), p.status()
    notice = p.one("section .notice").text
    assert notice.startswith("These are the newest 10,000 of 12,"), notice
    times = p.column("Time")
    assert len(times) == 100, len(times)
    assert times == sorted(times, reverse=True)
    assert len(p.all("tr.row")) == 100
    p.quiet()


def filters(p):
    """filters for actor, table and operation narrow the rows, together too"""
    p.open("many.html")
    alice = p.choose("Actor", "alice")
    assert counts(p.status())[0] == alice, (p.status(), alice)
    assert set(p.column("Actor")) == {"alice"}
    p.choose("Operation", "update")
    assert set(p.column("Operation")) == {"update"}
    p.choose("Table", "sale_line")
    assert set(p.column("Table")) == {"sale_line"}
    assert set(p.column("Actor")) == {"alice"}
    assert 0 < counts(p.status())[0] < alice
    p.one(".bar button").click()
    assert counts(p.status())[0] == 10000
    p.quiet()


def search(p):
    """the search looks in all columns, details and values, for each word"""
    p.open("small.html")
    for text, n in (("LAMPE", 1), ("customer called", 1), ("12.30", 1),
                    ("shop-app", 1), ("alice update", 1),
                    ("alice nothing-of-it", 0)):
        p.put("Search", text)
        assert counts(p.status())[0] == n, (text, p.status())
    assert p.one(".pages").text.endswith("No row matches.")
    p.quiet()


def dates(p):
    """from and until are clock times in the report's zone, the minute whole"""
    p.open("small.html")
    times = p.column("Time")
    assert times[-1] == "2026-07-01 12:00:05", times
    p.put("Until", "2026-07-01T12:00")
    assert p.column("Time") == ["2026-07-01 12:00:05"], p.column("Time")
    p.put("Until", "2026-07-01T11:59")
    assert p.column("Time") == []
    p.put("Until", "")
    p.put("From", "2026-07-01T12:01")
    assert counts(p.status())[0] == len(times) - 1
    p.quiet()


def sort(p):
    """the time's head turns the order round, and says so"""
    p.open("small.html")
    before = p.column("Time")
    head = p.one("th[aria-sort]")
    assert head.get_attribute("aria-sort") == "descending"
    head.find_element(By.TAG_NAME, "button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert p.column("Time") == before[::-1]


def address(p):
    """the filters are in the address: a reload or a link shows the same"""
    p.open("many.html")
    n = p.choose("Actor", "bob")
    p.put("Search", "sale_line")
    some = counts(p.status())[0]
    assert 0 < some < n
    p.all(".pages button")[1].click()
    first = p.column("Time")[0]
    hash = p.js("return location.hash")
    assert "bob" in hash and "page=2" in hash, hash
    p.load("many.html", hash)
    assert counts(p.status())[0] == some
    assert p.column("Time")[0] == first
    assert p.input("Search").get_attribute("value") == "sale_line"
    p.load("many.html", "#find-1?is-Actor=%3Cscript%3E&page=-7&from=x&q=%")
    p.quiet()


def pages(p):
    """a page has a hundred rows, and buttons turn it"""
    p.open("many.html")
    back, on = p.all(".pages button")
    assert not back.is_enabled() and on.is_enabled()
    seen = p.column("Time")
    on.click()
    assert "Rows 101\u2013200 of 10,000" in p.one(".pages").text
    assert p.column("Time")[0] <= seen[-1]
    back.click()
    assert p.column("Time") == seen
    p.quiet()


def opens(p):
    """a row opens: all that is known of the event, and all changes"""
    p.open("small.html")
    p.put("Search", "customer called")
    p.one("tr.row button").click()
    detail = p.one("tr.detail").text
    for word in ("customer called", "shop-app", "2026-07-01 12:00:05.123456"
                 "+02:00", "812"):
        assert word in detail, (word, detail)
    assert p.one("tr.detail del").text == "was 12.30" or \
        "12.30" in p.one("tr.detail del").text
    p.one("tr.row button").click()
    assert not p.all("tr.detail")


def marks(p):
    """what is no value looks like none: NULL, empty, masked, redacted"""
    p.open("small.html")
    p.put("Search", "different nothings")
    p.one("tr.row button").click()
    rows = {r.find_element(By.TAG_NAME, "th").text:
            r.find_elements(By.TAG_NAME, "td")
            for r in p.all("tr.detail tbody tr")}

    def mark(cell):
        e = cell.find_elements(By.CSS_SELECTOR, ".no")
        return e[0].text if e else None

    assert mark(rows["a"][0]) == "NULL"
    assert mark(rows["a"][1]) == "empty text"
    assert mark(rows["b"][0]) == "masked"
    assert mark(rows["c"][1]) is None and rows["c"][1].text.endswith("NULL")
    assert mark(rows["d"][0]) == "redacted"
    assert "12 bytes" in mark(rows["e"][1])
    assert "italic" == p.js("return getComputedStyle(arguments[0]).fontStyle",
                            p.one("tr.detail .no"))


def hostile(p):
    """whatever a value says is text: no markup, nothing runs"""
    p.open("hostile.html")
    text = p.js("return document.body.textContent")
    for row in p.all("tr.row button"):
        row.click()
    shown = p.js("return document.querySelector('table.found').textContent")
    for value in ("</script><script>alert(1)</script>",
                  "<img src=x onerror=alert(2)>", "&lt;b&gt;", "<!--",
                  "\\u202e", "\\u2028", "\\x07", "\\u200b",
                  "\\u00ad", "\\ue0041", '"><svg onload=',
                  "{{7*7}}", "javascript:alert(3)"):
        assert value in shown, (value, shown)
    assert "\u202e" not in text and "\u202e" not in shown
    assert p.js("return document.scripts.length") == 1
    assert not p.all("img, iframe, object, table b b, svg[onload]")
    assert p.browser.title == 'T <b>&amp; "x" \\u202e', p.browser.title
    assert p.one("h1").text == 'T <b>&amp; "x" \\u202e'
    p.quiet()


def long(p):
    """a long value is cut, and says how much of it is not there"""
    p.open("hostile.html")
    p.put("Search", "mmmmmmmmmmm")
    assert "39,500 more characters" in p.one("tr.row").text
    assert p.js("return document.querySelector('.found').scrollWidth <= "
                "innerWidth")


def keys(p):
    """a keyboard is enough: all is reached, and it is seen where one is"""
    p.load("small.html")
    p.js("window.seen = []; addEventListener('focusin', (e) => "
         "seen.push(e.target.textContent || "
         "e.target.getAttribute('aria-label') || e.target.type))")
    p.press(Keys.TAB * 40)
    seen = p.js("return window.seen")
    row = p.one("tr.row button")
    row.send_keys(Keys.ENTER)
    assert p.all("tr.detail")
    row.send_keys(Keys.SPACE)
    assert not p.all("tr.detail")
    style = p.js("const s = getComputedStyle(arguments[0]);"
                 "return [s.outlineStyle, s.outlineWidth]", row)
    assert style == ["solid", "3px"], style
    assert seen[0] == "To the report", seen
    for word in ("Overview", "Dark", "Show all", "search"):
        assert word in seen, (word, seen)
    assert seen.count("+") == len(p.all("tr.row"))
    p.quiet()


def names(p):
    """each input has a label, each table a name and heads, each chart both"""
    p.open("many.html")
    assert p.js("return document.documentElement.lang") == "en"
    assert not p.js("return [...document.querySelectorAll('input, select')]"
                    ".filter((e) => !e.labels.length).length")
    assert not p.js("return [...document.querySelectorAll('button')].filter("
                    "(e) => !e.textContent).length")
    assert not p.js("return [...document.querySelectorAll('th')].filter("
                    "(e) => !e.scope).length")
    assert not p.js("return [...document.querySelectorAll('table')].filter("
                    "(e) => !e.caption && !e.closest('.detail') && "
                    "!e.closest('section').querySelector('h2')).length")
    charts = p.all(".drawing svg")
    assert charts
    for e in charts:
        assert e.get_attribute("role") == "img"
        said = p.js("return arguments[0].getAttribute('aria-labelledby')"
                    ".split(' ').map((i) => document.getElementById(i)"
                    ".textContent)", e)
        assert len(said) == 2 and all(said), said
    assert len(p.all("figure details table")) == len(charts)
    ids = p.js("return [...document.querySelectorAll('[id]')]"
               ".map((e) => e.id)")
    assert len(ids) == len(set(ids))
    levels = p.js("return [...document.querySelectorAll('h1,h2,h3')]"
                  ".map((e) => e.tagName)")
    assert levels[0] == "H1" and levels.count("H1") == 1, levels


def alone(p):
    """without JavaScript figures, charts and short tables are there"""
    p.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled",
                              {"value": True})
    try:
        p.load("many.html")
        for css in (".tiles dd", ".drawing svg rect", "table caption"):
            assert p.one(css)
        assert "needs JavaScript" in p.one("body").text
        assert not p.all("tr.row")
    finally:
        p.browser.get("about:blank")
        p.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled",
                                  {"value": False})


def media(p, **features):
    p.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "media": features.pop("media", ""),
        "features": [{"name": k.replace("_", "-"), "value": v}
                     for k, v in features.items()]})


def color(p):
    return p.js("return getComputedStyle(document.body).backgroundColor")


def dark(p):
    """light or dark is as the system has it, a button changes it, paper is
    light"""
    p.open("small.html")
    media(p, prefers_color_scheme="light")
    assert color(p) == "rgb(255, 255, 255)"
    media(p, prefers_color_scheme="dark")
    assert color(p) == "rgb(15, 20, 26)", color(p)
    p.one("#theme").click()
    assert color(p) == "rgb(255, 255, 255)"
    p.one("#theme").click()
    assert color(p) == "rgb(15, 20, 26)"
    media(p, media="print", prefers_color_scheme="dark")
    assert color(p) == "rgb(255, 255, 255)", color(p)
    media(p)
    p.quiet()


def fixed(p):
    """a theme that was asked for stays, whatever the system has"""
    p.open("green.html")
    for scheme in ("light", "dark"):
        media(p, prefers_color_scheme=scheme)
        assert color(p) == "rgb(255, 255, 255)"
        head = p.js("return getComputedStyle(document.querySelector("
                    "'header')).backgroundColor")
        assert head == "rgb(30, 91, 58)", head
    media(p)
    assert not p.all("#theme")


def visible(p, css):
    return p.js("return [...document.querySelectorAll(arguments[0])]"
                ".some((e) => e.checkVisibility())", css)


def paper(p):
    """on paper there are up to 1,000 rows that match, and it says so"""
    p.open("many.html")
    rows, notice, after = p.js("""
        const count = () => document.querySelectorAll("tr.row").length;
        dispatchEvent(new Event("beforeprint"));
        const rows = count();
        const notice = document.querySelector(".finder .notice");
        const text = notice.checkVisibility() && notice.textContent;
        dispatchEvent(new Event("afterprint"));
        return [rows, text, count()];""")
    assert rows == 1000, rows
    assert notice == "Printed are the first 1,000 of 10,000 rows that " \
        "match.", notice
    assert after == 100, after
    assert not visible(p, ".finder .notice")
    media(p, media="print")
    for css in (".filters", "nav", "button"):
        assert not visible(p, css), css
    media(p)


def narrow(p):
    """a phone of 360 pixels shows all without scrolling sideways"""
    p.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": 360, "height": 740, "deviceScaleFactor": 1,
        "mobile": False})
    try:
        for name in ("many.html", "hostile.html"):
            p.open(name)
            wide = p.js("return document.documentElement.scrollWidth")
            assert wide <= 360, (name, wide)
    finally:
        p.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def fast(p):
    """ten thousand rows are filtered while one types"""
    p.open("many.html")
    first = p.took()
    took = []
    for text in ("s", "sa", "sale", "sale_line", "sale_line 12", "x"):
        p.put("Search", text)
        took.append(p.took())
    p.put("Search", "")
    p.choose("Actor", "alice")
    took.append(p.took())
    print("first %.0f ms, then %s ms" % (first, " ".join(
        "%.0f" % t for t in took)), file=sys.stderr)
    assert sorted(took)[len(took) // 2] < 1000, took


CHECKS = [newest, fast, filters, pages, address, paper, names, search, dates,
          sort, opens, marks, dark, keys, hostile, long, fixed, narrow, alone]


def main():
    where = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(dir=where) as profile:
        browser = start(profile)
        browser.set_page_load_timeout(30)
        p = Pages(browser, where)
        try:
            for check in CHECKS:
                name = " ".join(check.__doc__.split())
                begin = time.monotonic()
                try:
                    check(p)
                    print(f"ok {name}")
                except Exception as e:
                    where_ = traceback.extract_tb(e.__traceback__)
                    line = [t.lineno for t in where_
                            if t.filename == __file__][-1]
                    print(f"not ok {name}: line {line}: "
                          + " ".join(str(e).split()))
                print("%.1f s %s" % (time.monotonic() - begin, name),
                      file=sys.stderr)
        finally:
            browser.quit()


main()
