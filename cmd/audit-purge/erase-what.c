/* erase-what - what the user wants erased, as the server takes it */

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "erase.h"
#include "key.h"
#include "line.h"
#include "mem.h"
#include "sql.h"
#include "table.h"
#include "typed.h"

static void
put_text(FILE *fp, const char *text)
{
	if (text == NULL)
		fputs("null", fp);
	else
		line_put_string(fp, text, strlen(text));
}

/* The end of an item of a list: a comma that is in no quotes */
static const char *
item_end(const char *p)
{
	bool quoted = false;

	for (; *p != '\0' && (quoted || *p != ','); p++)
		if (*p == '"')
			quoted = !quoted;
	return p;
}

/* One item, its quotes taken off as SQL would: "a,""b""" */
static void
put_item(FILE *fp, const char *p, const char *end)
{
	char *text = xstrndup(p, (size_t)(end - p)), *to = text, *from = text;
	size_t len = strlen(text);

	if (len > 1 && *text == '"' && text[len - 1] == '"') {
		text[len - 1] = '\0';
		for (from++; *from != '\0'; *to++ = *from++)
			if (from[0] == '"' && from[1] == '"')
				from++;
		*to = '\0';
	}
	put_text(fp, text);
	free(text);
}

/* A list of names with commas between, as an array */
static void
put_list(FILE *fp, const char *list)
{
	const char *p = list, *end;

	if (list == NULL) {
		fputs("null", fp);
		return;
	}
	for (putc('[', fp);; p = end + 1) {
		end = item_end(p);
		fputs(p == list ? "" : ",", fp);
		put_item(fp, p, end);
		if (*end == '\0')
			break;
	}
	putc(']', fp);
}

static void
put_words(FILE *fp, const struct words *w)
{
	int i;

	putc('[', fp);
	for (i = 0; i < w->n; i++) {
		fputs(i > 0 ? "," : "", fp);
		put_text(fp, w->v[i]);
	}
	putc(']', fp);
}

static void
put_what(struct erase *e, const char *why)
{
	const struct run *run = e->run;
	size_t len;
	FILE *fp = xmemstream(&e->what, &len);

	fprintf(fp, "{\"what\":\"%s\",\"why\":", e->actor ? "actor" : "record");
	put_text(fp, why);
	if (e->actor) {
		fputs(",\"actor\":", fp);
		put_text(fp, run->given['a']);
	} else {
		fputs(",\"records\":", fp);
		put_words(fp, &e->records);
		fputs(",\"keys\":", fp);
		put_words(fp, &e->keys);
		fputs(",\"fields\":", fp);
		put_list(fp, run->given[OPT_FIELDS]);
		fputs(",\"with\":", fp);
		put_list(fp, run->given[OPT_WITH]);
		fprintf(fp, ",\"related\":%s",
		    run->given[OPT_RELATED] != NULL ? "true" : "false");
	}
	putc('}', fp);
	xclose(fp);
}

static enum tool_status
find_record(struct erase *e)
{
	struct tables t = { .n = 0 };
	struct keys keys = { .bad = false };
	struct db *db = e->run->db;
	enum tool_status status = table_named(&t, db, e->run->given['t']);

	key_add(&keys, e->run->given['k']);
	if (status == TOOL_OK &&
	    (status = table_find_keys(&t, db)) == TOOL_OK &&
	    (status = key_find(&keys, &t, db, &e->records, &e->keys, NULL)) ==
		TOOL_OK &&
	    e->records.n == 0) {
		warnx("-k: no record can have this key");
		status = TOOL_MISUSE;
	}
	table_free(&t);
	key_free(&keys);
	return status;
}

enum tool_status
erase_whose(struct erase *e, const char *why)
{
	struct db *db = e->run->db;
	enum tool_status status = TOOL_OK;

	e->actor = e->run->given['a'] != NULL;
	/* what the server makes of a key must read as in the trail */
	if (!e->actor &&
	    (db_script(db, sql_capture_settings) == -1 ||
		typed_savepoint(db) == -1))
		return typed_failed(db);
	if (!e->actor)
		status = find_record(e);
	if (status == TOOL_OK)
		put_what(e, why);
	return status;
}

enum tool_status
erase_what(struct erase *e)
{
	struct run *run = e->run;
	enum tool_status status;
	char *kind = NULL;

	if (run->given[OPT_ACT] == NULL)
		return erase_whose(e, run->given[OPT_WHY]);
	status = run_act(run, run->given[OPT_ACT], &e->act);
	if (status == TOOL_OK &&
	    db_value(run->db, sql_erase_kind, 1, &e->act, &kind) == -1)
		status = run_failed(run, NULL);
	e->actor = kind != NULL && strcmp(kind, "actor") == 0;
	free(kind);
	return status;
}

void
erase_free(struct erase *e)
{
	free(e->what);
	free(e->act);
	words_free(&e->records);
	words_free(&e->keys);
}
