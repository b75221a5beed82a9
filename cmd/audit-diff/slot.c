/* slot - where a record stands: its trail, schema, table and key */

#include "slot.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* A string without its quotes. JSON has no zero byte: it is less than all else
 * and ends what is of any length. */
static void
put_name(struct buf *b, struct json name)
{
	if (json_kind(name) == '"')
		buf_put(b, name.p + 1, name.len - 2);
	buf_byte(b, '\0');
}

/* -, or 0; how many digits are before the point; the number as it is written.
 * For negative ones all is turned round. */
static void
put_number(struct buf *b, struct json n)
{
	bool negative = *n.p == '-';
	size_t from = b->len, digits = 0, i;

	if (negative) {
		n.p++;
		n.len--;
	}
	while (digits < n.len && n.p[digits] >= '0' && n.p[digits] <= '9')
		digits++;
	for (i = 0; i < 4; i++)
		buf_byte(b, (char)(digits >> 8 * (3 - i)));
	buf_put(b, n.p, n.len);
	buf_byte(b, '\0');
	for (i = from; negative && i < b->len; i++)
		b->p[i] = (char)~b->p[i];
}

/* The blanks between what it consists of are left out, so that another
 * program may have written it. */
static void
put_value(struct buf *b, struct json v)
{
	char kind = json_kind(v);
	bool string = false;
	size_t i;

	if (kind == '0') {
		buf_byte(b, *v.p == '-' ? '-' : '0');
		put_number(b, v);
		return;
	}
	for (i = 0; i < v.len; i++) {
		if (string && v.p[i] == '\\')
			buf_byte(b, v.p[i++]);
		else if (v.p[i] == '"')
			string = !string;
		else if (!string && strchr(" \t\r\n", v.p[i]) != NULL)
			continue;
		buf_byte(b, v.p[i]);
	}
	buf_byte(b, '\0');
}

struct column {
	struct json name, value;
};

static int
by_name(const void *a, const void *b)
{
	const struct json *x = &((const struct column *)a)->name;
	const struct json *y = &((const struct column *)b)->name;
	size_t n = x->len < y->len ? x->len : y->len;
	int order = memcmp(x->p, y->p, n);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* The slot of a key in which the values of row stand instead of its own */
static void
put_key(struct buf *b, const struct event *e, struct json row)
{
	struct column *v = NULL;
	struct json_iter i;
	struct json name, value;
	size_t n = 0, k;

	put_name(b, e->v[E_TRAIL]);
	put_name(b, e->v[E_SCHEMA]);
	put_name(b, e->v[E_TABLE]);
	json_begin(&i, e->v[E_KEY]);
	while (json_next(&i, &name, &value)) {
		if (n % 8 == 0)
			v = xreallocarray(v, n + 8, sizeof(*v));
		json_get(row, name, &value);
		v[n++] = (struct column){ name, value };
	}
	if (n > 1)
		qsort(v, n, sizeof(*v), by_name);
	for (k = 0; k < n; k++) {
		buf_byte(b, '\1');
		put_name(b, v[k].name);
		put_value(b, v[k].value);
	}
	buf_byte(b, '\0');
	free(v);
}

void
slot_put(struct buf *b, const struct event *e)
{
	put_key(b, e, (struct json){ NULL, 0 });
}

bool
slot_put_moved(struct buf *b, const struct event *e)
{
	struct json_iter i;
	struct json name, value, other;
	bool moved = false;

	json_begin(&i, e->v[E_KEY]);
	while (!moved && json_next(&i, &name, &value))
		moved = json_get(e->v[E_NEW], name, &other) &&
		    !json_same(value, other);
	if (moved)
		put_key(b, e, e->v[E_NEW]);
	return moved;
}

struct slot;

/* From when on a slot was whose */
struct stay {
	const char *since;	  /* the id of the event that made it so */
	const struct slot *first; /* in which its record was first, */
	const char *born;	  /* since then; "": always */
	const struct move *by;	  /* by which it came; NULL: it began here */
};

struct slot {
	char *p;
	size_t len;
	struct stay *v;
	size_t n, size;
};

struct move {
	char *id, *txid, *label, *row; /* as they are written; NULL: none */
	struct slot from, to;
};

struct moves {
	struct move *v;
	size_t n, size;
	struct slot *slots; /* all that are in them, once each, in order */
	size_t nslots;
};

struct moves *
moves_new(void)
{
	return xcalloc(1, sizeof(struct moves));
}

void
moves_free(struct moves *m)
{
	size_t i;

	if (m == NULL)
		return;
	for (i = 0; i < m->nslots; i++)
		free(m->slots[i].v);
	for (i = 0; i < m->n; i++) {
		free(m->v[i].id);
		free(m->v[i].txid);
		free(m->v[i].label);
		free(m->v[i].row);
		free(m->v[i].from.p);
		free(m->v[i].to.p);
	}
	free(m->slots);
	free(m->v);
	free(m);
}

bool
moves_any(const struct moves *m)
{
	return m->n > 0;
}

static struct slot
copy(const struct buf *b)
{
	struct slot s = { .p = xmalloc(b->len), .len = b->len };

	memcpy(s.p, b->p, b->len);
	return s;
}

static char *
written(struct json j)
{
	return json_kind(j) == 'n' ? NULL : xstrndup(j.p, j.len);
}

void
moves_add(struct moves *m, const struct buf *from, const struct buf *to,
    const struct event *e)
{
	if (m->n == m->size) {
		m->size = m->size == 0 ? 16 : 2 * m->size;
		m->v = xreallocarray(m->v, m->size, sizeof(*m->v));
	}
	m->v[m->n++] = (struct move){ written(e->v[E_ID]),
		written(e->v[E_TXID]), written(e->v[E_LABEL]),
		written(e->v[E_NEW]), copy(from), copy(to) };
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct move *)a)->id,
	    ((const struct move *)b)->id);
}

