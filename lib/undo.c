/* undo - the SQL script that undoes events */

#include "undo.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "safe.h"
#include "spool.h"
#include "sql.h"
#include "temp.h"
#include "tool.h"
#include "undo-change.h"
#include "undo-script.h"

#define LISTED 8 /* transactions that are named one by one */

struct entry {
	unsigned char id[16];
	uint64_t txid; /* 0: not known */
	size_t text;   /* its number in the spool */
	size_t line;   /* where it stood in the input */
	bool change;   /* of a row */
};

struct undo {
	struct spool *spool;
	struct entry *v;
	size_t n, size;
	size_t changes; /* of rows, among them */
	char *what;	/* what they are, as the user calls it; or NULL */
};

struct undo *
undo_new(void)
{
	struct spool *spool = spool_new();
	struct undo *u;

	if (spool == NULL)
		return NULL;
	u = xcalloc(1, sizeof(*u));
	u->spool = spool;
	return u;
}

void
undo_free(struct undo *u)
{
	if (u == NULL)
		return;
	spool_free(u->spool);
	free(u->v);
	free(u->what);
	free(u);
}

void
undo_describe(struct undo *u, const char *what)
{
	free(u->what);
	u->what = safe_text(what, false);
}

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0'
	    : c >= 'a' && c <= 'f'  ? c - 'a' + 10
	    : c >= 'A' && c <= 'F'  ? c - 'A' + 10
				    : -1;
}

/* false: it is no UUID */
static bool
read_id(unsigned char id[static 16], struct json j)
{
	const char *p = j.p + 1;
	int i;

	if (j.len != EVENT_ID + 1)
		return false;
	for (i = 0; i < 16; i++, p += 2) {
		if ((i == 4 || i == 6 || i == 8 || i == 10) && *p++ != '-')
			return false;
		if (digit(p[0]) == -1 || digit(p[1]) == -1)
			return false;
		id[i] = (unsigned char)(digit(p[0]) << 4 | digit(p[1]));
	}
	return true;
}

static uint64_t
read_txid(struct json j)
{
	size_t len;
	char *text, *end;
	uint64_t txid;

	if (json_kind(j) != '"')
		return 0;
	text = json_text(j, &len);
	txid = strtoull(text, &end, 10);
	if (*end != '\0' || !isdigit((unsigned char)*text))
		txid = 0;
	free(text);
	return txid;
}

int
undo_add(struct undo *u, const char *line, size_t len, const struct event *e,
    size_t number, struct words *why)
{
	int before = why->n;
	struct entry *entry;

	if (u->n == u->size) {
		u->size = u->size == 0 ? 256 : 2 * u->size;
		u->v = xreallocarray(u->v, u->size, sizeof(*u->v));
	}
	entry = &u->v[u->n];
	if (!read_id(entry->id, e->v[E_ID]))
		words_add(why, "bad \"id\" field");
	undo_refuse(e, why);
	if (why->n > before)
		return 1;
	entry->change = undo_is_change(e);
	entry->txid = entry->change ? read_txid(e->v[E_TXID]) : 0;
	entry->text = spool_count(u->spool);
	entry->line = number;
	u->n++;
	return spool_add(u->spool, line, len);
}

static int
newest_first(const void *a, const void *b)
{
	return memcmp(((const struct entry *)b)->id,
	    ((const struct entry *)a)->id, sizeof(((struct entry *)0)->id));
}

static void
sort(struct undo *u)
{
	size_t i, n = 0;

	if (u->n > 0)
		qsort(u->v, u->n, sizeof(*u->v), newest_first);
	for (i = 0; i < u->n; i++)
		if (n == 0 || newest_first(&u->v[i], &u->v[n - 1]) != 0)
			u->v[n++] = u->v[i];
	u->n = n;
	for (i = 0, u->changes = 0; i < n; i++)
		u->changes += u->v[i].change;
}

