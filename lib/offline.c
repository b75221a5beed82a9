/* offline - verify what export wrote, without a database */

#include "offline.h"

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "evidence.h"
#include "hex.h"
#include "line.h"
#include "pack.h"
#include "progress.h"

struct offline {
	struct checker_begin *begin;
	struct findings *findings;
	struct checker *checker; /* NULL: the head has not come yet */
	struct evidence *evidence;
	struct buf bytes;
	char *state;
	uint64_t first, last, seen; /* the head's word, and the last seal */
	bool any;
	uint64_t lines;
	bool begun; /* what comes now is no act any more */
};

static bool
get(struct json object, const char *key, struct json *value)
{
	const struct json quoted = { key, strlen(key) };

	return json_get(object, quoted, value);
}

/* A number without sign, fraction or exponent */
static bool
read_number(struct json j, uint64_t *n)
{
	size_t i;

	*n = 0;
	for (i = 0; i < j.len && i < 19; i++) {
		if (j.p[i] < '0' || j.p[i] > '9')
			return false;
		*n = *n * 10 + (uint64_t)(j.p[i] - '0');
	}
	return j.len > 0 && i == j.len;
}

static bool
get_number(struct json object, const char *key, uint64_t *n)
{
	struct json value;

	return get(object, key, &value) && read_number(value, n);
}

static bool
is_true(struct json object, const char *key)
{
	struct json value;

	return get(object, key, &value) && json_kind(value) == 't';
}

/* What stands between the quotes of a string without escapes */
static bool
get_plain(struct json object, const char *key, struct json *value)
{
	if (!get(object, key, value) || json_kind(*value) != '"' ||
	    memchr(value->p, '\\', value->len) != NULL)
		return false;
	value->p++;
	value->len -= 2;
	return true;
}

/* The head */

static bool
read_seals(struct offline *o, struct json head)
{
	struct json_iter i;
	struct json seals, none, first, last;

	if (!get(head, "\"seals\"", &seals) || json_kind(seals) != '[')
		return false;
	json_begin(&i, seals);
	return json_next(&i, &none, &first) && read_number(first, &o->first) &&
	    json_next(&i, &none, &last) && read_number(last, &o->last);
}

static bool
read_border(struct merkle *m, uint64_t size, struct json head)
{
	struct json_iter i;
	struct json border, none, hash;
	size_t n = 0;

	if (!get(head, "\"border\"", &border) || json_kind(border) != '[')
		return false;
	m->size = size;
	json_begin(&i, border);
	while (json_next(&i, &none, &hash))
		if (n == merkle_borders(size) || hash.len < 2 ||
		    !hex_read(m->border[n++], DIGEST_LEN, hash.p + 1,
			hash.len - 2))
			return false;
	return n == merkle_borders(size);
}

static const char *
read_before(struct offline *o, struct json head)
{
	struct chain_begin *chain = &o->begin->chain;
	struct json before;
	const char *why;

	chain->first = o->first;
	if (o->first == 0)
		return NULL;
	if (!get(head, "\"before\"", &before) ||
	    !read_border(&chain->log, o->first, head))
		return "what stands before the first seal is not there";
	why = seal_read(&chain->before, before.p, before.len);
	if (why == NULL && chain->before.no + 1 != o->first)
		why = "another seal stands before the first one";
	return why;
}

static const char *
read_head(struct offline *o, struct json head)
{
	struct json trail, state;
	uint64_t version;
	const char *why;
	size_t len;

	if (!get_number(head, "\"evidence\"", &version))
		return "this is no evidence of audit-seal export";
	if (version != 1)
		return "evidence of a later version";
	if (!get_plain(head, "\"trail\"", &trail) ||
	    !hex_read_uuid(o->begin->chain.trail, trail.p, trail.len) ||
	    !read_seals(o, head))
		return "bad head";
	if ((why = read_before(o, head)) != NULL)
		return why;
	if (get(head, "\"state\"", &state) && json_kind(state) == '"')
		o->begin->state = o->state = json_text(state, &len);
	o->begin->leaves.pending = INT64_MAX;
	o->begin->leaves.partial = is_true(head, "\"partial\"");
	o->begin->leaves.restored = is_true(head, "\"unsealed\"");
	o->begin->leaves.archive = is_true(head, "\"archive\"");
	o->checker = checker_new(o->begin, o->findings);
	return NULL;
}

/* What follows */

static const char *
read_act(struct offline *o, struct json line)
{
	struct leaf_event ev;
	struct json act;
	const char *why;

	if (o->begun)
		return "an act that comes too late";
	if (!get(line, "\"act\"", &act))
		return "bad \"act\"";
	why = evidence_read(o->evidence, act, false, &ev);
	if (why == NULL)
		checker_act(o->checker, &ev);
	return why;
}

static const char *
read_seal(struct offline *o, struct json line)
{
	struct chain_row row = { .no = 0 };

	if (!get_number(line, "\"seal\"", &row.no))
		return "bad \"seal\"";
	o->any = true;
	o->seen = row.no;
	checker_seal(o->checker, &row, line.p, line.len);
	return NULL;
}

static const char *
read_state(struct offline *o, struct json line)
{
	struct json text;
	uint64_t no;
	size_t len;
	char *said;

	if (!get_number(line, "\"state\"", &no) ||
	    !get(line, "\"text\"", &text) || json_kind(text) != '"')
		return "bad \"state\"";
	said = json_text(text, &len);
	checker_state(o->checker, no, said, len);
	free(said);
	return NULL;
}

