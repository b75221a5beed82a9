/* claims - which events are gone, or have lost values, by an act of audit-purge
 * that is an event itself */

#include "claims.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims-state.h"
#include "hex.h"
#include "line.h"
#include "mem.h"
#include "moment.h"

struct claims *
claims_new(struct findings *findings, bool archive)
{
	struct claims *c = xcalloc(1, sizeof(*c));

	c->findings = findings;
	c->archive = archive;
	return c;
}

void
claims_free(struct claims *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->n; i++) {
		free(c->acts[i].run);
		free(c->acts[i].policy);
		free(c->acts[i].role);
		free(c->acts[i].redacted);
		free(c->acts[i].kept);
	}
	free(c->acts);
	free(c->months);
	sort_free(c->ids);
	sort_free(c->redacted);
	claims_free_places(c);
	free(c);
}

/* What an act says */

static bool
get(struct json object, const char *quoted, char kind, struct json *value)
{
	return json_get(object, (struct json){ quoted, strlen(quoted) },
		   value) &&
	    json_kind(*value) == kind;
}

static bool
says(struct leaf_value v, const char *word)
{
	return v.p != NULL && v.len == strlen(word) &&
	    memcmp(v.p, word, v.len) == 0;
}

static int
by_id(const void *a, const void *b)
{
	return memcmp(a, b, 16);
}

static void
read_kept(struct claims_act *act, struct json kept)
{
	struct json_iter i;
	struct json none, id;
	size_t n = 0;

	json_begin(&i, kept);
	while (json_next(&i, &none, &id))
		n++;
	act->kept = xcalloc(n + 1, 16);
	json_begin(&i, kept);
	while (json_next(&i, &none, &id))
		if (json_kind(id) == '"' &&
		    hex_read_uuid(act->kept + 16 * act->nkept, id.p + 1,
			id.len - 2))
			act->nkept++;
	qsort(act->kept, act->nkept, 16, by_id);
}

/* All leaves of a month, to a seal, but those of what stays */
static void
read_month(struct claims *c, uint32_t no, struct json new)
{
	struct claims_act *act = &c->acts[no - 1];
	struct json month, upto, kept;

	if (!get(new, "\"month\"", '"', &month) ||
	    !get(new, "\"upto\"", '0', &upto) ||
	    !get(new, "\"kept\"", '[', &kept) || month.len != LEAF_MONTH + 1 ||
	    upto.len > 18 || *upto.p == '-')
		return;
	memcpy(act->month, month.p + 1, LEAF_MONTH - 1);
	act->upto = strtoull(upto.p, NULL, 10);
	read_kept(act, kept);
	c->months =
	    xreallocarray(c->months, c->nmonths + 1, sizeof(*c->months));
	c->months[c->nmonths++] = no;
}

static void
read_purge(struct claims *c, uint32_t no, struct json new)
{
	struct claims_act *act = &c->acts[no - 1];
	struct json_iter i;
	struct json j, none, how;
	uint8_t run[16];

	act->purges = true;
	if (get(new, "\"run\"", '"', &j) &&
	    hex_read_uuid(run, j.p + 1, j.len - 2))
		act->run = xstrndup(j.p + 1, j.len - 2);
	act->policy = get(new, "\"policy\"", '[', &j) ? xstrndup(j.p, j.len)
						      : xstrdup("null");
	if (get(new, "\"before\"", '"', &j))
		moment_read(&act->before, j.p + 1, j.len - 2);
	if (act->before > leaf_time(act->id)) /* of what was to come */
		act->before = INT64_MIN;
	if (get(new, "\"how\"", '"', &how) && json_says(how, "month"))
		read_month(c, no, new);
	if (!get(new, "\"claims\"", '[', &j))
		return;
	json_begin(&i, j);
	while (json_next(&i, &none, &j))
		claims_add_place(c, no, j);
}

