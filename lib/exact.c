/* exact - JSON for parsers that keep every number as a double */

#include "exact.h"

#include <stdlib.h>
#include <string.h>

/* 1.8e308 written out has 309 digits, 5e-324 has 326 characters; more cannot
 * be a double's own digits */
#define LONGEST 400

/* 0.DIGITS times ten to the power of point, without zeros at either end */
struct decimal {
	char digits[LONGEST];
	int ndigits, point;
};

static bool
is_number(char c)
{
	return c != '\0' && strchr("+-.0123456789eE", c) != NULL;
}

static void
read_decimal(struct decimal *d, const char *s)
{
	bool fraction = false;

	d->ndigits = d->point = 0;
	for (; *s != '\0' && *s != 'e' && *s != 'E'; s++) {
		if (*s == '.')
			fraction = true;
		if (*s < '0' || *s > '9')
			continue;
		if (*s != '0' || d->ndigits > 0) {
			d->digits[d->ndigits++] = *s;
			d->point += !fraction;
		} else
			d->point -= fraction;
	}
	if (*s != '\0')
		d->point += (int)strtol(s + 1, NULL, 10);
	while (d->ndigits > 0 && d->digits[d->ndigits - 1] == '0')
		d->ndigits--;
	if (d->ndigits == 0)
		d->point = 0;
}

static bool
same_decimal(const char *a, const char *b)
{
	struct decimal x, y;

	read_decimal(&x, a);
	read_decimal(&y, b);
	return x.point == y.point && x.ndigits == y.ndigits &&
	    memcmp(x.digits, y.digits, (size_t)x.ndigits) == 0;
}

/* Up to 15 digits always come back; else try how few tell it. */
static bool
comes_back(const char *text)
{
	char shortest[40];
	double value = strtod(text, NULL);
	int precision;

	for (precision = 15; precision <= 17; precision++) {
		snprintf(shortest, sizeof(shortest), "%.*e", precision - 1,
		    value);
		if (strtod(shortest, NULL) == value)
			break;
	}
	return same_decimal(text, shortest);
}

bool
exact_holds(const char *number, size_t len)
{
	char text[LONGEST];

	if (len == 0 || len >= sizeof(text))
		return false;
	memcpy(text, number, len);
	text[len] = '\0';
	/* a scale, or an exponent, is not given back as it was */
	if (memchr(text, 'e', len) != NULL || memchr(text, 'E', len) != NULL ||
	    (memchr(text, '.', len) != NULL && text[len - 1] == '0'))
		return false;
	return len <= 15 || comes_back(text);
}

/* The end of the string that begins at p */
static const char *
skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

void
exact_write(FILE *fp, const char *json, size_t len)
{
	const char *p = json, *done = json, *end = json + len, *number;

	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			continue;
		}
		if (*p != '-' && (*p < '0' || *p > '9')) {
			p++;
			continue;
		}
		for (number = p; p < end && is_number(*p); p++)
			;
		if (exact_holds(number, (size_t)(p - number)))
			continue;
		fwrite_unlocked(done, 1, (size_t)(number - done), fp);
		fprintf(fp, "\"%.*s\"", (int)(p - number), number);
		done = p;
	}
	fwrite_unlocked(done, 1, (size_t)(end - done), fp);
}
