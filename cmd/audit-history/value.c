/* value - values as COPY writes them, made what jsonb would write */

#include "value.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

void
text_grow(struct text *t, size_t len)
{
	while (len > t->size - t->len)
		t->size = t->size == 0 ? 1024 : t->size * 2;
	t->p = xreallocarray(t->p, t->size, 1);
}

char *
value_next(char **line)
{
	char *field = *line, *end;

	if (field == NULL)
		return NULL;
	end = strchrnul(field, '\t');
	*line = *end == '\0' ? NULL : end + 1;
	*end = '\0';
	return field[0] == '\\' && field[1] == 'N' && field[2] == '\0' ? NULL
								       : field;
}

/* The character that a letter after a backslash stands for */
static char
escaped(char c)
{
	static const char letters[] = "b\bf\fn\nr\rt\tv\v";
	const char *p;

	for (p = letters; *p != '\0'; p += 2)
		if (*p == c)
			return p[1];
	return c;
}

void
value_unescape(char *field)
{
	char *from = strchr(field, '\\'), *to = from;

	if (from == NULL)
		return;
	for (; *from != '\0'; from++) {
		if (*from == '\\' && from[1] != '\0')
			*to++ = escaped(*++from);
		else
			*to++ = *from;
	}
	*to = '\0';
}

/* A string's characters. COPY and JSON escape most controls alike; a backslash
 * too, so that what COPY escapes may stand as it is, but for \v. */
static void
put_string(struct text *t, const char *s)
{
	/* those that a string has as they are: not controls, ", \ */
	static bool plain[256];
	char code[8];
	size_t n;

	if (!plain['a'])
		for (n = ' '; n < sizeof(plain); n++)
			plain[n] = n != '"' && n != '\\';
	for (;;) {
		for (n = 0; plain[(unsigned char)s[n]]; n++)
			;
		text_put(t, s, n);
		s += n;
		if (*s == '\0')
			return;
		if (*s == '"')
			text_put(t, "\\\"", 2);
		else if (*s == '\\' && s[1] != 'v') {
			text_put(t, s, 2);
			s++;
		} else {
			s += *s == '\\';
			snprintf(code, sizeof(code), "\\u%04x",
			    (unsigned int)escaped(*s));
			text_put(t, code, 6);
		}
		s++;
	}
}

static void
put_text(struct text *t, const char *s)
{
	text_put(t, "\"", 1);
	put_string(t, s);
	text_put(t, "\"", 1);
}

/* A T between date and time, and minutes in the zone; infinity has neither. */
static void
put_time(struct text *t, char *s, bool zone)
{
	char *space = strchr(s, ' '), *end = NULL;

	if (space != NULL) {
		*space = 'T';
		end = strstr(space, "+00");
	}
	text_put(t, "\"", 1);
	if (zone && end != NULL) {
		text_put(t, s, (size_t)(end + 3 - s));
		text_put(t, ":00", 3);
		s = end + 3;
	}
	put_string(t, s);
	text_put(t, "\"", 1);
}

void
value_put(struct text *t, char kind, char *field)
{
	if (field == NULL) {
		text_put(t, "null", 4);
		return;
	}
	switch (kind) {
	case 'n':
		/* NaN and infinities are none in JSON */
		if (isdigit((unsigned char)field[field[0] == '-']))
			text_put(t, field, strlen(field));
		else
			put_text(t, field);
		break;
	case 'b':
		text_put(t, *field == 't' ? "true" : "false",
		    *field == 't' ? 4 : 5);
		break;
	case 't':
	case 'z': put_time(t, field, kind == 'z'); break;
	case 'j':
	case 'J':
		value_unescape(field);
		text_put(t, field, strlen(field));
		break;
	default: put_text(t, field);
	}
}
