/* archive-state - what lib/archive*.c share, and nobody else */
#ifndef AUDIT_ARCHIVE_STATE_H
#define AUDIT_ARCHIVE_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "archive.h"
#include "leaf.h"
#include "spool.h"
#include "words.h"

#define ARCHIVE_END ".jsonl.zst"

/* Ids of events in their order, in a temporary file */
struct archive_ids {
	FILE *fp;
	uint64_t n;
	uint8_t first[16], last[16];
	uint8_t next[16]; /* whose turn it is, if there is */
	bool any;
};
/* These return 0, or -1 with errno. */
int archive_ids_open(struct archive_ids *);
int archive_ids_add(struct archive_ids *, const uint8_t id[static 16]);
/* Go to the first one, go on to the next one. */
int archive_ids_rewind(struct archive_ids *);
int archive_ids_next(struct archive_ids *);
/* Whether it is one of them; ids have to be asked for in order. */
bool archive_ids_has(struct archive_ids *, const uint8_t id[static 16]);
void archive_ids_close(struct archive_ids *);
/* Take away those that are in archives of file->dir already, between
 * file->first and last. If none is left, file is the archive that had the last
 * of them. Returns 0, or -1: db_error(), or with *temp errno. */
int archive_there(struct archive_ids *, struct db *, struct archive_file *,
    bool *temp);

/* A file of whom the trail knows nothing, and whose name begins so, goes if it
 * holds none but these events; else it is named. */
enum tool_status archive_left(struct archive_ids *, struct db *,
    const struct archive_file *, const char *begin, bool quiet);

/* A file that is being written: DIR/.NAME.tmp, locked, until it has its name.
 * These print what is wrong, and return TOOL_OK or TOOL_FAILED. */
struct archive_out {
	char *dir, *name, *temp, *path; /* path: of the temporary file */
	int fd, dirfd;
	FILE *fp;
};
enum tool_status archive_out_open(struct archive_out *, const char *dir,
    const char *name);
/* All is written: onto the disk with it. */
enum tool_status archive_out_end(struct archive_out *);
/* Give it its name; unless it replaces a file, there may be none of it. */
enum tool_status archive_out_keep(struct archive_out *, bool replace);
/* If it has not been given its name, it goes. */
void archive_out_close(struct archive_out *);

/* Read a file back: its SHA-256, and its events' ids. TOOL_NO, without a
 * message: nonzero was returned for one of them. */
typedef int archive_id(const uint8_t id[static 16], void *arg);
enum tool_status archive_scan(const char *path, char sha256[], archive_id *,
    void *arg);
/* Whether it is evidence that verifies; TOOL_NO if not, with a message. */
enum tool_status archive_verify(const char *path, bool quiet);

/* The names of a directory's files that begin and end so, sorted. */
enum tool_status archive_list(struct words *, const char *dir,
    const char *begin, const char *end);
/* What writers that were killed left of files whose names begin so. */
void archive_sweep(const char *dir, const char *begin);

/* Hand on each line of an archive; ev is NULL for one that is no event. What is
 * not TOOL_OK ends it. */
typedef enum tool_status archive_line(const char *text, size_t len,
    const struct leaf_event *ev, void *arg);
enum tool_status archive_lines(const char *dir, const char *name,
    archive_line *, void *arg);
/* Write it anew, with other lines for the events with these ids, and verify
 * that: out is then ready to be kept. */
enum tool_status archive_copy(struct archive_out *, const char *dir,
    const char *name, struct archive_ids *, struct spool *lines, char sha256[],
    bool quiet);

#endif
