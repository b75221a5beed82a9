/* shelf - where log files lie: files that were named, a directory, or the log
 * directory of a server */
#ifndef AUDIT_INGEST_SHELF_H
#define AUDIT_INGEST_SHELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "buf.h"
#include "db.h"
#include "record.h"

#define SHELF_HEAD 65 /* of a digest in hexadecimal, with its end */

struct shelf_file {
	char *name;
	uint64_t inode; /* 0: unknown */
	uint64_t size;
	int64_t changed;       /* tells one state of it from another */
	char head[SHELF_HEAD]; /* "": not a whole line yet, or none of a log */
	int64_t first;	       /* the time of its first record */
};

struct shelf;

/* Errors are told by shelf_error(). */
struct shelf *shelf_files(int n, char *const names[]);
struct shelf *shelf_directory(const char *path);
struct shelf *shelf_server(struct db *); /* the connection stays the caller's */
void shelf_free(struct shelf *);	 /* accepts NULL */

/* Look what is there now, the oldest first; borrowed until the next look.
 * Returns how many; -1: failed. */
int shelf_look(struct shelf *, const struct shelf_file **);
/* Whether a file of this name would lie here. */
bool shelf_is_place(const struct shelf *, const char *name);

/* Have a file at hand; it stays so when it is renamed or removed. One at a
 * time. Returns 0; -1: failed. */
int shelf_open(struct shelf *, const struct shelf_file *);
void shelf_close(struct shelf *);
/* Read on from there. Returns how many bytes it put behind what is in the
 * buffer; 0: none now; -1: failed. */
ssize_t shelf_read(struct shelf *, uint64_t offset, struct buf *);
/* Whether what is at hand is gone for good. */
bool shelf_gone(struct shelf *);
/* Whether what is at hand is not what was opened any more: it was cut off or
 * written anew. */
bool shelf_changed(struct shelf *, uint64_t read);

const char *shelf_error(const struct shelf *);

#endif
