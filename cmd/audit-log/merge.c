/* merge - the rows of a query on both databases, in order */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "both.h"
#include "event.h"
#include "hex.h"
#include "mem.h"
#include "sql.h"
#include "stream.h"
#include "typed.h"

struct merge {
	struct both *both;
	struct stream *live, *archive; /* live NULL: it is not chosen */
	bool newest;

	/* of what the archive has read ahead: what the live trail has lost */
	bool *erased;
	size_t looked, at;

	char last[16]; /* the live trail's last id */
	bool any;      /* there was one */

	/* who gets the rows, and how many: 0: all */
	db_row *row;
	db_fields *fields;
	void *arg;
	char **texts;
	unsigned long long most, n;
	/* of this id, the first one, so many; "": of none */
	char from[HEX_UUID];
	unsigned long long same;
};

static const struct db_field *
trail_col(struct stream *s, const struct db_field *cols)
{
	return &cols[stream_ncols(s) - 1];
}

/* The number of the trail of an archive's row */
static int
trail_of(const struct merge *m, const struct db_field *cols)
{
	const struct db_field *col = trail_col(m->archive, cols);

	return event_trail(col);
}

static bool
is_own(const struct merge *m, const struct db_field *cols)
{
	const struct trails *t = &m->both->trails;
	int no = trail_of(m, cols);
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->v[i].no == no)
			return strcmp(t->v[i].id, m->both->id) == 0;
	return false;
}

/* What the live trail has erased of values is not shown as it was. */

struct finding {
	struct merge *m;
	const struct db_field *ids;
};

static int
keep_erased(int ncols, char *const cols[], void *arg)
{
	struct finding *f = arg;
	char text[HEX_UUID];
	size_t i;

	(void)ncols;
	for (i = 0; i < f->m->looked; i++) {
		event_id(&f->ids[i], text);
		if (strcmp(text, cols[0]) == 0)
			f->m->erased[i] = true;
	}
	return 0;
}

static void
look(struct merge *m)
{
	struct finding f = { m, NULL };
	struct both *b = m->both;
	char **ids, *list;
	size_t i;

	if (b->guard == NULL) {
		b->guard = db_open(b->conninfo);
		db_name(b->guard, "live database");
	}
	m->at = 0;
	m->looked = stream_ahead(m->archive, &f.ids);
	ids = xcalloc(m->looked + 1, sizeof(*ids));
	for (i = 0; i < m->looked; i++) {
		ids[i] = xmalloc(HEX_UUID);
		event_id(&f.ids[i], ids[i]);
	}
	list = db_array((int)m->looked, ids);
	free(m->erased);
	m->erased = xcalloc(m->looked + 1, sizeof(*m->erased));
	(void)db_query(b->guard, sql_erased_ids, 1, &list, keep_erased, &f);
	for (i = 0; i < m->looked; i++)
		free(ids[i]);
	free(ids);
	free(list);
}

static bool
is_erased(struct merge *m)
{
	if (!m->both->guards)
		return false;
	if (m->at == m->looked)
		look(m);
	return m->erased[m->at];
}

static void
archive_next(struct merge *m)
{
	stream_next(m->archive);
	m->at += m->both->guards;
}

/* The archive's row whose turn it is, none that the live trail has had */
static const struct db_field *
archive_row(struct merge *m)
{
	const struct db_field *cols;

	while ((cols = stream_row(m->archive)) != NULL) {
		bool erased = is_erased(m);

		if (!is_own(m, cols))
			break;
		if (!erased &&
		    (!m->any ||
			memcmp(m->last, cols[0].data, sizeof(m->last)) != 0))
			break;
		archive_next(m);
	}
	return cols;
}

/* Whose turn it is, or NULL; of one id it is the live trail's first */
static struct stream *
first(struct merge *m, const struct db_field **cols)
{
	const struct db_field *l, *a;
	int order;

	l = m->live == NULL ? NULL : stream_row(m->live);
	a = archive_row(m);
	order = l == NULL || a == NULL
	    ? (l == NULL) - (a == NULL)
	    : memcmp(l[0].data, a[0].data, sizeof(m->last));
	if (l != NULL && a != NULL && m->newest)
		order = -order;
	*cols = order <= 0 ? l : a;
	if (*cols == NULL)
		return NULL;
	return order <= 0 ? m->live : m->archive;
}

static void
step(struct merge *m, struct stream *s, const struct db_field *cols)
{
	if (s == m->archive) {
		archive_next(m);
		return;
	}
	m->any = true;
	memcpy(m->last, cols[0].data, sizeof(m->last));
	stream_next(s);
}

