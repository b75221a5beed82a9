/* config-read - the user's file, and what is wrong with it */

#include <stdlib.h>
#include <string.h>

#include "config-read.h"
#include "mem.h"
#include "safe.h"
#include "utf8.h"

#define MOST 65536 /* bytes of a file; all defaults have 5000 */
#define SEEN 60	   /* bytes of it that a message shows */

static size_t
line_of(const struct reading *r, const char *p)
{
	size_t line = 1;

	while (p > r->text)
		if (*--p == '\n')
			line++;
	return line;
}

char *
config_wrong(const struct reading *r, struct json what, const char *more)
{
	size_t len = what.len > SEEN ? SEEN : what.len;
	char *words, *safe, *message;

	while (len < what.len && len > 0 &&
	    ((unsigned char)what.p[len] & 0xc0) == 0x80)
		len--;
	words = xstrndup(what.p, len);
	safe = safe_text(words, false);
	message = xasprintf("line %zu: %s%s: %s", line_of(r, what.p), safe,
	    len < what.len ? "..." : "", more);
	free(words);
	free(safe);
	return message;
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

static char *
read_text(struct reading *r)
{
	struct json whole;
	const char *said;
	size_t i, n, where;

	for (i = 0; i < r->len; i += n)
		if ((n = utf8_length(r->text + i, r->len - i)) == 0)
			return xasprintf("line %zu: no UTF-8",
			    line_of(r, r->text + i));
	if ((said = json_parse(&whole, r->text, r->len, &where)) != NULL)
		return xasprintf("line %zu: %s", line_of(r, r->text + where),
		    said);
	if (json_kind(whole) != '{')
		return xstrdup("line 1: no JSON object");
	return config_whole(r, whole);
}

char *
config_read(struct config *c, FILE *fp)
{
	char *text = xcalloc(1, MOST + 2), *error;
	size_t len = fread(text, 1, MOST + 1, fp);
	struct reading r = { .text = text, .len = len, .config = c };

	if (ferror(fp) || len > MOST)
		error = xstrdup(len > MOST ? "too long for a configuration"
					   : "cannot be read");
	else
		error = read_text(&r);
	free(text);
	return error;
}
