/* zipped - the parts of a zip file, read again */

#include "zipped.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "mem.h"

#define END_LEN 22 /* of the record that ends the file */
#define LOCATOR_LEN 20
#define ENTRY_LEN 46
#define LOCAL_LEN 30
#define ROOM 65536

struct part {
	char *name;
	uint64_t at, packed, size;
	uint32_t crc;
	unsigned int method;
};

static uint64_t
number(const unsigned char *p, int bytes)
{
	uint64_t n = 0;

	while (bytes-- > 0)
		n = n << 8 | p[bytes];
	return n;
}

static bool
get(FILE *fp, off_t at, int whence, void *p, size_t len)
{
	return fseeko(fp, at, whence) == 0 && fread(p, 1, len, fp) == len;
}

/* Find the list of parts. What libxlsxwriter writes has no comment behind it.
 */
static bool
find_list(FILE *fp, uint64_t *at, uint64_t *n)
{
	unsigned char end[LOCATOR_LEN + END_LEN], wide[56];
	const unsigned char *p = end + LOCATOR_LEN;

	if (!get(fp, -(off_t)sizeof(end), SEEK_END, end, sizeof(end)) ||
	    memcmp(p, "PK\5\6", 4) != 0)
		return false;
	*n = number(p + 10, 2);
	*at = number(p + 16, 4);
	if (memcmp(end, "PK\6\7", 4) != 0)
		return true;
	if (!get(fp, (off_t)number(end + 8, 8), SEEK_SET, wide, sizeof(wide)) ||
	    memcmp(wide, "PK\6\6", 4) != 0)
		return false;
	*n = number(wide + 32, 8);
	*at = number(wide + 48, 8);
	return true;
}

/* Sizes that do not fit in 32 bits stand in an extra field, those only. */
static void
widen(struct part *part, const unsigned char *p, size_t len)
{
	uint64_t *const fields[] = { &part->size, &part->packed, &part->at };
	size_t i, here;

	for (; len >= 4; p += here, len -= here) {
		here = 4 + (size_t)number(p + 2, 2);
		if (here > len)
			return;
		if (number(p, 2) != 1)
			continue;
		p += 4;
		len -= 4;
		for (i = 0; i < 3 && len >= 8; i++)
			if (*fields[i] == UINT32_MAX) {
				*fields[i] = number(p, 8);
				p += 8;
				len -= 8;
			}
		return;
	}
}

/* Read the entry at *at, and go on to the next one. */
static bool
read_entry(FILE *fp, uint64_t *at, struct part *part)
{
	unsigned char entry[ENTRY_LEN], extra[256];
	size_t nname, nextra;

	if (!get(fp, (off_t)*at, SEEK_SET, entry, sizeof(entry)) ||
	    memcmp(entry, "PK\1\2", 4) != 0)
		return false;
	part->method = (unsigned int)number(entry + 10, 2);
	part->crc = (uint32_t)number(entry + 16, 4);
	part->packed = number(entry + 20, 4);
	part->size = number(entry + 24, 4);
	nname = (size_t)number(entry + 28, 2);
	nextra = (size_t)number(entry + 30, 2);
	part->at = number(entry + 42, 4);
	part->name = xcalloc(nname + 1, 1);
	if (nextra > sizeof(extra) ||
	    fread(part->name, 1, nname, fp) != nname ||
	    fread(extra, 1, nextra, fp) != nextra)
		return false;
	widen(part, extra, nextra);
	*at += ENTRY_LEN + nname + nextra + (uint64_t)number(entry + 32, 2);
	return true;
}

/* Give what inflate() has made to fn. */
static const char *
give(struct part *part, z_stream *z, unsigned char *out, uint64_t *size,
    uint32_t *crc, zipped_fn *fn, void *arg)
{
	size_t len = ROOM - z->avail_out;

	*size += len;
	*crc = (uint32_t)crc32(*crc, out, (uInt)len);
	z->next_out = out;
	z->avail_out = ROOM;
	return len == 0 ? NULL : fn(arg, part->name, (const char *)out, len);
}

static const char *
unpack(FILE *fp, struct part *part, z_stream *z, zipped_fn *fn, void *arg)
{
	static unsigned char in[ROOM], out[ROOM];
	uint64_t left = part->packed, size = 0;
	uint32_t crc = 0;
	const char *wrong = NULL;
	int got = Z_OK;

	z->next_out = out;
	z->avail_out = ROOM;
	while (wrong == NULL && got == Z_OK) {
		if (z->avail_in == 0 && left > 0) {
			z->next_in = in;
			z->avail_in = (uInt)fread(in, 1,
			    left < ROOM ? (size_t)left : ROOM, fp);
			left -= z->avail_in;
			if (z->avail_in == 0)
				return "it ends too early";
		}
		got = inflate(z, Z_NO_FLUSH);
		wrong = give(part, z, out, &size, &crc, fn, arg);
	}
	if (wrong == NULL &&
	    (got != Z_STREAM_END || size != part->size || crc != part->crc))
		wrong = "it is damaged";
	return wrong != NULL ? wrong : fn(arg, part->name, NULL, 0);
}

static const char *
read_part(FILE *fp, struct part *part, zipped_fn *fn, void *arg)
{
	unsigned char local[LOCAL_LEN];
	z_stream z = { .next_in = NULL };
	const char *wrong;

	if (part->method != Z_DEFLATED)
		return "it is not deflated";
	if (!get(fp, (off_t)part->at, SEEK_SET, local, sizeof(local)) ||
	    memcmp(local, "PK\3\4", 4) != 0 ||
	    fseeko(fp, (off_t)(number(local + 26, 2) + number(local + 28, 2)),
		SEEK_CUR) == -1)
		return "it is not there";
	if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
		return "no memory";
	wrong = unpack(fp, part, &z, fn, arg);
	inflateEnd(&z);
	return wrong;
}

static char *
read_all(FILE *fp, zipped_fn *fn, void *arg)
{
	struct part part = { .name = NULL };
	const char *wrong = NULL;
	char *text = NULL;
	uint64_t at, n;

	if (!find_list(fp, &at, &n))
		return xstrdup("its end is missing");
	for (; wrong == NULL && n > 0; n--) {
		if (!read_entry(fp, &at, &part))
			wrong = "its list is damaged";
		else
			wrong = read_part(fp, &part, fn, arg);
		if (wrong != NULL)
			text = xasprintf("%s: %s",
			    part.name == NULL ? "" : part.name, wrong);
		free(part.name);
		part.name = NULL;
	}
	return text;
}

char *
zipped_read(const char *path, zipped_fn *fn, void *arg)
{
	FILE *fp = fopen(path, "re");
	char *text;

	if (fp == NULL)
		return xstrdup(strerror(errno));
	text = read_all(fp, fn, arg);
	fclose(fp);
	return text;
}
