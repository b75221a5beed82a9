/* source - events that lie in files: in archives, evidence, or as audit-log
 * prints them */
#ifndef AUDIT_LOG_SOURCE_H
#define AUDIT_LOG_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "event.h"
#include "tool.h"
#include "words.h"

/* An event and its line; borrowed as that is. */
struct source_event {
	uint8_t id[16];
	struct event event;
	/* what evidence says besides; not there, and p NULL, elsewhere */
	struct json record, record_to, parents;
	const char *text;
	size_t len;
	/* where it stands */
	const char *path;
	size_t number;
};

/* Read a line. Returns NULL, or what is wrong with it; borrowed. */
const char *source_read(struct source_event *, const char *text, size_t len);
/* Write it as audit-log prints an event: without what is for proofs. */
void source_write(FILE *, const struct source_event *, bool exact);

struct sources;

/* Open all of these, "-": standard input. NULL, with a message, if one cannot
 * be. The names are borrowed. */
struct sources *sources_open(const struct words *paths);
/* The next event in the order of the trail, once, from whichever file it is
 * in; borrowed until the next call. false: there are no more. Says which lines
 * are bad, and goes on. */
bool sources_next(struct sources *, struct source_event *);
/* The trail that the n-th file says it is of; NULL: it does not say. */
const char *sources_trail(const struct sources *, int n);
/* TOOL_OK; TOOL_NO: there were bad lines; TOOL_FAILED: a file could not be
 * read to its end. All has been said. */
enum tool_status sources_close(struct sources *);

#endif
