/* whole - a whole table as it was
 *
 * The server joins what the events after the time say of before, the oldest
 * values of each record, with the live rows, and copies both out. It is put
 * together here: to_jsonb() of a row costs five times what copying it costs,
 * and most values come out of to_jsonb() as they are. */

#include "whole.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "json.h"
#include "mem.h"
#include "safe.h"
#include "sql.h"
#include "typed.h"
#include "value.h"

/* The columns of whole-table.sql */
enum {
	NAME,
	OID,
	BEGAN,
	PROBLEM,
	COLUMNS,
	KINDS,
	HOW,
	LIVE,
	ERASED = 14,
	NCOLS
};

/* What stands where a value has been erased; p of a value in w->old */
static const char erased[1];

/* What is known of a table at that time */
struct whole {
	char *about[NCOLS];
	struct json *columns; /* names, as JSON strings, in jsonb's order */
	char **leads;	      /* what stands before their values: , "id": */
	size_t ncolumns;
	whole_open *open;
	void *arg;
	FILE *fp;
	bool exact;

	/* the row at hand */
	struct json *old;
	struct text line;

	bool *unknown; /* columns that some row lacks */
	bool lost;     /* there are changes of which nobody knows whose */
	unsigned long long untold, partial;
};

static const struct {
	const char *how, *sql;
} statements[] = {
	{ "kept", sql_whole_kept },
	{ "moved", sql_whole_moved },
	{ "keyless", sql_whole_keyless },
};

static int
keep_about(int ncols, char *const cols[], void *arg)
{
	struct whole *w = arg;
	int i;

	for (i = 0; i < ncols && i < NCOLS; i++)
		w->about[i] = xstrdup_null(cols[i]);
	return 1;
}

static void
read_columns(struct whole *w)
{
	const char *names = w->about[COLUMNS];
	struct json list, none, name;
	struct json_iter i;
	size_t n = strlen(w->about[KINDS]), where;

	w->columns = xcalloc(n + 1, sizeof(*w->columns));
	w->leads = xcalloc(n + 1, sizeof(*w->leads));
	w->old = xcalloc(n + 1, sizeof(*w->old));
	w->unknown = xcalloc(n + 1, sizeof(*w->unknown));
	if (json_parse(&list, names, strlen(names), &where) != NULL)
		return;
	json_begin(&i, list);
	while (w->ncolumns < n && json_next(&i, &none, &name)) {
		w->leads[w->ncolumns] =
		    xasprintf(", %.*s: ", (int)name.len, name.p);
		w->columns[w->ncolumns++] = name;
	}
}

/* What was asked for has to be one table of the trail. */
static enum tool_status
refuse(const struct whole *w, const struct tables *t, const char *name)
{
	const char *oid = w->about[OID];

	if (w->about[NAME] == NULL) {
		warnx("%s: %s", name,
		    t->n > 1 ? "this names more than one table"
			     : "no rule has ever meant this table");
		return TOOL_MISUSE;
	}
	if (t->v[0].oid != NULL && oid != NULL &&
	    strcmp(t->v[0].oid, oid) != 0) {
		warnx("%s: a partition of %s: events do not tell of which",
		    name, w->about[NAME]);
		return TOOL_MISUSE;
	}
	if (w->about[BEGAN] != NULL || w->about[PROBLEM] != NULL) {
		warnx("%s: %s%s", name,
		    w->about[BEGAN] != NULL
			? "not audited then: auditing began at "
			: w->about[PROBLEM],
		    w->about[BEGAN] != NULL ? w->about[BEGAN] : "");
		return TOOL_NO;
	}
	return TOOL_OK;
}

/* Put what the events say into w->old. Both they and the columns come in
 * jsonb's order. Returns whether it is the whole row. */
static bool
read_old(struct whole *w, const char *text, size_t len)
{
	struct json object, key, value;
	struct json mark = { w->about[ERASED], strlen(w->about[ERASED]) };
	struct json_iter i;
	size_t where, at = 0, n;
	bool all = false;

	memset(w->old, 0, w->ncolumns * sizeof(*w->old));
	if (text == NULL || json_parse(&object, text, len, &where) != NULL)
		return false;
	json_begin(&i, object);
	while (json_next(&i, &key, &value)) {
		all = all || key.len == 2; /* "" */
		for (n = at; n < w->ncolumns; n++)
			if (json_same(w->columns[n], key)) {
				w->old[n] = value;
				if (json_same(value, mark))
					w->old[n].p = erased;
				at = n + 1;
				break;
			}
	}
	return all;
}

static void
put_row(struct whole *w, char *fields, bool live)
{
	const char *kinds = w->about[KINDS];
	struct text *line = &w->line;
	char *field;
	size_t n;

	line->len = 0;
	for (n = 0; n < w->ncolumns; n++) {
		field = kinds[n] == '-' ? NULL : value_next(&fields);
		if (w->old[n].p == erased ||
		    (w->old[n].p == NULL && (kinds[n] == '-' || !live))) {
			w->unknown[n] = true;
			continue;
		}
		text_put(line, w->leads[n], w->columns[n].len + 4);
		if (w->old[n].p != NULL)
			text_put(line, w->old[n].p, w->old[n].len);
		else
			value_put(line, kinds[n], field);
	}
	if (line->len == 0)
		text_put(line, "{{", 2);
	text_put(line, "}\n", 2);
	/* the first lead begins with a comma and a space */
	line->p[1] = '{';
	if (w->exact)
		exact_write(w->fp, line->p + 1, line->len - 1);
	else
		fwrite_unlocked(line->p + 1, 1, line->len - 1, w->fp);
}

