/* secret - which columns are sensitive */

#include "secret.h"

#include <stdlib.h>
#include <string.h>

#include "brief.h"
#include "buf.h"
#include "mem.h"
#include "tally.h"

#define MEMORY (1U << 20) /* of the masked ones */
#define KNOWN 4096	  /* answers that are remembered; a power of two */
#define PATTERNS 100	  /* of rules */

struct known {
	uint64_t hash;
	bool valid, sensitive;
};

struct secrets {
	bool given;	       /* by --sensitive */
	bool masks;	       /* events show some as masked */
	struct words patterns; /* these, or the columns that rules mask */
	bool *used;	       /* of each given one: something fits it */
	struct tally *masked;  /* the keys of these */
	struct json next;      /* of them */
	int got;	       /* whether there is one; -1 failed */
	bool ended;
	struct known known[KNOWN];
	uint64_t seed;
	struct buf key, name;
};

struct secrets *
secrets_new(const struct job *job)
{
	struct secrets *s = xcalloc(1, sizeof(*s));
	int i;

	s->given = job->sensitive.n > 0;
	for (i = 0; i < job->sensitive.n; i++)
		words_add(&s->patterns, job->sensitive.v[i]);
	s->used = xcalloc((size_t)s->patterns.n + 1, sizeof(*s->used));
	s->masked = tally_new(1, NULL, MEMORY);
	arc4random_buf(&s->seed, sizeof(s->seed));
	return s;
}

void
secrets_free(struct secrets *s)
{
	if (s == NULL)
		return;
	words_free(&s->patterns);
	free(s->used);
	tally_free(s->masked);
	buf_free(&s->key);
	buf_free(&s->name);
	free(s);
}

bool
secrets_given(const struct secrets *s)
{
	return s->given;
}

const char *
secrets_error(const struct secrets *s)
{
	return tally_error(s->masked);
}

/* Whether a text fits a pattern in which * stands for anything. */
static bool
fits(const char *p, const char *s, const char *end)
{
	const char *star = NULL, *again = NULL;

	for (;;) {
		if (*p == '*') {
			star = ++p;
			again = s;
		} else if (s == end && *p == '\0')
			return true;
		else if (s < end && *p == *s && *p != '\0') {
			p++;
			s++;
		} else if (star != NULL && again < end) {
			p = star;
			s = ++again;
		} else
			return false;
	}
}

/* Of a key that begins with schema, table and column: whether a pattern names
 * it, with its schema or without. */
static bool
is_named(struct secrets *s, const char *key, size_t len)
{
	const char *p = key, *end = key + len, *full, *last;
	struct json schema = brief_next(&p, end), part;
	bool found = false;
	int i, n;

	buf_reset(&s->name);
	buf_put(&s->name, schema.p, schema.len);
	for (n = 0; n < 2; n++) {
		part = brief_next(&p, end);
		buf_byte(&s->name, '.');
		buf_put(&s->name, part.p, part.len);
	}
	full = s->name.p;
	last = full + s->name.len;
	for (i = 0; i < s->patterns.n; i++)
		if (fits(s->patterns.v[i], full, last) ||
		    fits(s->patterns.v[i], full + schema.len + 1, last))
			found = s->used[s->given ? i : 0] = true;
	return found;
}

/* What is known of a table's column, both as the line has them */
static struct known *
known_of(struct secrets *s, const struct event *e, struct json field)
{
	const struct json parts[] = { e->v[E_SCHEMA], e->v[E_TABLE], field };
	uint64_t h = s->seed;
	struct known *k;
	size_t i, j;

	for (i = 0; i < 3; i++) {
		for (j = 0; j < parts[i].len; j++)
			h = (h ^ (unsigned char)parts[i].p[j]) *
			    UINT64_C(0x100000001b3);
		h = (h ^ 256) * UINT64_C(0x100000001b3);
	}
	h ^= h >> 29;
	k = &s->known[h & (KNOWN - 1)];
	if (!k->valid || k->hash != h)
		*k = (struct known){ .hash = h };
	return k;
}

/* The key of a column: its schema, table and name */
static void
put_column(struct secrets *s, const struct event *e, struct json field)
{
	buf_reset(&s->key);
	brief_part_table(&s->key, e);
	brief_part(&s->key, field);
}

bool
secrets_named(struct secrets *s, const struct event *e, struct json field)
{
	struct known *k;

	if (s->patterns.n == 0 && !s->masks)
		return false;
	k = known_of(s, e, field);
	if (!k->valid) {
		put_column(s, e, field);
		k->sensitive = is_named(s, s->key.p, s->key.len);
		k->valid = true;
	}
	return k->sensitive;
}

int
secrets_mask(struct secrets *s, const struct event *e, struct json field)
{
	struct known *k = known_of(s, e, field);

	if (k->valid && k->sensitive)
		return 0;
	k->valid = k->sensitive = true;
	s->masks = true;
	put_column(s, e, field);
	return tally_at(s->masked, s->key.p, s->key.len) == NULL ? -1 : 0;
}

/* A rule says what it masks: an array of columns, of a table or several. */
void
secrets_rule(struct secrets *s, struct json rule)
{
	struct json mask = json_member(rule, "mask"), none, column, table;
	struct json tables = json_member(rule, "table");
	struct json_iter i, t;
	struct brief b;
	size_t n;

	if (s->given || json_kind(mask) != '[')
		return;
	json_begin(&i, mask);
	while (json_next(&i, &none, &column) && s->patterns.n < PATTERNS) {
		table = tables;
		json_begin(&t, tables);
		if (json_kind(tables) == '[' && !json_next(&t, &none, &table))
			continue;
		do {
			brief_json(&b, table);
			brief_add(&b, ".", 1);
			brief_add_json(&b, column);
			for (n = 0; n < b.len; n++)
				while (b.s[n] == '"') /* as SQL quotes names */
					memmove(b.s + n, b.s + n + 1,
					    b.len-- - n);
			words_add(&s->patterns, b.s);
		} while (json_kind(tables) == '[' && s->patterns.n < PATTERNS &&
		    json_next(&t, &none, &table));
	}
	memset(s->known, 0, sizeof(s->known));
}

/* Go on to the next one that is masked, if there is one. */
static void
go_on(struct secrets *s)
{
	const void *nothing;

	s->got = tally_next(s->masked, &s->next.p, &s->next.len, &nothing);
}

static int
compare(struct json a, struct json b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = memcmp(a.p, b.p, n);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

int
secrets_has(struct secrets *s, struct json key)
{
	if (!s->ended)
		go_on(s);
	s->ended = true;
	while (s->got == 1 && compare(s->next, key) < 0)
		go_on(s);
	if (s->got == -1)
		return -1;
	return (s->got == 1 && compare(s->next, key) == 0) ||
	    is_named(s, key.p, key.len);
}

const char *
secrets_unused(const struct secrets *s, int *i)
{
	for (; s->given && *i < s->patterns.n; ++*i)
		if (!s->used[*i])
			return s->patterns.v[(*i)++];
	return NULL;
}
