/* shelf-state - what the kinds of shelves share, and nobody else */
#ifndef AUDIT_INGEST_SHELF_STATE_H
#define AUDIT_INGEST_SHELF_STATE_H

#include "digest.h"
#include "shelf.h"

#define SHELF_PROBE ((size_t)64 * 1024)	  /* to find the first record in */
#define SHELF_CHUNK ((size_t)1024 * 1024) /* a server is asked for */
#define SHELF_BEGIN \
	((size_t)4096) /* of the first line, what tells files apart */

struct shelf_kind {
	/* Put what is there into the files that are empty, with shelf_add() */
	int (*list)(struct shelf *);
	/* Read from a file that is not at hand; as shelf_read() */
	ssize_t (*peek)(struct shelf *, const struct shelf_file *, size_t len,
	    struct buf *);
	int (*open)(struct shelf *, const struct shelf_file *);
	void (*close)(struct shelf *);
	ssize_t (
	    *read)(struct shelf *, uint64_t offset, size_t len, struct buf *);
	/* How long what is at hand is; -1: it is gone */
	int64_t (*size)(struct shelf *);
};

struct shelf_files {
	struct shelf_file *v;
	int n, size;
};

struct shelf {
	const struct shelf_kind *kind;
	char *place;	    /* the directory; NULL: none */
	char *const *names; /* files that were named */
	int nnames;
	bool as_named; /* in the order of the names that were given */
	struct db *db;
	int fd; /* of what is at hand */
	struct shelf_file open;
	struct shelf_files files, before; /* at this look, at the last one */
	struct digest *digest;
	struct buf probe;
	char *error; /* NULL: none */
};

void shelf_add(struct shelf *, const char *name, uint64_t inode, uint64_t size,
    int64_t changed);
int shelf_fail(struct shelf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
struct shelf *shelf_new(const struct shelf_kind *);
/* Whether a file of this name may be one of a log. */
bool shelf_wants(const char *name);

#endif