static int
put_line(char *text, size_t len, void *arg)
{
	struct whole *w = arg;
	char *fields = text;
	char *old = value_next(&fields);
	char *alone = value_next(&fields);
	bool live = alone != NULL && *alone == 'f', all;

	(void)len;
	if (old == NULL && !live) {
		w->untold++;
		return 0;
	}
	if (old != NULL && strcmp(old, "{\"\": \"lost\"}") == 0) {
		w->lost = true;
		return 0;
	}
	if (old != NULL)
		value_unescape(old);
	all = read_old(w, old, old == NULL ? 0 : strlen(old));
	if (!all && !live)
		w->partial++;
	put_row(w, fields, live && !all);
	return ferror_unlocked(w->fp);
}

/* What the lines do not say. Returns whether rows are missing or incomplete. */
static bool
tell(const struct whole *w, const char *name, bool quiet)
{
	char *names = NULL;
	size_t n, len, size;
	FILE *fp = xmemstream(&names, &size);

	for (n = 0; n < w->ncolumns; n++)
		if (w->unknown[n]) {
			char *column = json_text(w->columns[n], &len);
			char *safe = safe_text(column, false);

			fprintf(fp, "%s%s", ftell(fp) > 0 ? ", " : "", safe);
			free(safe);
			free(column);
		}
	xclose(fp);
	if (*names != '\0' && !quiet)
		warnx("unknown columns: %s", names);
	free(names);
	if (w->about[OID] == NULL)
		warnx("%s is gone: rows that no event shows are missing", name);
	if (w->untold > 0)
		warnx("%s: %llu changes fit no row: rows may be wrong", name,
		    w->untold);
	if (w->lost)
		warnx("%s: of changes that were erased nobody knows the rows: "
		      "rows may be wrong",
		    name);
	if (w->partial > 0)
		warnx("%s: %llu rows are incomplete", name, w->partial);
	return w->about[OID] == NULL || w->untold > 0 || w->lost ||
	    w->partial > 0;
}

/* Say why rows may be wrong, if the trail tells. */
static int
warn_of_gaps(struct db *db, char *const params[], const char *name)
{
	char *why = NULL;

	if (db_value(db, sql_whole_trust, 2, params, &why) == -1)
		return -1;
	if (why != NULL)
		warnx("%s: rows may be wrong: %s", name, why);
	free(why);
	return 0;
}

static int
copy(struct whole *w, struct db *db)
{
	char *sql = NULL, *needs;
	size_t i;
	int rc = -1;

	needs = xasprintf("grant select on %s to ROLE", w->about[NAME]);
	db_needs(db, needs);
	for (i = 0; i < sizeof(statements) / sizeof(*statements); i++)
		if (strcmp(statements[i].how, w->about[HOW]) == 0)
			rc = db_value(db, statements[i].sql, ERASED - LIVE,
			    w->about + LIVE, &sql);
	if (rc == 0)
		rc = db_copy(db, sql, put_line, w);
	db_needs(db, DB_NEEDS_READER);
	free(needs);
	free(sql);
	return rc;
}

static void
whole_free(struct whole *w)
{
	size_t n;
	int i;

	for (i = 0; i < NCOLS; i++)
		free(w->about[i]);
	for (n = 0; n < w->ncolumns; n++)
		free(w->leads[n]);
	free(w->leads);
	free(w->columns);
	free(w->old);
	free(w->unknown);
	free(w->line.p);
}

static enum tool_status
print(struct whole *w, struct db *db, const struct tables *t, const char *name,
    const char *bound, bool quiet)
{
	char *params[] = { t->n == 1 ? t->v[0].rel : NULL, (char *)bound };
	enum tool_status status;

	if (t->n == 1 &&
	    db_query(db, sql_whole_table, 2, params, keep_about, w) == -1)
		return typed_failed(db);
	if ((status = refuse(w, t, name)) != TOOL_OK)
		return status;
	read_columns(w);
	w->fp = w->open(w->arg);
	if (db_script(db, sql_whole_begin) == -1 ||
	    (!quiet && warn_of_gaps(db, params, name) == -1) ||
	    copy(w, db) == -1)
		return typed_failed(db);
	return tell(w, name, quiet) ? TOOL_NO : TOOL_OK;
}

enum tool_status
whole_print(struct db *db, const struct tables *t, const char *name,
    const char *bound, whole_open *open, void *arg, bool exact, bool quiet)
{
	struct whole w = { .open = open, .arg = arg, .exact = exact };
	enum tool_status status;

	status = print(&w, db, t, name, bound, quiet);
	whole_free(&w);
	return status;
}
