"use strict";
(() => {
const ROWS = 100;	/* of a page of the table */
const PRINTED = 1000;	/* rows on paper */
const WORDS = 300;	/* values of a column to choose among */
const SHOWN = 3;	/* changes of a row that is not open */
const EPOCH = 946684800000;	/* 2000-01-01 UTC */
const TONES = ["", "insert", "update", "delete", "read", "other", "good",
	"warn", "bad"];
/* what turns the direction of writing, or hides */
const UNSEEN = new RegExp("[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c" +
	"\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff" +
	"\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]", "gu");

/* an element: all that a value says is text */
function make(name, set, ...inside) {
	const e = document.createElement(name);
	for (const k in set)
		if (k === "class")
			e.className = set[k];
		else if (k in e && !k.startsWith("aria"))
			e[k] = set[k];
		else
			e.setAttribute(k, set[k]);
	e.append(...inside.filter((x) => x !== null));
	return e;
}

function escape(c) {
	const n = c.codePointAt(0);
	return n < 0x80 ? "\\x" + n.toString(16).padStart(2, "0")
		: "\\u" + n.toString(16).padStart(4, "0");
}

function put_text(e, text) {
	let from = 0;
	for (const m of text.matchAll(UNSEEN)) {
		e.append(text.slice(from, m.index),
			make("span", {class: "no"}, escape(m[0])));
		from = m.index + m[0].length;
	}
	e.append(text.slice(from));
}

const count = (n) => n.toLocaleString("en-US");
const plural = (n, what) => `${count(n)} ${what}${n === 1 ? "" : "s"}`;

/* The data */

/* A cell is null, a text or [kind, value, ...]; see page-data.c. A number is
 * the cell that was the so-manieth. */
function decode(rows) {
	const cells = [];
	const one = (c) => {
		if (c === null)
			return null;
		if (typeof c === "number")
			return cells[c];
		if (typeof c !== "string" && c[0] === "w")
			return c;
		if (typeof c !== "string" && c[0] === "d") {
			for (let i = 2; i < c.length; i++)
				c[i] = one(c[i]);
			return c;
		}
		cells.push(c);
		return c;
	};
	for (const row of rows)
		for (let i = 0; i < row.length; i++)
			row[i] = one(row[i]);
	return rows;
}

const kind = (c) => c === null ? "" : typeof c === "string" ? "t" : c[0];

/* what a clock in the report's zone showed, in ms */
const local = (c) => Math.floor(c[1] / 1000) + EPOCH + c[2] * 1000;

function time_text(c, whole) {
	const date = new Date(local(c));
	if (isNaN(date))
		return String(c[1]);
	const text = date.toISOString().replace("T", " ");
	if (!whole)
		return text.slice(0, -5);
	const us = ((c[1] % 1e6) + 1e6) % 1e6;
	const east = Math.abs(c[2]);
	const two = (n) => String(Math.floor(n)).padStart(2, "0");
	return text.slice(0, -5) + "." + String(us).padStart(6, "0") +
		(c[2] < 0 ? "-" : "+") + two(east / 3600) + ":" +
		two(east / 60 % 60);
}

function cell_text(c) {
	switch (kind(c)) {
	case "": return "";
	case "t": return typeof c === "string" ? c : c[1];
	case "w": return time_text(c, false);
	case "d": return c.slice(2).map(cell_text).join(" ");
	default: return c[1];
	}
}

/* How cells look */

function put_change(e, field, was, is) {
	e.append(make("b", {}, put_cell(field)), " ");
	if (was !== null)
		e.append(make("del", {},
			make("span", {class: "said"}, "was "), put_cell(was)));
	if (was !== null && is !== null)
		e.append(" \u2192 ");
	if (is !== null)
		e.append(make("ins", {},
			make("span", {class: "said"}, "is now "),
			put_cell(is)));
}

function put_changes(c, most) {
	const f = document.createDocumentFragment();
	const n = (c.length - 2) / 3;
	if (n + c[1] === most + 1)
		most++;	/* it takes no more room than to say so */
	for (let i = 0; i < n && i < most; i++) {
		const line = make("div", {});
		put_change(line, c[2 + 3 * i], c[3 + 3 * i], c[4 + 3 * i]);
		f.append(line);
	}
	if (n + c[1] > most)
		f.append(make("div", {class: "more"},
			`and ${plural(n + c[1] - most, "more field")}`));
	return f;
}

/* All changes, as a table */
function change_table(c) {
	const body = make("tbody", {});
	for (let i = 2; i < c.length; i += 3) {
		const side = (mark, v) => make("td", {}, v === null ? ""
			: c[i + 1] !== null && c[i + 2] !== null
			? make(mark, {}, put_cell(v)) : put_cell(v));
		body.append(make("tr", {},
			make("th", {scope: "row"}, put_cell(c[i])),
			side("del", c[i + 1]), side("ins", c[i + 2])));
	}
	if (c[1] > 0)
		body.append(make("tr", {}, make("td", {colSpan: 3, class: "no"},
			`\u2026 ${plural(c[1], "more field")}`)));
	return make("table", {},
		make("thead", {}, make("tr", {},
			...["Field", "Old", "New"].map((t) =>
				make("th", {scope: "col"}, t)))), body);
}

function put_cell(c) {
	const f = document.createDocumentFragment();
	const k = kind(c);
	if (k === "")
		return f;
	if (k === "d")
		return put_changes(c, SHOWN);
	if (k === "w") {
		f.append(make("span", {class: "time", title: time_text(c, true)},
			time_text(c, false)));
		return f;
	}
	const tone = typeof c === "string" ? 0 : c[2] || 0;
	const text = typeof c === "string" ? c : c[1];
	let in_it = f;
	if (tone > 0 || k === "m") {
		in_it = make("span", {class: k === "m" ? "no"
			: "tone is-" + TONES[tone]});
		f.append(in_it);
	}
	put_text(in_it, text);
	if (typeof c !== "string" && c[3] > 0)
		f.append(make("span", {class: "no"},
			`\u2026 ${plural(c[3], "more character")}`));
	return f;
}

/* A table of events, its filters and its pages */
class Finder {
	constructor(place, data, n) {
		this.place = place;
		this.n = n;
		this.title = data.title;
		this.columns = data.columns.map(([name, find], i) =>
			({name, find, i}));
		this.rows = decode(data.rows);
		this.time = this.columns.find((c) => c.find === "time");
		this.shown = this.columns.filter((c) => c.find !== "detail");
		this.details = this.columns.filter((c) => c.find === "detail");
		this.hay = [];
		this.page = 0;
		this.oldest = false;
		this.build();
		this.restore();
		this.apply(false);
		this.soon();
	}

	/* What the search looks through, as far as this row; it is made while
	 * there is nothing else to do. */
	texts(until) {
		for (let i = this.hay.length; i < until; i++)
			this.hay.push(this.rows[i].map(cell_text).join("\n")
				.toLowerCase());
		return this.hay;
	}

	prepare() {
		if (this.hay.length === this.rows.length)
			return;
		this.texts(Math.min(this.hay.length + 500, this.rows.length));
		this.soon();
	}

	soon() {
		(window.requestIdleCallback || setTimeout)(() => this.prepare());
	}

	label(text, input, more) {
		input.addEventListener("input", () => this.apply(true));
		return make("label", {class: more || ""}, text, input);
	}

	/* a filter for a column of few words, else for a part of its text */
	word(column) {
		const counts = new Map();
		for (const row of this.rows) {
			const t = cell_text(row[column.i]);
			counts.set(t, (counts.get(t) || 0) + 1);
		}
		column.few = counts.size <= WORDS;
		if (!column.few) {
			column.input = make("input", {type: "search"});
			return this.label(column.name, column.input);
		}
		const words = [...counts.keys()].sort((a, b) =>
			a < b ? -1 : a > b ? 1 : 0);
		column.words = words;
		column.input = make("select", {},
			make("option", {value: ""}, "all"));
		words.forEach((w, i) => {
			const o = make("option", {value: String(i)});
			const text = w.length > 60 ? w.slice(0, 60) + "\u2026" : w;
			put_text(o, `${text === "" ? "(none)" : text} (${
				count(counts.get(w))})`);
			column.input.append(o);
		});
		/* each row has the number of its word */
		const numbers = new Map(words.map((w, i) => [w, i]));
		column.of = this.rows.map((row) =>
			numbers.get(cell_text(row[column.i])));
		return this.label(column.name, column.input);
	}

	/* whole minutes around all that there is */
	span() {
		const minute = (ms) => {
			const d = new Date(Math.floor(ms / 60000) * 60000);
			const year = isNaN(d) ? -1 : d.getUTCFullYear();
			return year < 1 || year > 9999 ? ""
				: d.toISOString().slice(0, 16);
		};
		let first = Infinity, last = -Infinity;
		this.at = this.rows.map((row) => {
			const c = row[this.time.i];
			const ms = c === null ? NaN : local(c);
			first = Math.min(first, isNaN(ms) ? first : ms);
			last = Math.max(last, isNaN(ms) ? last : ms);
			return ms;
		});
		this.from_all = minute(first);
		this.until_all = minute(last);
		const input = (value) => make("input", {type: "datetime-local",
			min: this.from_all, max: this.until_all, value,
			defaultValue: value});
		this.from = input(this.from_all);
		this.until = input(this.until_all);
		return [this.label("From", this.from, "when"),
			this.label("Until", this.until, "when")];
	}

	build_filters() {
		this.search = make("input", {type: "search",
			autocomplete: "off", spellcheck: false});
		const form = make("form", {class: "filters",
			role: "search", "aria-label": `Find in ${this.title}`},
			this.label("Search", this.search, "search"));
		if (this.time)
			form.append(...this.span());
		for (const c of this.columns)
			if (c.find === "word")
				form.append(this.word(c));
		form.addEventListener("submit", (e) => e.preventDefault());
		return form;
	}

	build_bar() {
		const clear = make("button", {type: "button"}, "Show all");
		clear.addEventListener("click", () => {
			this.clear();
			this.apply(true);
			this.search.focus();
		});
		this.status = make("p", {role: "status"});
		return make("div", {class: "bar"}, this.status, clear);
	}

	build_pages() {
		const turn = (name, by) => {
			const b = make("button", {type: "button"}, name);
			b.addEventListener("click", () => {
				this.page += by;
				this.render();
				this.remember();
				this.table.scrollIntoView({block: "start"});
				if (b.disabled)	/* the focus would be lost */
					(by < 0 ? this.next : this.back)
						.focus({preventScroll: true});
			});
			return b;
		};
		this.back = turn("Previous", -1);
		this.next = turn("Next", 1);
		this.where = make("p", {});
		return make("nav", {class: "bar pages",
			"aria-label": `Pages of ${this.title}`},
			this.back, this.next, this.where);
	}

	build_head(column) {
		if (column !== this.time)
			return make("th", {scope: "col"}, column.name);
		this.sort = make("button", {type: "button"});
		this.sort.addEventListener("click", () => {
			this.oldest = !this.oldest;
			this.apply(true);
		});
		this.time_head = make("th", {scope: "col"}, this.sort);
		return this.time_head;
	}

	build() {
		this.paper = make("p", {class: "notice", hidden: true});
		this.body = make("tbody", {});
		this.table = make("table", {class: "found"},
			make("caption", {class: "said"}, this.title),
			make("thead", {}, make("tr", {},
				make("td", {class: "open"}),
				...this.shown.map((c) => this.build_head(c)))),
			this.body);
		this.place.append(this.build_filters(),
			this.build_bar(), this.paper,
			make("div", {class: "scroll"}, this.table),
			this.build_pages());
	}

	clear() {
		this.search.value = "";
		for (const c of this.columns)
			if (c.input)
				c.input.value = "";
		if (this.time) {
			this.from.value = this.from_all;
			this.until.value = this.until_all;
		}
		this.oldest = false;
	}

	/* The tests that a row has to pass, the cheap ones first */
	tests() {
		const all = [];
		for (const c of this.columns) {
			if (!c.input || c.input.value === "")
				continue;
			if (c.few) {
				const of = c.of, n = Number(c.input.value);
				all.push((i) => of[i] === n);
			} else {
				const part = c.input.value.toLowerCase();
				all.push((i) => cell_text(this.rows[i][c.i])
					.toLowerCase().includes(part));
			}
		}
		if (this.time) {
			const at = this.at;
			const from = Date.parse(this.from.value + "Z");
			const until = Date.parse(this.until.value + "Z");
			/* a minute until which is its last moment */
			if (this.from.value !== this.from_all && !isNaN(from))
				all.push((i) => at[i] >= from);
			if (this.until.value !== this.until_all && !isNaN(until))
				all.push((i) => at[i] < until + 60000);
		}
		const words = this.search.value.toLowerCase().split(/\s+/)
			.filter((w) => w !== "");
		if (words.length > 0) {
			const hay = this.texts(this.rows.length);
			all.push((i) => words.every((w) => hay[i].includes(w)));
		}
		return all;
	}

	apply(changed) {
		const start = performance.now();
		const tests = this.tests();
		this.found = [];
		for (let i = 0; i < this.rows.length; i++)
			if (tests.every((t) => t(i)))
				this.found.push(i);
		if (this.oldest)
			this.found.reverse();
		if (changed)
			this.page = 0;
		this.render();
		if (changed)
			this.remember();
		const all = this.rows.length;
		this.status.textContent = this.found.length === all
			? plural(all, "row")
			: `${count(this.found.length)} of ${plural(all, "row")}`;
		this.place.dataset.took = performance.now() - start;
	}

	/* Rows */

	detail(i) {
		const row = this.rows[i], list = make("dl", {});
		const inside = [list];
		for (const c of [...(this.time ? [this.time] : []),
			...this.details]) {
			if (row[c.i] === null)
				continue;
			if (kind(row[c.i]) === "d") {
				inside.push(change_table(row[c.i]));
				continue;
			}
			list.append(make("dt", {}, c.name), make("dd", {},
				c === this.time ? time_text(row[c.i], true)
					: put_cell(row[c.i])));
		}
		for (const c of this.shown)
			if (kind(row[c.i]) === "d" && row[c.i].length > 2)
				inside.push(change_table(row[c.i]));
		return make("tr", {class: "detail"},
			make("td", {colSpan: this.shown.length + 1}, ...inside));
	}

	toggle(tr, button, i) {
		const open = button.getAttribute("aria-expanded") !== "true";
		button.setAttribute("aria-expanded", String(open));
		button.firstChild.data = open ? "\u2212" : "+";
		if (open)
			tr.after(this.detail(i));
		else
			tr.nextSibling.remove();
	}

	row(i) {
		const row = this.rows[i];
		const what = this.shown.slice(0, 3).map((c) =>
			cell_text(row[c.i]).slice(0, 40)).join(" ");
		const button = make("button", {type: "button",
			"aria-expanded": "false",
			"aria-label": `Details of ${what}`}, "+");
		const tr = make("tr", {class: "row"},
			make("td", {class: "open"}, button));
		for (const c of this.shown)
			tr.append(make("td", {"data-name": c.name, class:
				kind(row[c.i]) === "d" ? "cells"
					: c === this.time ? "whole at"
					: cell_text(row[c.i]).length < 25
					? "whole" : ""}, put_cell(row[c.i])));
		/* a click anywhere will do, unless it marks text */
		tr.addEventListener("click", (e) => {
			if (button.contains(e.target) ||
			    getSelection().isCollapsed)
				this.toggle(tr, button, i);
		});
		return tr;
	}

	render() {
		const pages = Math.max(1, Math.ceil(this.found.length / ROWS));
		this.page = Math.min(Math.max(this.page, 0), pages - 1);
		const from = this.page * ROWS;
		const some = this.found.slice(from, from + ROWS);
		this.body.replaceChildren(...some.map((i) => this.row(i)));
		this.back.disabled = this.page === 0;
		this.next.disabled = this.page === pages - 1;
		this.where.textContent = some.length === 0
			? "No row matches." : `Rows ${count(from + 1)}\u2013${
				count(from + some.length)} of ${
				count(this.found.length)}`;
		if (this.time) {
			this.sort.textContent = this.time.name +
				(this.oldest ? " \u25b2" : " \u25bc");
			this.time_head.setAttribute("aria-sort",
				this.oldest ? "ascending" : "descending");
		}
	}

	/* On paper there are no pages to turn. */

	print() {
		const n = Math.min(this.found.length, PRINTED);
		this.body.replaceChildren(...this.found.slice(0, n)
			.map((i) => this.row(i)));
		this.paper.hidden = false;
		this.paper.textContent = n < this.found.length
			? `Printed are the first ${count(n)} of ${
				plural(this.found.length, "row")} that match.`
			: `Printed: ${plural(n, "row")}.`;
	}

	printed() {
		this.paper.hidden = true;
		this.render();
	}

	/* The filters are in the page's address, which can be kept or sent. */

	remember() {
		const p = new URLSearchParams();
		const add = (k, v, none) => v !== none && p.set(k, v);
		add("q", this.search.value, "");
		if (this.time) {
			add("from", this.from.value, this.from_all);
			add("until", this.until.value, this.until_all);
		}
		for (const c of this.columns)
			if (c.input && c.input.value !== "")
				p.set("is-" + c.name, c.few
					? c.words[Number(c.input.value)]
					: c.input.value);
		add("sort", this.oldest ? "oldest" : "", "");
		add("page", String(this.page + 1), "1");
		const hash = `#find-${this.n}` + (String(p) === "" ? "" : "?" + p);
		try {
			history.replaceState(null, "", hash);
		} catch (e) { /* the address stays as it is */ }
	}

	restore() {
		const [name, rest] = location.hash.split(/\?(.*)/s);
		if (name !== `#find-${this.n}`)
			return false;
		const p = new URLSearchParams(rest || "");
		this.clear();
		this.search.value = p.get("q") || "";
		for (const [k, input] of [["from", this.from],
			["until", this.until]])
			if (input && p.has(k))
				input.value = p.get(k);
		for (const c of this.columns) {
			const v = p.get("is-" + c.name);
			if (!c.input || v === null)
				continue;
			const word = c.few ? c.words.indexOf(v) : v;
			c.input.value = word === -1 ? "" : String(word);
		}
		this.oldest = p.get("sort") === "oldest";
		this.page = Number(p.get("page") || 1) - 1 || 0;
		this.place.scrollIntoView();
		return true;
	}
}

const finders = [];
for (const place of document.querySelectorAll(".finder")) {
	const n = place.id.replace("rows-", "");
	const data = document.getElementById("data-" + n);
	finders.push(new Finder(place, JSON.parse(data.textContent), n));
	data.remove();
}
addEventListener("beforeprint", () => finders.forEach((f) => f.print()));
addEventListener("afterprint", () => finders.forEach((f) => f.printed()));
addEventListener("hashchange", () => finders.forEach((f) =>
	f.restore() && f.apply(false)));

/* What does not fit can be scrolled by keys as well. */
for (const e of document.querySelectorAll(".scroll"))
	if (e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight) {
		const name = e.querySelector("caption, title");
		e.tabIndex = 0;
		e.setAttribute("role", "region");
		e.setAttribute("aria-label", name ? name.textContent : "Table");
	}

/* A link leads to what is below the head, however tall that is. */
const head = document.querySelector("header");
new ResizeObserver(() => {
	const stays = getComputedStyle(head).position === "sticky";
	document.documentElement.style.scrollPaddingTop =
		stays ? head.offsetHeight + 8 + "px" : "0";
}).observe(head);

const button = document.getElementById("theme");
if (button) {
	const root = document.documentElement;
	const system = matchMedia("(prefers-color-scheme: dark)");
	const is_dark = () => root.dataset.theme
		? root.dataset.theme === "dark" : system.matches;
	const name = () => {
		button.textContent = is_dark() ? "Light" : "Dark";
	};
	button.hidden = false;
	button.addEventListener("click", () => {
		root.dataset.theme = is_dark() ? "light" : "dark";
		name();
	});
	system.addEventListener("change", name);
	name();
}
})();