static const char *
read_stamp(struct offline *o, struct json line)
{
	struct json reply;
	uint64_t no;

	if (!get_number(line, "\"stamp\"", &no) ||
	    !get_plain(line, "\"reply\"", &reply) ||
	    !base64_read(&o->bytes, reply.p, reply.len))
		return "bad \"stamp\"";
	checker_stamp(o->checker, no, (const uint8_t *)o->bytes.p,
	    o->bytes.len);
	return NULL;
}

static const char *
read_leaves(struct offline *o, struct json line)
{
	struct leaves_row row = { .seal = 0 };
	struct json month, first, data;
	uint8_t id[16];
	uint64_t n;

	if (!get_number(line, "\"leaves\"", &row.seal) ||
	    !get_number(line, "\"n\"", &n) || n > INT32_MAX ||
	    !get_plain(line, "\"month\"", &month) ||
	    !get_plain(line, "\"first\"", &first) ||
	    !hex_read(id, sizeof(id), first.p, first.len) ||
	    !get_plain(line, "\"data\"", &data) ||
	    !base64_read(&o->bytes, data.p, data.len))
		return "bad \"leaves\"";
	snprintf(row.month, sizeof(row.month), "%.*s", (int)month.len, month.p);
	row.n = (int64_t)n;
	row.first = id;
	row.leaves = (const uint8_t *)o->bytes.p;
	row.len = o->bytes.len;
	checker_leaves(o->checker, &row);
	return NULL;
}

/* An event whose form is wrong is still the one of its id. */
static const char *
read_event(struct offline *o, struct json line)
{
	struct leaf_event ev;
	struct json id;
	const char *why = evidence_read(o->evidence, line, false, &ev);

	if (why != NULL) {
		if (!get_plain(line, "\"id\"", &id) ||
		    !hex_read_uuid(ev.id, id.p, id.len))
			return why;
		memset(&ev.text, 0, sizeof(ev.text));
		ev.key = ev.old = ev.new = ev.text[0];
		ev.parents = NULL;
		ev.redacted = ev.erased = ev.text[0];
	}
	checker_event(o->checker, &ev, why == NULL);
	return NULL;
}

static const struct {
	const char *key;
	const char *(*read)(struct offline *, struct json);
} lines[] = {
	{ "\"act\"", read_act },
	{ "\"id\"", read_event },
	{ "\"seal\"", read_seal },
	{ "\"leaves\"", read_leaves },
	{ "\"state\"", read_state },
	{ "\"stamp\"", read_stamp },
};

static const char *
read_line(struct offline *o, const char *text)
{
	struct json line, key, value;
	struct json_iter i;
	const char *why;
	size_t where, k;

	if ((why = json_parse(&line, text, strlen(text), &where)) != NULL)
		return why;
	if (o->checker == NULL)
		return read_head(o, line);
	json_begin(&i, line);
	/* the first key tells what it is */
	if (json_kind(line) != '{' || !json_next(&i, &key, &value))
		return "not an object";
	for (k = 0; k < sizeof(lines) / sizeof(*lines); k++)
		if (key.len == strlen(lines[k].key) &&
		    memcmp(key.p, lines[k].key, key.len) == 0) {
			o->begun = o->begun || k > 0;
			return lines[k].read(o, line);
		}
	return "no line of evidence";
}

/* A bad line may hide what it was: that it is bad is found. */
static enum tool_status
read_lines(struct offline *o, FILE *fp, const char *path)
{
	struct line *line = line_new(fp);
	const char *why = NULL;
	int got;

	while ((got = line_next(line)) != 0) {
		progress_at(++o->lines);
		why = got == -1 ? "not UTF-8" : read_line(o, line_text(line));
		if (why == NULL)
			continue;
		if (o->checker == NULL)
			break;
		finding_put(o->findings, "line", (struct finding_at){ NULL },
		    "line %zu: %s", line_number(line), why);
	}
	if (ferror(fp)) {
		warnx("%s: %s", path, pack_error(fp));
		line_free(line);
		return TOOL_FAILED;
	}
	if (o->checker == NULL)
		warnx("%s: %s", path, why != NULL ? why : "it is empty");
	line_free(line);
	return o->checker != NULL ? TOOL_OK : TOOL_MISUSE;
}

static enum tool_status
end(struct offline *o)
{
	if (!o->any || o->seen < o->last)
		finding_put(o->findings, "truncated", FINDING_SEAL(o->last),
		    "the evidence says that it goes to seal %" PRIu64
		    ", which is not in it",
		    o->last);
	return checker_end(o->checker);
}

enum tool_status
offline_read(FILE *fp, const char *name, struct checker_begin *begin,
    struct findings *findings, bool quiet)
{
	struct offline o = { .begin = begin, .findings = findings };
	enum tool_status status;

	o.evidence = evidence_new();
	progress_start("verify", 0, quiet);
	status = read_lines(&o, fp, name);
	progress_hide();
	if (status == TOOL_OK)
		status = end(&o);
	if (o.checker == NULL) {
		anchor_free(&begin->chain.anchors);
		seal_free(&begin->chain.before);
	}
	checker_free(o.checker);
	evidence_free(o.evidence);
	buf_free(&o.bytes);
	free(o.state);
	return status;
}

enum tool_status
offline_verify(const char *path, struct checker_begin *begin,
    struct findings *findings, bool quiet)
{
	FILE *fp = pack_read(path);
	enum tool_status status;

	if (fp == NULL) {
		warn("%s", path);
		anchor_free(&begin->chain.anchors);
		return TOOL_MISUSE;
	}
	status = offline_read(fp, path, begin, findings, quiet);
	pack_close(fp);
	return status;
}
