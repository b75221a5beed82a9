/* sheet-again - a workbook read again: whether all of it is there */

#include "sheet-again.h"

#include <stdlib.h>
#include <string.h>

#include "zipped.h"

static const char rows_begin[] = "<sheetData>";
static const char rows_end[] = "</sheetData>";

/* What is known of the part that is being read */
struct again {
	struct sheets *s;
	uint64_t size;	/* so far */
	char root[64];	/* "</worksheet>" */
	char last[64];	/* its last bytes */
	uint64_t end;	/* where a sheet's rows end; 0: it is none */
	size_t matched; /* of rows_end */
};

static const struct sheet *
sheet_of(const struct again *a, const char *part)
{
	static const char prefix[] = "xl/worksheets/sheet";
	unsigned long n;

	if (strncmp(part, prefix, sizeof(prefix) - 1) != 0)
		return NULL;
	n = strtoul(part + sizeof(prefix) - 1, NULL, 10);
	return n < 1 || n > a->s->nsheets ? NULL : a->s->sheets[n - 1];
}

/* The element that all of it is in: its end will have to be the last thing. */
static const char *
begin(struct again *a, const char *part, const char *bytes, size_t len)
{
	const struct sheet *sheet = sheet_of(a, part);
	const char *p = bytes, *end = bytes + len, *rows;
	size_t n = 0;

	do {
		p = memchr(p, '<', (size_t)(end - p));
		if (p == NULL || ++p == end)
			return "it is no XML";
	} while (*p == '?');
	while (p + n < end && strchr(" />\n", p[n]) == NULL)
		n++;
	if (n > sizeof(a->root) - 4)
		return "it is no XML";
	memcpy(a->root, "</", 2);
	memcpy(a->root + 2, p, n);
	memcpy(a->root + 2 + n, ">", 2);
	if (sheet == NULL || sheet->bytes == 0)
		return NULL;
	rows = memmem(bytes, len, rows_begin, sizeof(rows_begin) - 1);
	if (rows == NULL)
		return "its rows are missing";
	a->end =
	    (uint64_t)(rows - bytes) + sizeof(rows_begin) - 1 + sheet->bytes;
	return NULL;
}

/* What comes behind the rows has to be their end: neither earlier nor later. */
static const char *
match_rows(struct again *a, const char *bytes, size_t len)
{
	const size_t want = sizeof(rows_end) - 1;
	size_t i;

	if (a->end == 0 || a->size + len <= a->end)
		return NULL;
	i = a->size >= a->end ? 0 : (size_t)(a->end - a->size);
	for (; i < len && a->matched < want; i++)
		if (bytes[i] != rows_end[a->matched++])
			return "rows are missing";
	return NULL;
}

static void
keep_last(struct again *a, const char *bytes, size_t len)
{
	const size_t room = sizeof(a->last);

	if (len >= room) {
		memcpy(a->last, bytes + len - room, room);
		return;
	}
	memmove(a->last, a->last + len, room - len);
	memcpy(a->last + room - len, bytes, len);
}

static const char *
finish(struct again *a)
{
	const char *last = a->last + sizeof(a->last);
	size_t n = strlen(a->root);
	bool whole;

	last -= last[-1] == '\n';
	whole = memcmp(last - n, a->root, n) == 0 ||
	    (a->size < 512 && memcmp(last - 2, "/>", 2) == 0);

	if (a->end != 0 && a->matched < sizeof(rows_end) - 1)
		whole = false;
	memset(a->last, 0, sizeof(a->last));
	a->size = a->end = a->matched = 0;
	return whole ? NULL : "its end is missing";
}

static const char *
look(void *arg, const char *part, const char *bytes, size_t len)
{
	struct again *a = arg;
	const char *wrong = NULL;

	if (strncmp(part, "xl/media/", 9) == 0)
		return NULL;
	if (len == 0)
		return finish(a);
	if (a->size == 0)
		wrong = begin(a, part, bytes, len);
	if (wrong == NULL)
		wrong = match_rows(a, bytes, len);
	keep_last(a, bytes, len);
	a->size += len;
	return wrong;
}

char *
sheet_again(struct sheets *s)
{
	struct again a = { .s = s };

	return zipped_read(s->path, look, &a);
}
