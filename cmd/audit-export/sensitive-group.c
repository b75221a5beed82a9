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

/* The column that a key begins with: three parts of it */
static void
column_of(struct brief *b, const char **p, const char *end)
{
	struct json schema = brief_next(p, end), table = brief_next(p, end);
	struct json column = brief_next(p, end);

	brief_table_of(b, schema, table);
	brief_add(b, ".", 1);
	brief_add(b, column.p, column.len);
}

/* A row of what has been added up */
static void
put_group(struct sensitive *s)
{
	const char *p = s->group.p, *end = p + s->group.len;
	struct cell c[C_NUMBER] = { 0 };
	const struct did *d = &s->sum;
	struct brief b[3];

	column_of(&b[0], &p, end);
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
	struct brief b;

	if (++s->nnames > SENSITIVE_NAMES)
		return;
	if (s->nnames > 1)
		buf_put(&s->names, ", ", 2);
	column_of(&b, &p, end);
	buf_put(&s->names, b.s, b.len);
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
