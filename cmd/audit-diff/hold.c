/* hold - a few events kept back, so that what belongs together is seen */

#include "hold.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define LAST_ID "ffffffff-ffff-ffff-ffff-ffffffffffff"

bool
hold_full(const struct hold *h)
{
	return h->events > HOLD_EVENTS || h->bytes > HOLD_BYTES;
}

static void
free_held(struct held *d)
{
	change_free(&d->c);
	set_free(d->set);
	free(d->text);
	free(d->other);
	free(d);
}

void
hold_drop(struct hold *h)
{
	struct held *d = h->first;

	h->first = d->next;
	if (h->first == NULL)
		h->last = NULL;
	else
		h->first->before = NULL;
	h->events -= d->events;
	h->bytes -= d->bytes;
	free_held(d);
}

static struct held *
new_held(const struct event *e, const char *id, const struct table *t)
{
	struct held *d = xcalloc(1, sizeof(*d));
	char *p;
	int k;

	for (k = 0; k < E_ALL; k++)
		d->bytes += e->v[k].p == NULL ? 0 : e->v[k].len;
	p = d->text = xmalloc(d->bytes + 1);
	for (k = 0; k < E_ALL; k++) {
		if (e->v[k].p == NULL)
			continue;
		memcpy(p, e->v[k].p, e->v[k].len);
		d->e.v[k] = (struct json){ p, e->v[k].len };
		p += e->v[k].len;
	}
	*p = '\0';
	strlcpy(d->id, id == NULL ? LAST_ID : id, sizeof(d->id));
	d->table = t;
	d->events = 1;
	return d;
}

static bool
same(const struct held *a, const struct held *b, enum event_key k)
{
	return json_same(a->e.v[k], b->e.v[k]);
}

static bool
same_transaction(const struct held *a, const struct held *b)
{
	return json_kind(a->e.v[E_TXID]) == '"' && same(a, b, E_TXID) &&
	    same(a, b, E_TRAIL);
}

/* What was held is now about one event more. */
static void
join(struct hold *h, struct held *d, struct held *with)
{
	d->events += with->events;
	d->bytes += with->bytes;
	d->latest = with->latest;
	d->asked = false;
	h->events += with->events;
	h->bytes += with->bytes;
}

/* Only what one user did is one change. */
static bool
join_set(struct hold *h, struct held *d)
{
	struct held *o;

	if (d->set == NULL)
		return false;
	for (o = h->last; o != NULL; o = o->before)
		if (o->set != NULL && same_transaction(o, d) &&
		    set_same(o->set, d->set) && same(o, d, E_ACTOR) &&
		    same(o, d, E_ROLE) && same(o, d, E_AS_ROLE))
			break;
	if (o == NULL)
		return false;
	set_merge(o->set, d->set);
	d->set = NULL;
	join(h, o, d);
	free_held(d);
	return true;
}

/* Whether both rows have the same values in what identifies a record wherever
 * it lies; without that, in what is not in the key at all. */
static bool
same_record(const struct held *del, const struct held *ins)
{
	const struct table *t = del->table;
	struct json_iter i;
	struct json key, value, other;
	bool identified = false;
	size_t n;

	json_begin(&i, del->e.v[E_KEY]);
	while (json_next(&i, &key, &value)) {
		n = catalog_column(t, key);
		if (n < t->ncolumns && t->columns[n].in_partition_key)
			continue;
		identified = true;
		if (!json_get(ins->e.v[E_KEY], key, &other) ||
		    !json_same(value, other))
			return false;
	}
	if (identified)
		return true;
	json_begin(&i, del->e.v[E_OLD]);
	while (json_next(&i, &key, &value)) {
		if (json_get(del->e.v[E_KEY], key, &other))
			continue;
		identified = true;
		if (!json_get(ins->e.v[E_NEW], key, &other) ||
		    !json_same(value, other))
			return false;
	}
	return identified;
}

static bool
is_move(const struct held *del, const struct held *ins)
{
	return del->table == ins->table && del->events == 1 &&
	    json_says(del->e.v[E_OP], "delete") && same(del, ins, E_ACTOR) &&
	    json_kind(del->e.v[E_KEY]) == '{' &&
	    json_kind(ins->e.v[E_KEY]) == '{' &&
	    json_kind(del->e.v[E_REDACTED]) == 'n' &&
	    json_kind(ins->e.v[E_REDACTED]) == 'n' && same_record(del, ins);
}

/* The delete becomes the update that it was a half of. */
static void
make_update(struct held *del, struct held *ins)
{
	struct changes *c = &del->c;
	size_t i, n = 0;

	del->e.v[E_OP] = (struct json){ "\"update\"", 8 };
	del->e.v[E_NEW] = ins->e.v[E_NEW];
	del->other = ins->text;
	ins->text = NULL;
	change_list(c, &del->e);
	for (i = 0; i < c->n; i++)
		if (c->v[i].old.p == NULL || c->v[i].new.p == NULL ||
		    !json_same(c->v[i].old, c->v[i].new))
			c->v[n++] = c->v[i];
	c->n = n;
}

/* The server writes both one after the other; only other transactions come
 * between. */
static bool
join_move(struct hold *h, struct held *d)
{
	struct held *o, *latest = NULL;

	if (d->table == NULL || !d->table->partitioned ||
	    !json_says(d->e.v[E_OP], "insert"))
		return false;
	for (o = h->last; o != NULL; o = o->before)
		if (same_transaction(o, d) &&
		    (latest == NULL || o->latest > latest->latest))
			latest = o;
	if (latest == NULL || !is_move(latest, d))
		return false;
	make_update(latest, d);
	join(h, latest, d);
	free_held(d);
	return true;
}

void
hold_add(struct hold *h, const struct event *e, const char *id,
    const struct table *t)
{
	struct held *d = new_held(e, id, t);

	d->latest = ++h->number;
	d->set = set_of(&d->e, t);
	if (join_set(h, d) || join_move(h, d))
		return;
	if (d->set == NULL)
		change_list(&d->c, &d->e);
	d->before = h->last;
	if (h->last == NULL)
		h->first = d;
	else
		h->last->next = d;
	h->last = d;
	h->events++;
	h->bytes += d->bytes;
}
