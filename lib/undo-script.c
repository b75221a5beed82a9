/* undo-script - what a script that undoes events is made of */

#include "undo-script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "safe.h"
#include "sql.h"
#include "tool.h"

/* A string as SQL, which means the same whatever standard_conforming_strings
 * says. */
static void
put_literal(FILE *fp, const char *s)
{
	if (s == NULL) {
		fputs("NULL", fp);
		return;
	}
	if (strchr(s, '\\') != NULL)
		putc('E', fp);
	putc('\'', fp);
	for (; *s != '\0'; s++) {
		if (*s == '\'' || *s == '\\')
			putc(*s, fp);
		putc(*s, fp);
	}
	putc('\'', fp);
}

/* A quote in dollars that is not in the text */
static void
put_dollars(FILE *fp, const char *text)
{
	char tag[32] = "$sql$";
	int i;

	for (i = 1; strstr(text, tag) != NULL; i++)
		snprintf(tag, sizeof(tag), "$sql%d$", i);
	fprintf(fp, "%s\n%s\n%s", tag, text, tag);
}

static void
put_settings(FILE *fp, const char *what)
{
	char *reason = xasprintf("undo of %s", what);

	fputs("BEGIN ISOLATION LEVEL READ COMMITTED;\n"
	      "SET LOCAL client_encoding = 'UTF8';\n"
	      "SET LOCAL audit.reason = ",
	    fp);
	put_literal(fp, reason);
	fputs(";\n", fp);
	fprintf(fp, "%s\n", sql_undo_settings);
	free(reason);
}

static void
put_functions(FILE *fp)
{
	static const char *const rest[] = { sql_undo_values, sql_undo_find,
		sql_undo_look, sql_undo_confirm, sql_undo_wait, sql_undo_run };
	size_t i;

	fprintf(fp, "%s\n", sql_undo_tables);
	fputs("-- The statement that undoes an event, or what stands in the "
	      "way\n"
	      "CREATE OR REPLACE FUNCTION pg_temp.undo_statement("
	      "pg_catalog.text,\n"
	      "  pg_catalog.text, pg_catalog.jsonb, pg_catalog.jsonb, "
	      "pg_catalog.jsonb,\n"
	      "  OUT problem pg_catalog.text, OUT condition pg_catalog.text,\n"
	      "  OUT statement pg_catalog.text) "
	      "RETURNS SETOF pg_catalog.record\n"
	      "LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp\n"
	      "SET standard_conforming_strings = on\n"
	      "SET quote_all_identifiers = off SET jit = off\n"
	      "SET plan_cache_mode = force_generic_plan AS $undo$\n"
	      "#variable_conflict use_column\n"
	      "BEGIN\nRETURN QUERY\n",
	    fp);
	fputs(sql_undo_statement, fp);
	fputs(";\nEND $undo$;\n", fp);
	for (i = 0; i < sizeof(rest) / sizeof(*rest); i++)
		fprintf(fp, "\n%s", rest[i]);
}

static size_t
count_lines(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s == '\n';
	return n;
}

/* A time as it stands in the head, which is ASCII */
static void
put_time(FILE *fp, const char *s)
{
	for (; *s != '\0'; s++)
		putc(isascii((unsigned char)*s) && !iscntrl((unsigned char)*s)
			? *s
			: '?',
		    fp);
}

static void
put_title(FILE *fp, const char *what, const char *first, const char *last)
{
	fprintf(fp, "-- Undoes %s", what);
	if (first != NULL) {
		fputs(", newest first,\n-- made ", fp);
		fputs(strcmp(first, last) == 0 ? "at " : "from ", fp);
		put_time(fp, first);
	}
	if (first != NULL && strcmp(first, last) != 0) {
		fputs(" to ", fp);
		put_time(fp, last);
	}
	fputs(".\n", fp);
}

void
undo_script_begin(FILE *fp, const char *what, const char *first,
    const char *last)
{
	static const char how[] =
	    "--\n"
	    "-- Run all of it:  psql -v ON_ERROR_STOP=1 -f FILE\n"
	    "-- It is one transaction, done as a whole or not at all. Each "
	    "record is locked\n"
	    "-- and looked at first; if one is not as its change left it, the "
	    "script names\n"
	    "-- it and stops.\n"
	    "--\n"
	    "-- What is done begins at line %zu. Before it are temporary "
	    "tables and\n"
	    "-- functions, the same in every script; nothing is changed until "
	    "then.\n\n";
	char *text = NULL;
	size_t size, lines;
	FILE *body = xmemstream(&text, &size);

	put_settings(body, what);
	put_functions(body);
	fputs("\n-- What is done\n", body);
	xclose(body);
	lines = (first == NULL ? 1 : 2) + count_lines(how) + count_lines(text);
	put_title(fp, what, first, last);
	fprintf(fp, how, lines);
	fputs(text, fp);
	free(text);
}

static void
put_comment(FILE *fp, const char *lead, struct json j)
{
	char *text, *safe, *cut;

	if ((text = undo_text(j)) == NULL)
		return;
	safe = safe_text(text, false);
	cut = safe_cut(safe, 200);
	fprintf(fp, "%s%s", lead, cut);
	free(text);
	free(safe);
	free(cut);
}

void
undo_script_comment(FILE *fp, const struct event *e, const char *what)
{
	char *name = undo_name(e);

	put_comment(fp, "\n-- ", e->v[E_AT]);
	fprintf(fp, "  %s", name);
	put_comment(fp, "  ", e->v[E_LABEL]);
	put_comment(fp, "  by ", e->v[E_ACTOR]);
	put_comment(fp, "  because ", e->v[E_REASON]);
	fprintf(fp, "%s\n", what);
	free(name);
}

void
undo_script_call(FILE *fp, const struct event *e, const struct undo_change *c,
    const char *statement)
{
	char *schema = undo_text(e->v[E_SCHEMA]),
	     *table = undo_text(e->v[E_TABLE]),
	     *label = undo_text(e->v[E_LABEL]);

	fputs("CALL pg_temp.undo(", fp);
	put_literal(fp, schema);
	fputs(", ", fp);
	put_literal(fp, table);
	fputs(", ", fp);
	put_literal(fp, c->key);
	fputs(", ", fp);
	put_literal(fp, label);
	fputs(",\n    now_is   => ", fp);
	put_literal(fp, c->now_is);
	fputs(",\n    shall_be => ", fp);
	put_literal(fp, c->shall_be);
	if (statement != NULL) {
		fputs(",\n    sql => ", fp);
		put_dollars(fp, statement);
	}
	fputs(");\n", fp);
	free(schema);
	free(table);
	free(label);
}

void
undo_script_end(FILE *fp, size_t changes)
{
	fprintf(fp, "\nCALL pg_temp.undo_finish(%zu);\nCOMMIT;\n", changes);
}
