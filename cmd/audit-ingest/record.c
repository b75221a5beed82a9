/* record - one record of the server's log, from jsonlog or csvlog */

#include "record.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "reader-state.h"
#include "utf8.h"

#define HEAD 24 /* bytes that tell the form */

struct reader *
reader_new(enum record_form form)
{
	struct reader *r = xcalloc(1, sizeof(*r));

	r->given = r->form = form;
	return r;
}

void
reader_free(struct reader *r)
{
	if (r == NULL)
		return;
	buf_free(&r->clean);
	buf_free(&r->memory);
	free(r);
}

void
reader_begin(struct reader *r)
{
	r->form = r->given;
	r->seen = 0;
	r->quoted = false;
}

/* The form of what begins here. Where a statement of many lines was cut, any
 * text may be here; but in csvlog it has no single quote, and in jsonlog no
 * line's end. */
static enum record_form
form(const char *p, size_t len)
{
	static const char date[] = "dddd-dd-dd dd:dd:dd";
	size_t i;

	if (len > 2 && p[0] == '{' && p[1] == '"' && p[2] != '"')
		return RECORD_JSON;
	if (len < sizeof(date))
		return RECORD_UNKNOWN;
	for (i = 0; i < sizeof(date) - 1; i++)
		if (date[i] == 'd' ? !isdigit((unsigned char)p[i])
				   : p[i] != date[i])
			return RECORD_UNKNOWN;
	return RECORD_CSV;
}

size_t
reader_split(struct reader *r, const char *p, size_t len)
{
	const char *end;

	if (len == 0)
		return 0;
	if (r->form == RECORD_UNKNOWN && r->seen == 0)
		r->form = form(p, len);
	if (r->form == RECORD_CSV)
		return csv_split(r, p, len);
	if (r->form == RECORD_UNKNOWN && len < HEAD &&
	    memchr(p, '\n', len) == NULL)
		return 0;
	end = memchr(p + r->seen, '\n', len - r->seen);
	r->seen = end == NULL ? len : 0;
	return end == NULL ? 0 : (size_t)(end - p) + 1;
}

/* What is no UTF-8, as a server has it whose databases are SQL_ASCII or LATIN1,
 * and what jsonb cannot hold. */
static void
clean(struct buf *buf, const char *p, size_t len)
{
	const char *end = p + len, *from = p;
	size_t n;

	buf_reset(buf);
	while (p < end) {
		n = *p == '\0' ? 0 : utf8_length(p, (size_t)(end - p));
		if (n > 0) {
			p += n;
			continue;
		}
		buf_put(buf, from, (size_t)(p - from));
		buf_put(buf, "\xef\xbf\xbd", 3);
		from = ++p;
	}
	buf_put(buf, from, (size_t)(p - from));
}

static bool
is_text(const char *p, size_t len)
{
	const char *end = p + len;
	uint64_t w;
	size_t n;

	while (p < end) {
		if (end - p >= 8) {
			memcpy(&w, p, sizeof(w));
			/* a top bit, or a byte that is zero */
			if (((w | (w - 0x0101010101010101)) &
				0x8080808080808080) == 0) {
				p += 8;
				continue;
			}
		}
		n = *p == '\0' ? 0 : utf8_length(p, (size_t)(end - p));
		if (n == 0)
			return false;
		p += n;
	}
	return true;
}

static bool
number(uint64_t *n, struct text t)
{
	size_t i;

	if (t.p == NULL || t.len == 0 || t.len > 18)
		return false;
	for (*n = 0, i = 0; i < t.len; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return false;
		*n = *n * 10 + (uint64_t)(t.p[i] - '0');
	}
	return *n > 0;
}

static const char *
make(struct reader *r, struct record *rec, const struct text v[static FIELDS])
{
	rec->session = v[F_SESSION];
	if (!log_session_start(&rec->started, v[F_SESSION]))
		return "not a record of the log: its session_id is none";
	if (!number(&rec->line, v[F_LINE]))
		return "not a record of the log: its line_num is none";
	if (!log_time(&r->zones, &rec->at, v[F_TIME], v[F_START], rec->started))
		return "not a record of the log: its time is none";
	rec->user = v[F_USER];
	rec->database = v[F_DATABASE];
	rec->host = v[F_FROM];
	rec->app = v[F_APP];
	rec->backend = v[F_BACKEND];
	rec->ps = v[F_PS];
	rec->severity = v[F_SEVERITY];
	rec->state = v[F_STATE];
	if (rec->state.len == 5 && memcmp(rec->state.p, "00000", 5) == 0)
		rec->state = (struct text){ NULL, 0 };
	rec->message = v[F_MESSAGE];
	rec->detail = v[F_DETAIL];
	rec->statement = v[F_STATEMENT];
	rec->context = v[F_CONTEXT];
	return NULL;
}

const char *
reader_read(struct reader *r, struct record *rec, const char *p, size_t len)
{
	struct text v[FIELDS] = { 0 };
	const char *wrong;
	int i;

	memset(rec, 0, sizeof(*rec));
	while (len > 0 && (p[len - 1] == '\n' || p[len - 1] == '\r'))
		len--;
	if (!is_text(p, len)) {
		clean(&r->clean, p, len);
		p = r->clean.p;
		len = r->clean.len;
	}
	/* what is written otherwise never gets longer: it does not move */
	buf_reset(&r->memory);
	if (r->memory.size < len) {
		free(r->memory.p);
		r->memory.p = xmalloc(len);
		r->memory.size = len;
	}
	switch (r->form != RECORD_UNKNOWN ? r->form : form(p, len)) {
	case RECORD_JSON: wrong = json_fields(r, v, p, len); break;
	case RECORD_CSV: wrong = csv_fields(r, v, p, len); break;
	default: return "not a record of jsonlog or csvlog";
	}
	for (i = 0; i < FIELDS; i++)
		if (v[i].len == 0)
			v[i].p = NULL; /* the forms differ in nothing else */
	return wrong != NULL ? wrong : make(r, rec, v);
}
