/* export - what verify needs, as lines: seals, leaves and events */

#include "export.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "evidence.h"
#include "hex.h"
#include "line.h"
#include "mem.h"
#include "progress.h"
#include "rows.h"

struct export
{
	FILE *fp;
	const struct walk *walk;
	const struct export_how *how;
	struct rows rows;  /* which events are whose */
	struct open *ours; /* stands for the seals that are written */
	uint64_t events;
};

static void
put_hex(FILE *fp, const uint8_t *bytes, size_t n)
{
	char *text = xmalloc(2 * n + 1);

	hex_write(text, bytes, n);
	fprintf(fp, "\"%s\"", text);
	free(text);
}

/* The seal before the first one is what that one follows from, and the border
 * the tree over all before it. */
static void
put_head(const struct export *x)
{
	const struct walk *w = x->walk;
	char trail[HEX_UUID];
	size_t i;

	hex_write_uuid(trail, w->trail);
	fprintf(x->fp,
	    "{\"evidence\":1,%s%s%s\"trail\":\"%s\",\"seals\":[%" PRIu64
	    ",%" PRId64 "],\"before\":",
	    x->how->partial ? "\"partial\":true," : "",
	    x->how->unsealed ? "\"unsealed\":true," : "",
	    w->one != NULL ? "\"archive\":true," : "", trail, w->first,
	    w->last);
	if (w->before_line != NULL)
		fputs(w->before_line, x->fp);
	else
		fputs("null", x->fp);
	fputs(",\"border\":[", x->fp);
	for (i = 0; i < merkle_borders(w->log.size); i++) {
		fputs(i > 0 ? "," : "", x->fp);
		put_hex(x->fp, w->log.border[i], DIGEST_LEN);
	}
	fputs("],\"state\":", x->fp);
	if (w->state != NULL && !x->how->partial)
		line_put_string(x->fp, w->state, strlen(w->state));
	else
		fputs("null", x->fp);
	fputs("}\n", x->fp);
}

/* What is gone by it is not missing. */
static void
put_act(void *arg, const struct leaf_event *ev)
{
	struct export *x = arg;

	fputs("{\"act\":", x->fp);
	evidence_write(x->fp, ev, NULL, NULL);
	fputs("}\n", x->fp);
}

static void
put_seal(void *arg, const struct chain_row *row, const char *line, size_t len)
{
	struct export *x = arg;

	(void)row;
	fwrite(line, 1, len, x->fp);
	putc('\n', x->fp);
}

static void
put_state(void *arg, uint64_t seal, const char *text, size_t len)
{
	struct export *x = arg;

	/* what changed it may be among what is not written */
	if (x->how->partial)
		return;
	fprintf(x->fp, "{\"state\":%" PRIu64 ",\"text\":", seal);
	line_put_string(x->fp, text, len);
	fputs("}\n", x->fp);
}

static void
put_stamp(void *arg, uint64_t seal, const uint8_t *reply, size_t len)
{
	struct export *x = arg;

	fprintf(x->fp, "{\"stamp\":%" PRIu64 ",\"reply\":\"", seal);
	base64_write(x->fp, reply, len);
	fputs("\"}\n", x->fp);
}

static void
put_leaves(void *arg, const struct leaves_row *row)
{
	struct export *x = arg;
	const struct rows_row *first;
	struct rows_row *copy;
	bool ordered;
	bool ours =
	    row->seal >= x->walk->first && row->seal <= (uint64_t)x->walk->last;

	/* all events before it have been written */
	while ((first = rows_first(&x->rows)) != NULL &&
	    memcmp(first->at, row->first, 16) < 0)
		rows_next(&x->rows);
	if (row->len > 0 && row->len % ROWS_LEAF == 0) {
		copy = rows_make(row->leaves, row->len, &ordered);
		copy->open = ours ? x->ours : NULL;
		rows_put(&x->rows, copy);
	}
	if (!ours)
		return;
	fprintf(x->fp, "{\"leaves\":%" PRIu64 ",\"month\":", row->seal);
	line_put_string(x->fp, row->month, strlen(row->month));
	fprintf(x->fp, ",\"n\":%" PRId64 ",\"first\":", row->n);
	put_hex(x->fp, row->first, 16);
	fputs(",\"data\":\"", x->fp);
	base64_write(x->fp, row->leaves, row->len);
	fputs("\"}\n", x->fp);
}

/* Whether an event belongs to the seals that are written: by its leaf, and if
 * it has none, by its transaction. */
static bool
is_ours(struct export *x, const struct leaf_event *ev)
{
	const struct walk *w = x->walk;
	const struct rows_row *row;
	bool found = false, ours = false;
	int order;

	while ((row = rows_first(&x->rows)) != NULL &&
	    (order = memcmp(row->at, ev->id, sizeof(ev->id))) <= 0) {
		if (order == 0) {
			found = true;
			ours = ours || row->open != NULL;
		}
		rows_next(&x->rows);
	}
	if (!found && x->how->unsealed)
		return true;
	return found
	    ? ours
	    : !w->restored && (ev->txid < w->horizon || ev->txid >= w->next);
}

static void
put_event(void *arg, const struct leaf_event *ev)
{
	struct export *x = arg;

	progress_at(++x->events);
	if (!is_ours(x, ev) ||
	    (x->how->wants != NULL && !x->how->wants(x->how->arg, ev)))
		return;
	evidence_write(x->fp, ev, NULL, NULL);
	putc('\n', x->fp);
}

enum tool_status
export_write(FILE *fp, struct walk *w, const struct export_how *how)
{
	static char ours;
	struct export x = { .fp = fp, .walk = w, .how = how };
	const struct walk_sink sink = { how->partial ? NULL : put_act, put_seal,
		put_state, put_stamp, put_leaves, put_event, NULL, &x };
	enum tool_status status;

	/* only whether it is there counts */
	x.ours = (struct open *)(void *)&ours;
	put_head(&x);
	status = walk_through(w, &sink);
	rows_free(&x.rows);
	return status;
}
