/* hints - client hints: what a browser says besides its user agent */

#include "hints.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "mem.h"
#include "utf8.h"

#define LONGEST 128 /* bytes of a text that are kept */

struct reading {
	struct hints *hints;
	char *brands[2], *versions[2]; /* in short, and as they are in full */
};

static char *
copy(const char *s, size_t len)
{
	struct buf buf = { NULL, 0, 0 };

	utf8_clean(&buf, s, len, LONGEST);
	buf_byte(&buf, '\0');
	return buf.p;
}

/* The string that begins with the quote at *p, and what is behind it */
static char *
quoted(const char **p)
{
	struct buf buf = { NULL, 0, 0 };
	const char *s = *p + 1;
	char *text;

	for (; *s != '"' && *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0')
			s++;
		buf_byte(&buf, *s);
	}
	*p = s + (*s != '\0');
	text = copy(buf.p == NULL ? "" : buf.p, buf.len);
	buf_free(&buf);
	return text;
}

/* A text, in quotes or as it is; NULL if it is empty or not said */
static char *
text_of(struct json value)
{
	const char *p;
	char *text, *said;
	size_t len;

	if (json_kind(value) != '"')
		return NULL;
	text = json_text(value, &len);
	p = text + strspn(text, " ");
	said = *p == '"' ? quoted(&p) : copy(p, strlen(p));
	free(text);
	if (*said == '\0') {
		free(said);
		return NULL;
	}
	return said;
}

static void
set(char **to, char *text)
{
	if (text == NULL)
		return;
	free(*to);
	*to = text;
}

static void
take_platform(struct reading *r, struct json value)
{
	set(&r->hints->platform, text_of(value));
}

static void
take_platform_version(struct reading *r, struct json value)
{
	set(&r->hints->platform_version, text_of(value));
}

static void
take_model(struct reading *r, struct json value)
{
	set(&r->hints->model, text_of(value));
}

static void
take_mobile(struct reading *r, struct json value)
{
	if (json_kind(value) == 't' || json_says(value, "?1"))
		r->hints->mobile = 1;
	else if (json_kind(value) == 'f' || json_says(value, "?0"))
		r->hints->mobile = 0;
}

static void
take_form(struct reading *r, struct json value)
{
	struct json_iter i;
	struct json key, one;

	json_begin(&i, value);
	if (json_next(&i, &key, &one))
		value = one;
	set(&r->hints->form, text_of(value));
}

/* Browsers name themselves, what they are built from and, to keep servers from
 * relying on the list's order, something like "Not A;Brand". */
static void
take_brand(struct reading *r, bool full, char *brand, char *version)
{
	const char *greased = strstr(brand, "Not");
	char *known = r->brands[full];

	if ((greased != NULL && strstr(greased, "Brand") != NULL) ||
	    *brand == '\0' ||
	    (known != NULL && strcmp(known, "Chromium") != 0)) {
		free(brand);
		free(version);
		return;
	}
	free(known);
	free(r->versions[full]);
	r->brands[full] = brand;
	r->versions[full] = version;
}

/* "Chromium";v="124", "Google Chrome";v="124" */
static void
take_brand_text(struct reading *r, bool full, struct json value)
{
	const char *p;
	char *text, *brand, *version;
	size_t len;

	text = json_text(value, &len);
	for (p = text; (p = strchr(p, '"')) != NULL;) {
		brand = quoted(&p);
		version = NULL;
		if (strncmp(p, ";v=\"", 4) == 0) {
			p += 3;
			version = quoted(&p);
		}
		take_brand(r, full, brand, version);
	}
	free(text);
}

/* [{"brand": "Chromium", "version": "124"}, ...] */
static void
take_brands(struct reading *r, bool full, struct json value)
{
	struct json_iter i, j;
	struct json key, one, said;
	char *brand, *version;

	if (json_kind(value) == '"')
		take_brand_text(r, full, value);
	if (json_kind(value) != '[')
		return;
	json_begin(&i, value);
	while (json_next(&i, &key, &one)) {
		brand = version = NULL;
		json_begin(&j, one);
		while (json_next(&j, &key, &said))
			if (json_says(key, "brand"))
				set(&brand, text_of(said));
			else if (json_says(key, "version"))
				set(&version, text_of(said));
		if (brand != NULL)
			take_brand(r, full, brand, version);
		else
			free(version);
	}
}

static void
take_short(struct reading *r, struct json value)
{
	take_brands(r, false, value);
}

static void
take_full(struct reading *r, struct json value)
{
	take_brands(r, true, value);
}

static const struct {
	const char *http, *script;
	void (*take)(struct reading *, struct json);
} names[] = {
	{ "Sec-CH-UA", "brands", take_short },
	{ "Sec-CH-UA-Full-Version-List", "fullVersionList", take_full },
	{ "Sec-CH-UA-Platform", "platform", take_platform },
	{ "Sec-CH-UA-Platform-Version", "platformVersion",
	    take_platform_version },
	{ "Sec-CH-UA-Mobile", "mobile", take_mobile },
	{ "Sec-CH-UA-Model", "model", take_model },
	{ "Sec-CH-UA-Form-Factors", "formFactors", take_form },
};

static void
take(struct reading *r, struct json key, struct json value)
{
	char *name;
	size_t i, len;

	name = json_text(key, &len);
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcasecmp(name, names[i].http) == 0 ||
		    strcasecmp(name, names[i].script) == 0)
			names[i].take(r, value);
	free(name);
}

void
hints_read(struct hints *h, const char *text)
{
	struct reading r = { .hints = h };
	struct json whole, key, value;
	struct json_iter i;
	size_t where;
	bool full;

	*h = (struct hints){ .mobile = -1 };
	if (text == NULL ||
	    json_parse(&whole, text, strlen(text), &where) != NULL ||
	    json_kind(whole) != '{')
		return;
	json_begin(&i, whole);
	while (json_next(&i, &key, &value))
		take(&r, key, value);
	full = r.brands[true] != NULL;
	h->brand = r.brands[full];
	h->version = r.versions[full];
	free(r.brands[!full]);
	free(r.versions[!full]);
}

void
hints_free(struct hints *h)
{
	free(h->brand);
	free(h->version);
	free(h->platform);
	free(h->platform_version);
	free(h->model);
	free(h->form);
}