/* As texts: all but the id and the trail's number are some already */
static int
hand_texts(struct merge *m, int ncols, const struct db_field *cols)
{
	char id[HEX_UUID], no[16];
	int i;

	if (m->texts == NULL)
		m->texts = xcalloc((size_t)ncols, sizeof(*m->texts));
	for (i = 0; i < ncols; i++)
		m->texts[i] = (char *)cols[i].data;
	event_id(&cols[0], id);
	m->texts[0] = id;
	if (m->texts[ncols - 1] != NULL) {
		snprintf(no, sizeof(no), "%d", event_trail(&cols[ncols - 1]));
		m->texts[ncols - 1] = no;
	}
	return m->row(ncols, m->texts, m->arg);
}

static int
hand_on(struct merge *m, int ncols, const struct db_field *cols)
{
	return m->fields != NULL ? m->fields(ncols, cols, m->arg)
				 : hand_texts(m, ncols, cols);
}

/* Several trails may have the id from which on there are as many as wanted. */
static bool
is_too_many(struct merge *m, const struct db_field *cols)
{
	char text[HEX_UUID];

	if (m->from[0] == '\0')
		return false;
	event_id(&cols[0], text);
	if (strcmp(text, m->from) == 0)
		return m->same-- == 0;
	m->from[0] = '\0';
	return false;
}

static bool
failed(const struct both *b)
{
	return db_error(b->live) != NULL || db_error(b->archive) != NULL ||
	    (b->guard != NULL && db_error(b->guard) != NULL);
}

/* Hand on the rows of a query with these parameters, one set for each. */
static int
run(struct merge *m, const char *sql, int n, char *const live[],
    char *const archive[])
{
	struct both *b = m->both;
	const struct db_field *cols;
	struct stream *s;
	bool stop = false;

	m->newest = strcmp(live[F_REVERSE], "true") == 0;
	if (b->shows_live)
		m->live = stream_open(b->live, sql, n, live);
	m->archive = stream_open(b->archive, sql, n, archive);
	while (!stop && (s = first(m, &cols)) != NULL && !failed(b)) {
		if (!is_too_many(m, cols)) {
			stop = hand_on(m, stream_ncols(s), cols) != 0 ||
			    ++m->n == m->most;
		}
		step(m, s, cols);
	}
	stream_close(m->live);
	stream_close(m->archive);
	free(m->texts);
	free(m->erased);
	/* what is not waited for ends the transaction */
	if (stop && !failed(b)) {
		(void)typed_forget(b->live);
		(void)typed_forget(b->archive);
	}
	return failed(b) ? -1 : 0;
}

/* The newest ones */

struct newest {
	char id[HEX_UUID];	    /* of the last one so far, */
	unsigned long long n, same; /* of which there are so many */
};

static int
keep_newest(int ncols, char *const cols[], void *arg)
{
	struct newest *x = arg;

	(void)ncols;
	x->same = strcmp(x->id, cols[0]) == 0 ? x->same + 1 : 1;
	strlcpy(x->id, cols[0], sizeof(x->id));
	x->n++;
	return 0;
}

/* Where the newest ones begin is looked for from behind, by ids alone. */
static int
find_newest(struct merge *m, char *live[], char *archive[])
{
	struct newest x = { "", 0, 0 };
	struct merge ids = { .both = m->both,
		.row = keep_newest,
		.arg = &x,
		.most = m->most };
	static char yes[] = "true", no[] = "false";
	char *order = live[F_REVERSE];
	int rc;

	live[F_REVERSE] = archive[F_REVERSE] = yes;
	rc = run(&ids, sql_log_ids, F_NPARAMS, live, archive);
	live[F_REVERSE] = archive[F_REVERSE] = order;
	if (x.n == m->most) {
		strlcpy(m->from, x.id, sizeof(m->from));
		m->same = x.same;
	}
	live[F_LIMIT] = archive[F_LIMIT] = NULL;
	live[F_NEWEST] = archive[F_NEWEST] = no;
	return rc;
}

int
both_query(struct both *b, const struct filter *f, const char *sql, int n,
    char *const params[], db_row *row, db_fields *fields, void *arg)
{
	struct merge m = { .both = b,
		.row = row,
		.fields = fields,
		.arg = arg };
	char **live = xcalloc((size_t)n, sizeof(*live));
	char **archive = xcalloc((size_t)n, sizeof(*archive));
	char bound[HEX_UUID];
	int rc = 0;

	memcpy(live, params, (size_t)n * sizeof(*live));
	memcpy(archive, params, (size_t)n * sizeof(*archive));
	memcpy(archive, b->filter->params, F_REVERSE * sizeof(*archive));
	if (f->params[F_LIMIT] != NULL)
		m.most = strtoull(f->params[F_LIMIT], NULL, 10);
	/* of the archive's some may turn out to be erased */
	if (b->guards)
		archive[F_LIMIT] = NULL;
	if (m.most > 0 && strcmp(params[F_REVERSE], "true") != 0) {
		rc = find_newest(&m, live, archive);
		strlcpy(bound, m.from, sizeof(bound));
		if (bound[0] != '\0')
			live[F_FROM] = archive[F_FROM] = bound;
	}
	if (rc == 0)
		rc = run(&m, sql, n, live, archive);
	free(live);
	free(archive);
	return rc;
}