/* It was an event when it was added. */
static int
get(struct undo *u, size_t i, struct event *e)
{
	const char *text;
	size_t len;

	if ((text = spool_get(u->spool, u->v[i].text, &len)) == NULL)
		return -1;
	event_read(e, text, len);
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The transactions whose events these are, sorted; free() the list. */
static size_t
transactions(const struct undo *u, uint64_t **list)
{
	uint64_t *v = xreallocarray(NULL, u->n + 1, sizeof(*v));
	size_t i, n = 0, distinct = 0;

	for (i = 0; i < u->n; i++)
		if (u->v[i].txid != 0)
			v[n++] = u->v[i].txid;
	if (n > 0)
		qsort(v, n, sizeof(*v), by_number);
	for (i = 0; i < n; i++)
		if (distinct == 0 || v[i] != v[distinct - 1])
			v[distinct++] = v[i];
	*list = v;
	return distinct;
}

/* "3 changes of transaction 1428"; free() it. */
static char *
summary(const struct undo *u)
{
	char *text = NULL;
	size_t size = 0, i, n;
	uint64_t *v;
	FILE *fp = xmemstream(&text, &size);

	n = transactions(u, &v);
	if (u->what != NULL) {
		fputs(u->what, fp);
		n = 0;
	} else
		fprintf(fp, "%zu change%s", u->changes,
		    u->changes == 1 ? "" : "s");
	if (n > LISTED)
		fprintf(fp, " of %zu transactions, %ju to %ju", n,
		    (uintmax_t)v[0], (uintmax_t)v[n - 1]);
	else if (n > 0)
		fprintf(fp, " of transaction%s", n == 1 ? "" : "s");
	for (i = 0; i < n && n <= LISTED; i++)
		fprintf(fp, "%s %ju", i == 0 ? "" : ",", (uintmax_t)v[i]);
	free(v);
	xclose(fp);
	return text;
}

static int
put_head(struct undo *u, FILE *fp, const char *what)
{
	char *first = NULL, *last = NULL;
	struct event e;
	int rc = 0;

	if (u->what == NULL) {
		if ((rc = get(u, u->n - 1, &e)) == 0)
			first = undo_text(e.v[E_AT]);
		if (rc == 0 && (rc = get(u, 0, &e)) == 0)
			last = undo_text(e.v[E_AT]);
	}
	if (rc == 0)
		undo_script_begin(fp, what, first, last);
	free(first);
	free(last);
	return rc;
}

/* What the server's catalog says of an event */
struct answer {
	char *problem, *statement;
};

static int
keep_answer(int ncols, char *const cols[], void *arg)
{
	struct answer *a = arg;

	if (ncols == 3 && cols[0] != NULL)
		a->problem = xstrdup(cols[0]);
	else if (ncols == 3 && cols[2] != NULL)
		a->statement = xstrdup(cols[2]);
	return 1;
}

static int
ask(struct db *db, const struct event *e, const struct undo_change *c,
    struct answer *a)
{
	char *params[] = { undo_text(e->v[E_SCHEMA]), undo_text(e->v[E_TABLE]),
		c->key, c->now_is, c->shall_be };
	int rc;

	*a = (struct answer){ NULL, NULL };
	if (db == NULL)
		rc = 0;
	else
		rc =
		    db_query(db, sql_undo_statement, 5, params, keep_answer, a);
	free(params[0]);
	free(params[1]);
	return rc;
}

static int
put_event(struct undo *u, size_t i, FILE *fp, struct db *db, struct words *why)
{
	struct undo_change c;
	struct answer a;
	struct event e;
	char *name, *text;
	int rc;

	if (get(u, i, &e) == -1)
		return -1;
	if (!undo_is_change(&e)) {
		undo_script_comment(fp, &e, ": nothing to be done");
		return 0;
	}
	undo_change(&c, &e);
	if ((rc = ask(db, &e, &c, &a)) == 0 && a.problem != NULL) {
		name = undo_name(&e);
		text = safe_text(a.problem, false);
		words_add(why, "");
		free(why->v[why->n - 1]);
		why->v[why->n - 1] = u->v[i].line == 0
		    ? xasprintf("%s: %s", name, text)
		    : xasprintf("line %zu: %s: %s", u->v[i].line, name, text);
		free(name);
		free(text);
	} else if (rc == 0) {
		undo_script_comment(fp, &e, "");
		undo_script_call(fp, &e, &c, a.statement);
	}
	free(a.problem);
	free(a.statement);
	undo_change_free(&c);
	return rc;
}

static int
put_script(struct undo *u, FILE *fp, struct db *db, struct words *why)
{
	char *what;
	size_t i;
	int rc = 0;

	sort(u);
	what = summary(u);
	if (u->changes > 0)
		rc = put_head(u, fp, what);
	else
		fputs("-- There is nothing to undo.\n", fp);
	for (i = 0; i < u->n && rc == 0; i++)
		rc = put_event(u, i, fp, db, why);
	if (u->changes > 0)
		undo_script_end(fp, u->changes);
	free(what);
	return rc;
}

/* Copy what was written */
static int
copy(FILE *from, FILE *to)
{
	char block[65536];
	size_t n;

	if (fflush(from) == EOF || ferror(from) ||
	    fseek(from, 0, SEEK_SET) != 0)
		return -1;
	while ((n = fread(block, 1, sizeof(block), from)) > 0)
		fwrite(block, 1, n, to);
	return ferror(from) ? -1 : 0;
}

int
undo_write(struct undo *u, FILE *fp, struct db *db, struct words *why)
{
	int before = why->n, rc;
	FILE *whole;

	/* without a server all that can stand in the way is known by now */
	if (db == NULL)
		return put_script(u, fp, NULL, why);
	if ((whole = temp_file()) == NULL)
		return -1;
	rc = put_script(u, whole, db, why);
	if (rc == 0 && why->n > before)
		rc = 1;
	if (rc == 0)
		rc = copy(whole, fp);
	fclose(whole);
	return rc;
}
