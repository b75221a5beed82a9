/* sensitive-group - add up what each one did to each sensitive column */

#include "sensitive-state.h"

void
sensitive_add(void *sum, const void *more)
{
	struct did *a = sum;
	const struct did *b = more;

	span_add(&a->span, &b->span);
	a->reads += b->reads;
}

/* A row of what has been added up */
static void
put_group(struct sensitive *s)
{
	const char *p = s->group.p, *end = p + s->group.len;
	struct json schema = brief_next(&p, end), table = brief_next(&p, end);
	struct json column = brief_next(&p, end);
	struct cell c[C_NUMBER] = { 0 };
	const struct did *d = &s->sum;
	struct brief b[3];

	brief_table_of(&b[0], schema, table);
	brief_add(&b[0], ".", 1);
	brief_add(&b[0], column.p, column.len);
	c[C_COLUMN] = brief_cell(&b[0]);
	c[C_WHO] = brief_who_of(&b[1], brief_next(&p, end));
	if (d->reads > 0)
		c[C_READS] = cell_toned(cell_count(d->reads), TONE_READ);
	if (d->span.n > d->reads)
		c[C_CHANGES] =
		    cell_toned(cell_count(d->span.n - d->reads), TONE_UPDATE);
	c[C_FIRST] = cell_time(d->span.first);
	c[C_LAST] = cell_time(d->span.last);
	c[C_FROM] = few_cell(&s->addrs, &b[2]);
	kept_put(s->rows, (int64_t)d->span.n, c);
}

/* A column that is sensitive: its name, for the text */
static void
put_name(struct sensitive *s, struct json key)
{
	const char *p = key.p, *end = p + key.len;
	struct json part;
	int i;

	if (++s->nnames > SENSITIVE_NAMES)
		return;
	if (s->nnames > 1)
		buf_put(&s->names, ", ", 2);
	for (i = 0; i < 3; i++) {
		part = brief_next(&p, end);
		buf_put(&s->names, ".", i > 0);
		buf_put(&s->names, part.p, part.len);
	}
}

/* Another column, or somebody else */
static int
begin_group(struct sensitive *s, struct json column, struct json key)
{
	int has;

	if (s->group.len > 0 && s->counts)
		put_group(s);
	if (!brief_begins(&s->group, column)) {
		if ((has = secrets_has(s->secrets, column)) == -1)
			return -1;
		s->counts = has;
		if (has)
			put_name(s, column);
	}
	buf_reset(&s->group);
	buf_put(&s->group, key.p, key.len);
	s->sum = (struct did){ 0 };
	few_clear(&s->addrs, true);
	return 0;
}

static int
put_place(struct sensitive *s, const char *key, size_t len, const struct did *d)
{
	struct json group = brief_head(key, len, 4);
	const char *p = key + group.len;

	if (!brief_begins(&s->group, group) &&
	    begin_group(s, brief_head(key, len, 3), group) == -1)
		return -1;
	sensitive_add(&s->sum, d);
	few_add_addr(&s->addrs, brief_next(&p, key + len));
	return 0;
}

int
sensitive_add_up(struct sensitive *s)
{
	const void *counters;
	const char *key;
	size_t len;
	int got;

	while ((got = tally_next(s->did, &key, &len, &counters)) == 1)
		if (put_place(s, key, len, counters) == -1)
			return -1;
	if (got == 0 && s->group.len > 0 && s->counts)
		put_group(s);
	return got;
}
