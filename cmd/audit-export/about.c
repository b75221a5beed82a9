/* about - the part that says what a report is made of, and what it leaves out
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hex.h"
#include "mem.h"
#include "moment.h"
#include "report.h"

struct report {
	const struct job *job;
	uint64_t lines[INPUT_KINDS], rows;
	int64_t from, to;		      /* of the events */
	char first[HEX_UUID], last[HEX_UUID]; /* their ids; "" without any */
	char *seal; /* the newest one in the input, its number; NULL: none */
	int64_t sealed_at;
	bool signature;
	char sealed[HEX_UUID]; /* the largest id that a seal has */
	char *verified;	       /* "true": what audit-seal verify said */
};

static struct report *new (const struct job *job)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->job = job;
	return r;
}

/* Keep the id if it is the larger, or the smaller, of the two. */
static void
take_id(char kept[static HEX_UUID], struct json id, bool larger)
{
	uint8_t bytes[16];
	char text[HEX_UUID];

	if (json_kind(id) != '"' || id.len < 2 ||
	    !hex_read_uuid(bytes, id.p + 1, id.len - 2))
		return;
	hex_write_uuid(text, bytes);
	if (*kept == '\0' || (strcmp(text, kept) > 0) == larger)
		memcpy(kept, text, HEX_UUID);
}

/* Whether the string comes before this id, as far as bytes tell */
static bool
is_before(struct json id, const char *other)
{
	return id.len == HEX_UUID + 1 &&
	    memcmp(id.p + 1, other, HEX_UUID - 1) < 0;
}

static void
take_event(struct report *r, const struct input *in)
{
	struct json id = in->event->v[E_ID];
	uint64_t n = r->lines[INPUT_EVENT];

	if (n == 1 || in->at < r->from)
		r->from = in->at;
	if (n == 1 || in->at > r->to)
		r->to = in->at;
	/* they come in order, as a rule */
	if (*r->first == '\0' || is_before(id, r->first))
		take_id(r->first, id, false);
	if (*r->last == '\0' || !is_before(id, r->last))
		take_id(r->last, id, true);
}

static void
take_seal(struct report *r, struct json seal)
{
	struct json n = json_member(seal, "seal"), at = json_member(seal, "at");
	int64_t us = 0;

	take_id(r->sealed, json_member(seal, "last"), true);
	if (json_kind(at) != '"' || !moment_read(&us, at.p + 1, at.len - 2) ||
	    (r->seal != NULL && us < r->sealed_at))
		return;
	free(r->seal);
	r->seal = xstrndup(n.p, n.len);
	r->sealed_at = us;
	r->signature = json_kind(json_member(seal, "signature")) == '"';
}

static int
line(struct report *r, struct view *v, const struct input *in)
{
	struct json verified;

	(void)v;
	r->lines[in->kind]++;
	switch (in->kind) {
	case INPUT_EVENT: take_event(r, in); break;
	case INPUT_SEAL: take_seal(r, in->line); break;
	case INPUT_VERIFY:
		if ((verified = json_member(in->line, "verified")).p != NULL) {
			free(r->verified);
			r->verified = xstrndup(verified.p, verified.len);
		}
		break;
	default: break;
	}
	return 0;
}

static void
put(struct view *v, const char *name, struct cell value)
{
	struct cell row[2] = { cell_text(name), value };

	view_row(v, row);
}

/* A number beside words: at the left, as they are */
static void
put_count(struct view *v, const char *name, uint64_t n, enum cell_tone tone)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, n);
	put(v, name, cell_toned(cell_text(text), tone));
}

/* free() it. */
static char *
of_seals(const struct report *r)
{
	if (r->seal == NULL)
		return xstrdup("no seal is in the input; audit-seal list "
			       "prints them");
	if (*r->last == '\0')
		return xasprintf("seal %s", r->seal);
	return xasprintf("seal %s, %s; %s", r->seal,
	    r->signature ? "signed" : "not signed",
	    strcmp(r->last, r->sealed) <= 0
		? "the last event is not later than its last one"
		: "the last events are later than its last one: they are not "
		  "sealed yet");
}

static const char *
of_verify(const struct report *r)
{
	if (r->verified == NULL)
		return "not in the input; audit-seal verify -f json says it";
	return strcmp(r->verified, "true") == 0
	    ? "audit-seal verify found nothing wrong"
	    : "audit-seal verify found the trail altered";
}

static void
put_alerts(const struct report *r, struct view *v)
{
	uint64_t n = r->lines[INPUT_ALERT];

	if (n > 0)
		put_count(v, "Alerts", n, TONE_NONE);
	else
		put(v, "Alerts",
		    cell_text("none in the input; audit-watch --pass prints "
			      "them"));
}

static void
put_limits(const struct report *r, struct view *v)
{
	put_count(v, "Lines not understood", r->job->bad,
	    r->job->bad > 0 ? TONE_WARN : TONE_NONE);
	put_count(v, "Values cut for their length", v->cut,
	    v->cut > 0 ? TONE_WARN : TONE_NONE);
	if (r->job->page)
		put_count(v, "Rows not on this page", v->left_out,
		    v->left_out > 0 ? TONE_WARN : TONE_NONE);
}

static int
end(struct report *r, struct view *v)
{
	static const struct view_column columns[] = {
		{ "What", 28, FIND_TEXT },
		{ "Of this report", 60, FIND_TEXT },
	};
	char *seals = of_seals(r);
	uint64_t events = r->lines[INPUT_EVENT], others = 0;
	size_t i;

	for (i = 0; i < INPUT_KINDS; i++)
		others += i == INPUT_EVENT ? 0 : r->lines[i];
	view_part(v, "About");
	view_table(v, VIEW_SHORT, NULL, columns, 2);
	if (r->job->note != NULL)
		put(v, "Asked for", cell_text(r->job->note));
	put(v, "Made at",
	    cell_time(((int64_t)time(NULL) - MOMENT_EPOCH) * 1000000));
	put(v, "Made by", cell_text("audit-export " AUDIT_VERSION));
	put(v, "Times are those of", cell_text(r->job->zone));
	put_count(v, "Events", events, TONE_NONE);
	put_count(v, "Other lines", others, TONE_NONE);
	if (events > 0) {
		put(v, "First event at", cell_time(r->from));
		put(v, "Last event at", cell_time(r->to));
		put(v, "First event", cell_text(r->first));
		put(v, "Last event", cell_text(r->last));
	}
	put(v, "Sealed by", cell_text(seals));
	if (r->seal != NULL)
		put(v, "Sealed at", cell_time(r->sealed_at));
	put(v, "Verified", cell_text(of_verify(r)));
	put_alerts(r, v);
	put_limits(r, v);
	view_table_end(v);
	free(seals);
	return 0;
}

static void
free_report(struct report *r)
{
	if (r == NULL)
		return;
	free(r->seal);
	free(r->verified);
	free(r);
}

const struct report_ops report_about = {
	.name = "about",
	.new = new,
	.line = line,
	.end = end,
	.free = free_report,
};
