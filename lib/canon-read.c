/* canon-read - the members of an object in canonical form */

#include "canon.h"

/* What is behind a string or a value; NULL: it has no end. */

static const char *
string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : NULL;
}

static const char *
value_end(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end) {
		switch (*p) {
		case '"':
			if ((p = string_end(p, end)) == NULL)
				return NULL;
			continue;
		case '{':
		case '[': depth++; break;
		case '}':
		case ']':
			if (depth == 0)
				return p;
			depth--;
			break;
		case ',':
			if (depth == 0)
				return p;
			break;
		default: break;
		}
		p++;
	}
	return NULL;
}

void
canon_begin(struct canon_iter *i, const char *object, size_t len)
{
	i->p = object;
	i->end = object + len;
}

/* Before the first member there is {, before others a comma and a blank, and
 * behind the last one } is all. */
int
canon_next(struct canon_iter *i, struct json *name, struct json *value)
{
	const char *p = i->p, *end = i->end;

	if (end - p == 1 && *p == '}')
		return 0;
	if (end - p < 2 || (*p != '{' && *p != ','))
		return -1;
	if (*p == '{' && p[1] == '}')
		return end - p == 2 ? 0 : -1;
	p += *p == '{' ? 1 : 2;
	if (end - p < 2 || *p != '"' || (*i->p == ',' && p[-1] != ' '))
		return -1;
	name->p = p;
	if ((p = string_end(p, end)) == NULL)
		return -1;
	name->len = (size_t)(p - name->p);
	if (end - p < 3 || p[0] != ':' || p[1] != ' ')
		return -1;
	value->p = p + 2;
	if ((p = value_end(value->p, end)) == NULL || p == value->p)
		return -1;
	value->len = (size_t)(p - value->p);
	i->p = p;
	return 1;
}