static int
by_bytes(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int order = memcmp(x->p, y->p, n);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static void
list_slots(struct moves *m)
{
	struct slot *s = xreallocarray(NULL, 2 * m->n, sizeof(*s));
	size_t i, n = 0;

	for (i = 0; i < m->n; i++) {
		s[2 * i] = m->v[i].from;
		s[2 * i + 1] = m->v[i].to;
	}
	qsort(s, 2 * m->n, sizeof(*s), by_bytes);
	for (i = 0; i < 2 * m->n; i++)
		if (i == 0 || by_bytes(&s[n - 1], &s[i]) != 0)
			s[n++] = s[i];
	m->slots = s;
	m->nslots = n;
}

static struct slot *
find(const struct moves *m, const struct slot *s)
{
	return bsearch(s, m->slots, m->nslots, sizeof(*s), by_bytes);
}

static void
stays(struct slot *s, struct stay stay)
{
	if (s->v == NULL || s->n == s->size) {
		s->size = s->n == 0 ? 2 : 2 * s->n;
		s->v = xreallocarray(s->v, s->size, sizeof(*s->v));
	}
	s->v[s->n++] = stay;
}

/* Whether a move has given its record this label. */
static bool
relabels(const struct move *m, const char *label)
{
	struct json_iter i;
	struct json name, value;

	json_begin(&i, (struct json){ m->row, strlen(m->row) });
	while (json_next(&i, &name, &value))
		if (json_same(value, (struct json){ label, strlen(label) }))
			return true;
	return false;
}

/* Whether a move has left behind the record that came by another one: where
 * a constraint is deferred, one statement may exchange keys, and both come
 * before those who were there have gone. Labels tell them apart. */
static bool
leaves_behind(const struct move *m, const struct move *other)
{
	return other != NULL && m->txid != NULL && other->txid != NULL &&
	    strcmp(m->txid, other->txid) == 0 && m->label != NULL &&
	    other->label != NULL && strcmp(m->label, other->label) != 0 &&
	    !relabels(other, m->label);
}

/* Who leaves a slot by this move. Who comes to it later is another record. */
static struct stay
leave(struct slot *from, const struct move *m)
{
	struct stay first = { "", from, "", NULL };
	struct stay *last = from->n > 0 ? &from->v[from->n - 1] : NULL;

	if (last != NULL && leaves_behind(m, last->by)) {
		last->since = m->id;
		return from->n > 1 ? last[-1] : first;
	}
	if (last != NULL)
		first = *last;
	stays(from, (struct stay){ m->id, from, m->id, NULL });
	return first;
}

void
moves_follow(struct moves *m)
{
	struct stay who;
	size_t i;

	if (m->n == 0)
		return;
	qsort(m->v, m->n, sizeof(*m->v), by_id);
	list_slots(m);
	for (i = 0; i < m->n; i++) {
		if (i > 0 && strcmp(m->v[i].id, m->v[i - 1].id) == 0)
			continue;
		who = leave(find(m, &m->v[i].from), &m->v[i]);
		who.since = m->v[i].id;
		who.by = &m->v[i];
		stays(find(m, &m->v[i].to), who);
	}
}

/* strcmp() with what has no end of its own */
static int
compare_id(const char *id, struct json other)
{
	int order = strncmp(id, other.p, other.len);

	return order != 0 ? order : id[other.len] != '\0';
}

void
moves_put_record(const struct moves *m, struct buf *b, const char *slot,
    size_t len, struct json id)
{
	struct slot key = { .p = (char *)slot, .len = len }, *s = find(m, &key);
	size_t low = 0, high = s == NULL ? 0 : s->n, mid;

	/* how many stays began before the event */
	while (low < high) {
		mid = low + (high - low) / 2;
		if (compare_id(s->v[mid].since, id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0) {
		buf_put(b, slot, len);
		buf_byte(b, '\0');
		return;
	}
	buf_put(b, s->v[low - 1].first->p, s->v[low - 1].first->len);
	buf_put(b, s->v[low - 1].born, strlen(s->v[low - 1].born));
	buf_byte(b, '\0');
}
