/* chunk - some events of files, for the server to look at */
#ifndef AUDIT_LOG_CHUNK_H
#define AUDIT_LOG_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "source.h"

struct chunk { /* starts as { 0 } */
	struct buf json, lines;
	struct chunk_line {
		uint8_t id[16];
		size_t json, line,
		    len; /* where they begin, how long the line */
		const char *path;
		size_t number;
		bool matches;
	} * v;
	size_t n, size;
};

/* Add an event; values: with key, old and new, which cost most. */
void chunk_add(struct chunk *, const struct source_event *, bool values);
bool chunk_is_full(const struct chunk *);
/* Those from i to before j as a JSON array; free() it. */
char *chunk_json(const struct chunk *, size_t i, size_t j);
const char *chunk_line(const struct chunk *, size_t i, size_t *len);
void chunk_reset(struct chunk *);
void chunk_free(struct chunk *);

#endif