void
claims_add(struct claims *c, const struct leaf_event *ev,
    const uint8_t leaf[static DIGEST_LEN])
{
	const bool purge = says(ev->text[LEAF_OP], "purge");
	struct claims_act *act;
	struct json new, ids;
	size_t where;

	if ((!purge && !says(ev->text[LEAF_OP], "erase")) ||
	    ev->new.p == NULL ||
	    json_parse(&new, ev->new.p, ev->new.len, &where) != NULL ||
	    c->n == UINT32_MAX)
		return;
	if (c->n == c->size) {
		c->size = c->size == 0 ? 64 : c->size * 2;
		c->acts = xreallocarray(c->acts, c->size, sizeof(*c->acts));
	}
	act = &c->acts[c->n++];
	*act = (struct claims_act){ .before = INT64_MIN, .erases = !purge };
	memcpy(act->id, ev->id, sizeof(act->id));
	memcpy(act->leaf, leaf, DIGEST_LEN);
	if (purge)
		read_purge(c, (uint32_t)c->n, new);
	else if (get(new, "\"ids\"", '[', &ids))
		claims_add_ids(c, (uint32_t)c->n, ids);
	if (!purge && get(new, "\"redacted\"", '[', &ids))
		act->redacted = xstrndup(ids.p, ids.len);
	if (ev->text[LEAF_ROLE].p != NULL)
		act->role =
		    xstrndup(ev->text[LEAF_ROLE].p, ev->text[LEAF_ROLE].len);
}

/* What is gone */

static bool
is_kept(const struct claims_act *act, const uint8_t *id)
{
	return bsearch(id, act->kept, act->nkept, 16, by_id) != NULL;
}

/* The act that claims a leaf; NULL: none does. */
static struct claims_act *
find(struct claims *c, uint64_t seal, const uint8_t *id, uint32_t no)
{
	struct claims_act *act;
	char month[LEAF_MONTH];
	size_t i;

	if (no != 0)
		return &c->acts[no - 1];
	if (c->nmonths == 0)
		return NULL;
	leaf_month(id, month);
	for (i = 0; i < c->nmonths; i++) {
		act = &c->acts[c->months[i] - 1];
		if (act->upto >= seal &&
		    memcmp(act->month, month, LEAF_MONTH) == 0 &&
		    !is_kept(act, id))
			return act;
	}
	return NULL;
}

bool
claims_gone(struct claims *c, uint64_t seal, const uint8_t id[static 16],
    uint32_t no)
{
	struct claims_act *act = find(c, seal, id, no);
	char text[HEX_UUID], by[HEX_UUID];

	if (act == NULL)
		return false;
	act->covered++;
	if (leaf_time(id) <= act->before)
		return true;
	hex_write_uuid(text, id);
	hex_write_uuid(by, act->id);
	finding_put(c->findings, "early", FINDING_EVENT(seal, id),
	    "event %s was purged by act %s, which lets go only what is older",
	    text, by);
	return true;
}

void
claims_there(struct claims *c, uint64_t seal, const uint8_t id[static 16],
    uint32_t no)
{
	const struct claims_act *act = find(c, seal, id, no);
	char text[HEX_UUID], by[HEX_UUID];

	if (act == NULL)
		return;
	if (c->archive) {
		c->kept++;
		return;
	}
	hex_write_uuid(text, id);
	hex_write_uuid(by, act->id);
	finding_put(c->findings, "claimed", FINDING_EVENT(seal, id),
	    "event %s is there, and act %s says that it was purged", text, by);
}

/* Acts that come by */

