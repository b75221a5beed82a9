/* config-read - the user's file, and what is wrong with it */

#include <stdlib.h>
#include <string.h>

#include "config-read.h"
#include "mem.h"

char *
config_wrong(const struct reading *r, struct json what, const char *more)
{
	return document_wrong(r->document, what, more);
}

/* "unknown; there are a, b, c", the names first, then the numbers' */
static char *
unknown(const struct reading *r, struct json key, const struct member *m,
    size_t n, const struct known *known)
{
	char *more, *message;
	size_t len, i;
	FILE *fp = xmemstream(&more, &len);

	fputs("unknown; there are ", fp);
	for (i = 0; i < n; i++)
		fprintf(fp, "%s%s", i == 0 ? "" : ", ", m[i].name);
	for (i = 0; known != NULL && i < CONFIG_NUMBERS; i++)
		if (known->numbers[i].name != NULL)
			fprintf(fp, ", %s", known->numbers[i].name);
	for (i = 0; known == NULL && r->top && i < PATTERNS; i++)
		fprintf(fp, ", %s", config_known[i].name);
	xclose(fp);
	message = config_wrong(r, key, more);
	free(more);
	return message;
}

/* Whether an earlier key is the same */
static bool
is_twice(struct json object, struct json key)
{
	struct json_iter i;
	struct json k, v;

	json_begin(&i, object);
	while (json_next(&i, &k, &v) && k.p != key.p)
		if (json_same(k, key))
			return true;
	return false;
}

static char *
read_number(struct reading *r, const struct number *n, struct json v,
    int64_t *value)
{
	char text[12];

	if (n->kind == NUMBER_SPAN)
		return config_span(r, v, value);
	if (json_kind(v) != '0' || v.len > 9 ||
	    strspn(v.p, "0123456789") < v.len)
		return config_wrong(r, v,
		    "no number: it is 0 or more, up to nine digits");
	memcpy(text, v.p, v.len);
	text[v.len] = '\0';
	*value = strtoll(text, NULL, 10);
	return NULL;
}

/* A pattern's own numbers: -1 if it has none of this name */
static int
number_of(const struct known *known, struct json key)
{
	int i;

	for (i = 0; i < CONFIG_NUMBERS; i++)
		if (known->numbers[i].name != NULL &&
		    json_says(key, known->numbers[i].name))
			return i;
	return -1;
}

char *
config_members(struct reading *r, struct json object, const struct member *m,
    size_t n, const struct known *known)
{
	struct json_iter i;
	struct json key, value;
	char *error = NULL;
	size_t j;
	int at;

	if (json_kind(object) != '{')
		return config_wrong(r, object, "no JSON object");
	json_begin(&i, object);
	while (error == NULL && json_next(&i, &key, &value)) {
		if (is_twice(object, key))
			return config_wrong(r, key, "it is there twice");
		for (j = 0; j < n && !json_says(key, m[j].name); j++)
			;
		if (j < n)
			error = m[j].read(r, value, m[j].to);
		else if (known != NULL && (at = number_of(known, key)) != -1)
			error = read_number(r, &known->numbers[at], value,
			    &r->config->p[known - config_known].v[at]);
		else if (r->top && known == NULL &&
		    (at = config_pattern_of(key)) != -1)
			error = config_pattern(r, value, (enum pattern)at);
		else
			error = unknown(r, key, m, n, known);
	}
	return error;
}

char *
config_read(struct config *c, FILE *fp)
{
	struct document d = { NULL };
	struct reading r = { .document = &d, .config = c };
	char *error = document_read(&d, fp, "a configuration");

	if (error == NULL)
		error = config_whole(&r, d.whole);
	document_free(&d);
	return error;
}
