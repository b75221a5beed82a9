/* note - held events, shown with what a database says of them */

#include "note.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "refer.h"

/* Where a change's names are; more than one foreign key may have a say. */
struct noting {
	struct change_note *notes;
	struct change_name *names; /* two a change */
};

/* Which change shows the name of what a foreign key refers to: that of its last
 * column; their count if none does. */
static size_t
change_of(const struct held *d, const struct foreign *f)
{
	size_t i, k, column, found = d->c.n, last = 0;

	for (i = 0; i < d->c.n; i++) {
		column = catalog_column(d->table, d->c.v[i].field);
		for (k = 0; k < f->n; k++)
			if (f->columns[k] == column &&
			    (found == d->c.n || column > last)) {
				found = i;
				last = column;
			}
	}
	return found;
}

static void
want(struct labels *l, const struct held *d, const struct foreign *f,
    enum refer_side side)
{
	char *key = refer_key(&d->e, side, d->table, f);

	if (key != NULL)
		labels_want(l, f->to, key, d->id);
	free(key);
}

static void
want_set(struct labels *l, const struct held *d)
{
	const struct set *s = d->set;
	size_t i;

	labels_want(l, s->link->owner->to, s->owner, d->id);
	for (i = 0; i < s->n; i++)
		labels_want(l, s->link->other->to, s->v[i].key, d->id);
}

void
note_want(struct labels *l, const struct held *d)
{
	size_t i;

	if (d->set != NULL) {
		want_set(l, d);
		return;
	}
	for (i = 0; d->table != NULL && i < d->table->nforeign; i++) {
		const struct foreign *f = &d->table->foreign[i];

		if (change_of(d, f) == d->c.n)
			continue;
		want(l, d, f, REFER_OLD);
		want(l, d, f, REFER_NEW);
	}
}

/* The name of one side, if it refers to something */
static const struct change_name *
name_of(struct labels *l, const struct held *d, const struct foreign *f,
    enum refer_side side, struct change_name *name)
{
	char *key = refer_key(&d->e, side, d->table, f);

	if (key == NULL)
		return NULL;
	*name = labels_name(l, f->to, key, d->id);
	free(key);
	return name->label == NULL && !name->gone ? NULL : name;
}

/* The names that foreign keys of one column have, or those of several */
static void
name_changes(struct labels *l, struct held *d, struct noting *g, bool several)
{
	size_t i, k;

	for (i = 0; i < d->table->nforeign; i++) {
		const struct foreign *f = &d->table->foreign[i];

		if ((f->n > 1) != several || (k = change_of(d, f)) == d->c.n ||
		    g->notes[k].old != NULL || g->notes[k].new != NULL)
			continue;
		if (d->c.v[k].old.p != NULL)
			g->notes[k].old =
			    name_of(l, d, f, REFER_OLD, &g->names[2 * k]);
		if (d->c.v[k].new.p != NULL)
			g->notes[k].new =
			    name_of(l, d, f, REFER_NEW, &g->names[2 * k + 1]);
	}
}

/* In the order of the table's columns; what is none of these comes last. They
 * are few, and sorted by name. */
static void
sort(struct held *d)
{
	struct change *v = d->c.v, moved;
	size_t i, k, n = d->c.n, column, *at = xcalloc(n + 1, sizeof(*at));

	for (i = 0; i < n; i++) {
		moved = v[i];
		column = catalog_column(d->table, moved.field);
		for (k = i; k > 0 && at[k - 1] > column; k--) {
			v[k] = v[k - 1];
			at[k] = at[k - 1];
		}
		v[k] = moved;
		at[k] = column;
	}
	free(at);
}

static void
show_event(struct labels *l, struct held *d, bool titles, names_show *show,
    void *arg)
{
	const struct table *t = d->table;
	struct noting g;
	size_t i, column;

	if (t == NULL) {
		show(&d->e, &d->c, arg);
		return;
	}
	sort(d);
	g.notes = xcalloc(d->c.n + 1, sizeof(*g.notes));
	g.names = xcalloc(2 * d->c.n + 1, sizeof(*g.names));
	for (i = 0; i < d->c.n; i++) {
		column = catalog_column(t, d->c.v[i].field);
		d->c.v[i].note = &g.notes[i];
		if (titles && column < t->ncolumns)
			g.notes[i].title = t->columns[column].title;
	}
	name_changes(l, d, &g, false);
	name_changes(l, d, &g, true);
	show(&d->e, &d->c, arg);
	free(g.notes);
	free(g.names);
}

/* The names of what went or came; free() them. */
static struct change_name *
set_names(struct labels *l, const struct held *d, bool came)
{
	const struct set *s = d->set;
	struct change_name *names = xcalloc(s->n + 1, sizeof(*names));
	size_t i, k = 0;

	for (i = 0; i < s->n; i++)
		if (s->v[i].came == came)
			names[k++] = labels_name(l, s->link->other->to,
			    s->v[i].key, d->id);
	return names;
}

static struct json
json_of(const char *text)
{
	return (struct json){ text, text == NULL ? 0 : strlen(text) };
}

/* As an update of the set's owner */
static void
show_set(struct labels *l, const struct held *d, names_show *show, void *arg)
{
	const struct set *s = d->set;
	const struct foreign *owner = s->link->owner;
	const char *label = labels_name(l, owner->to, s->owner, d->id).label;
	struct change_name *went = set_names(l, d, false);
	struct change_name *came = set_names(l, d, true);
	struct change_note note = { NULL, true, went, came };
	char *texts[] = { refer_string(owner->schema),
		refer_string(owner->table),
		label == NULL ? NULL : refer_string(label),
		s->link->set == NULL ? NULL : refer_string(s->link->set),
		set_values(s, false), set_values(s, true) };
	struct change change = { s->link->set == NULL ? d->e.v[E_TABLE]
						      : json_of(texts[3]),
		json_of(texts[4]), json_of(texts[5]), &note };
	struct changes changes = { &change, s->n > 0, 1 };
	struct event e = d->e;
	size_t i;

	e.v[E_OP] = json_of("\"update\"");
	e.v[E_SCHEMA] = json_of(texts[0]);
	e.v[E_TABLE] = json_of(texts[1]);
	e.v[E_KEY] = json_of(s->key);
	e.v[E_LABEL] = json_of(texts[2]);
	e.v[E_OLD] = e.v[E_NEW] = json_of(NULL);
	show(&e, &changes, arg);
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		free(texts[i]);
	free(went);
	free(came);
}

void
note_show(struct labels *l, struct held *d, bool titles, names_show *show,
    void *arg)
{
	if (d->set != NULL)
		show_set(l, d, show, arg);
	else
		show_event(l, d, titles, show, arg);
}
