/* back - the script that brings records back to a revision
 *
 * What has happened since is taken for one event, which is undone. */

#include "back.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* A column of both rows, under its name of now */
struct pair {
	struct json name, then, now;
};

struct pairs {
	struct pair *v;
	size_t n;
};

/* Put the columns of a row that was beside those of now. */
static void
pair(struct pairs *p, struct columns *c, const struct state *s,
    const struct record *r, const char *name)
{
	const struct shape *shape =
	    columns_at(c, s->r == NULL ? COLUMNS_NOW : s->r->id);
	struct json_iter i;
	struct json was, then, now, now_name;

	/* a revision 0 has the columns of the first event */
	if (s->r == NULL && r->history.n > 0)
		shape = columns_at(c, r->history.v[0].id);
	*p = (struct pairs){ NULL, 0 };
	json_begin(&i, (struct json){ s->row, strlen(s->row) });
	while (json_next(&i, &was, &then)) {
		now_name = columns_now(c, columns_find(c, shape, was));
		if (now_name.p == NULL) {
			warnx("%s: the column %.*s is gone: left out", name,
			    (int)was.len, was.p);
			continue;
		}
		now = (struct json){ NULL, 0 };
		json_get(r->live, now_name, &now);
		p->v = xreallocarray(p->v, p->n + 1, sizeof(*p->v));
		p->v[p->n++] = (struct pair){ now_name, then, now };
	}
}

static void
put(FILE *fp, const char *lead, struct json j)
{
	fputs(lead, fp);
	if (j.p == NULL)
		fputs("null", fp);
	else
		fwrite(j.p, 1, j.len, fp);
}

/* The columns in which the rows differ, those of one of them. Returns how many
 * there are. */
static size_t
put_differing(FILE *fp, const struct pairs *p, bool now)
{
	size_t i, n = 0;

	for (i = 0; i < p->n; i++)
		if (p->v[i].now.p != NULL &&
		    !json_same(p->v[i].then, p->v[i].now)) {
			put(fp, n++ == 0 ? "{" : ",", p->v[i].name);
			put(fp, ":", now ? p->v[i].now : p->v[i].then);
		}
	fputs(n == 0 ? "{}" : "}", fp);
	return n;
}

static void
put_then(FILE *fp, const struct pairs *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		put(fp, i == 0 ? "{" : ",", p->v[i].name);
		put(fp, ":", p->v[i].then);
	}
	fputs(p->n == 0 ? "{}" : "}", fp);
}

static struct json
whole(const char *text)
{
	return (struct json){ text, text == NULL ? 0 : strlen(text) };
}

/* Write the event that has made of the record at s what it is now. Returns
 * false where it is as it was. */
static bool
put_event(FILE *fp, const struct record *r, struct place *place,
    const struct state *s, const struct pairs *p)
{
	const struct revision *at = s->r != NULL ? s->r : r->history.v;
	const struct columns *c = &place->columns;
	bool differs = true;
	char *key;

	if (at == NULL)
		return false; /* nothing has ever happened to it */
	put(fp, "{\"id\":", at->e.v[E_ID]);
	put(fp, ",\"at\":", at->e.v[E_AT]);
	put(fp, ",\"schema\":", whole(c->schema));
	put(fp, ",\"table\":", whole(c->table));
	put(fp, ",\"label\":", at->e.v[E_LABEL]);
	key = s->row == NULL && r->key != NULL ? xstrdup(r->key)
					       : record_key(r, place, s->r);
	put(fp, ",\"key\":", whole(key));
	free(key);
	if (s->row == NULL) {
		differs = r->live.p != NULL;
		put(fp, ",\"op\":\"insert\",\"old\":null,\"new\":", r->live);
	} else if (r->live.p == NULL) {
		fputs(",\"op\":\"delete\",\"old\":", fp);
		put_then(fp, p);
		fputs(",\"new\":null", fp);
	} else {
		fputs(",\"op\":\"update\",\"old\":", fp);
		differs = put_differing(fp, p, false) > 0;
		fputs(",\"new\":", fp);
		put_differing(fp, p, true);
	}
	putc('}', fp);
	return differs;
}

static enum tool_status
add(struct undo *u, const char *line, size_t len, const char *name)
{
	struct words why = { NULL, 0 };
	struct event e;
	const char *wrong = event_read(&e, line, len);
	int i, rc;

	if (wrong != NULL)
		errx(TOOL_FAILED, "%s: %s", name, wrong);
	rc = undo_add(u, line, len, &e, 0, &why);
	if (rc == -1)
		warn("temporary file");
	for (i = 0; i < why.n; i++)
		warnx("%s: %s", name, why.v[i]);
	words_free(&why);
	return rc == 0 ? TOOL_OK : rc == 1 ? TOOL_NO : TOOL_FAILED;
}

/* Why a record cannot be brought back at all; or NULL */
static const char *
obstacle(const struct place *p)
{
	if (!p->columns.live)
		return "the table is gone";
	if (p->blind || p->columns.read == NULL)
		return "it cannot be read as it is now";
	return NULL;
}

enum tool_status
back_add(struct undo *u, const struct record *r, struct place *p,
    const struct state *s, const char *name)
{
	struct pairs pairs = { NULL, 0 };
	enum tool_status status = TOOL_OK;
	char *line = NULL;
	bool differs;
	size_t len;
	FILE *fp;

	if (obstacle(p) != NULL) {
		warnx("%s: %s", name, obstacle(p));
		return TOOL_NO;
	}
	if (s->unknown != NULL && s->row != NULL && !p->quiet)
		warnx("%s: unknown: %s: left as they are", name, s->unknown);
	fp = xmemstream(&line, &len);
	if (s->row != NULL)
		pair(&pairs, &p->columns, s, r, name);
	differs = put_event(fp, r, p, s, &pairs);
	xclose(fp);
	if (differs)
		status = add(u, line, len, name);
	else if (!p->quiet)
		warnx("%s: it is as it was", name);
	free(line);
	free(pairs.v);
	return status;
}

enum tool_status
back_write(struct undo *u, FILE *fp, struct db *db)
{
	struct words why = { NULL, 0 };
	int i, rc = undo_write(u, fp, db, &why);

	for (i = 0; i < why.n; i++)
		warnx("%s", why.v[i]);
	words_free(&why);
	if (rc == -1 && db_error(db) != NULL)
		warnx("%s", db_error(db));
	else if (rc == -1)
		warn("temporary file");
	return rc == 0 ? TOOL_OK : rc == 1 ? TOOL_NO : TOOL_FAILED;
}