static struct claims_act *
find_act(const struct claims *c, const uint8_t *id)
{
	size_t lo = 0, hi = c->n, mid;
	int order;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		order = memcmp(c->acts[mid].id, id, 16);
		if (order == 0)
			return &c->acts[mid];
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

void
claims_event(struct claims *c, const struct leaf_event *ev,
    const uint8_t leaf[static DIGEST_LEN])
{
	struct claims_act *act;

	claims_values(c, ev);
	if (c->n == 0 || (act = find_act(c, ev->id)) == NULL)
		return;
	if (memcmp(act->leaf, leaf, DIGEST_LEN) == 0)
		act->there = true;
}

/* The end */

static void
name_unproven(struct claims *c, const struct claims_act *act)
{
	char id[HEX_UUID];

	hex_write_uuid(id, act->id);
	finding_put(c->findings, "removed",
	    (struct finding_at){ .id = act->id },
	    "%" PRIu64 " events are not there any more, and the act that says "
	    "so, %s, is not proven: it was altered, or is in no seal that is "
	    "here",
	    act->covered, id);
}

static bool
is_same_run(const struct claims_act *a, const struct claims_act *b)
{
	return a->run != NULL && b->run != NULL && a->role != NULL &&
	    b->role != NULL && strcmp(a->run, b->run) == 0 &&
	    strcmp(a->policy, b->policy) == 0 && strcmp(a->role, b->role) == 0;
}

/* What an act removed, and those after it of the same run, policies and role */
static void
note_run(struct claims *c, size_t first)
{
	struct claims_act *act = &c->acts[first];
	const char *run = act->run != NULL ? act->run : "?";
	const bool any = strcmp(act->policy, "null") != 0;
	struct finding_at at = { .id = act->id };
	uint64_t events = 0;
	size_t i, len;
	FILE *out;
	char *more;

	for (i = first; i < c->n; i++)
		if (i == first || is_same_run(act, &c->acts[i])) {
			events += c->acts[i].covered;
			c->acts[i].covered = 0;
		}
	c->purged += events;
	if ((out = open_memstream(&more, &len)) == NULL)
		err(EXIT_FAILURE, NULL);
	fprintf(out,
	    "\"run\":\"%s\",\"policy\":%s,\"events\":%" PRIu64 ",\"role\":",
	    run, act->policy, events);
	if (act->role == NULL)
		fputs("null", out);
	else
		line_put_string(out, act->role, strlen(act->role));
	fclose(out);
	at.more = more;
	finding_note(c->findings, "purged", at,
	    "%" PRIu64 " event%s purged by act %s, %s%.*s", events,
	    events == 1 ? "" : "s", run, any ? "policy " : "without a policy",
	    any ? (int)strlen(act->policy) - 2 : 0, act->policy + 1);
	free(more);
}

int
claims_end(struct claims *c, bool partial)
{
	size_t i;

	if (!partial)
		claims_end_redacted(c);
	if (c->failed != NULL) {
		warnx("%s", c->failed);
		return -1;
	}
	for (i = 0; i < c->n; i++)
		if (c->acts[i].covered > 0 && !c->acts[i].there) {
			name_unproven(c, &c->acts[i]);
			c->acts[i].covered = 0;
		}
	for (i = 0; i < c->n; i++)
		if (c->acts[i].covered > 0)
			note_run(c, i);
	if (c->kept > 0)
		finding_note(c->findings, "kept", (struct finding_at){ NULL },
		    "%" PRIu64 " event%s here that acts of audit-purge removed "
		    "where the trail was written",
		    c->kept, c->kept == 1 ? " is" : "s are");
	if (c->whole > 0)
		finding_note(c->findings, "whole", (struct finding_at){ NULL },
		    "%" PRIu64 " event%s values here that acts of audit-purge "
		    "erased where the trail was written",
		    c->whole, c->whole == 1 ? " has" : "s have");
	if (c->erased > 0)
		finding_note(c->findings, "erased", (struct finding_at){ NULL },
		    "%" PRIu64 " event%s lost values by acts of erasure",
		    c->erased, c->erased == 1 ? "" : "s");
	return 0;
}

uint64_t
claims_purged(const struct claims *c)
{
	return c->purged;
}

uint64_t
claims_erased(const struct claims *c)
{
	return c->erased;
}
