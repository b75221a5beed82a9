/* archive - events that are to go, written to a file first; and such files when
 * personal data has to go from them
 *
 * An archive is partial evidence (lib/export.h), compressed (lib/pack.h):
 * DIR/TRAIL-MONTH-RUN.jsonl.zst, the first 8 digits of each id. It is written
 * beside under the name .NAME.tmp, onto the disk, read back, verified, and only
 * then has its name: whatever ends the program, there is no file of such a
 * name that is not whole. What is in the database is never touched here.
 *
 * All of these print what is wrong and return TOOL_OK or the status to end
 * with: TOOL_MISUSE for a directory that is none, TOOL_NO for evidence that
 * does not verify, TOOL_FAILED for the database or the disk. */
#ifndef AUDIT_ARCHIVE_H
#define AUDIT_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db.h"
#include "evidence.h"
#include "hex.h"
#include "leaf.h"
#include "tool.h"
#include "words.h"

#define ARCHIVE_SHA256 65 /* hexadecimal digits, and an end */

/* Whether archives can be written there: a directory, and writable. Ask before
 * anything else is done. */
enum tool_status archive_dir(const char *dir);

/* What to write: the events that audit.purge_going(part, items, unsealed)
 * names. Connections of its own are opened. */
struct archive_what {
	const char *conninfo, *dir;
	const char *run;   /* its id */
	const char *part;  /* the partition, as regclass takes it */
	const char *month; /* "2026-10"; of event_rest "rest" */
	const char *items; /* jsonb */
	bool unsealed, quiet;
};

/* A file as it is, and as the registry knows it. */
struct archive_file {
	char *name; /* without the directory */
	char *dir;  /* absolute */
	char sha256[ARCHIVE_SHA256];
	uint64_t events;
	char first[HEX_UUID], last[HEX_UUID]; /* ids; "" without events */
	/* Up to which seal: an event that one of these covers and that goes
	 * is in the file. -1: none. */
	int64_t seal;
	/* The txid_snapshot in which the events were looked for: with
	 * unsealed, what it does not show is not in the file. */
	char *snapshot;
};
void archive_free(struct archive_file *); /* leaves it all zeros */

/* Write it. TOOL_OK with events 0 and name NULL: nothing goes, and there is no
 * file.
 *
 * What another run left behind is looked for first: its .tmp files go; a whole
 * file of this month that the registry does not know goes as soon as the new
 * one holds each of its events, else it stays and is named on stderr. */
enum tool_status archive_month(const struct archive_what *,
    struct archive_file *);

/* The file as jsonb for audit.purge_month() and audit.purge_batch(): {"file",
 * "dir", "month", "run", "events", "first", "last", "sha256", "seal",
 * "snapshot"}; free() it. */
char *archive_json(const struct archive_what *, const struct archive_file *);

/* Which events personal data is to go from. */
struct archive_match {
	/* records by number, and their keys' values as key_find() gives them;
	 * before or after the change */
	const int64_t *records;
	size_t nrecords;
	const struct words *keys;
	bool related;	   /* also events of what belongs to these records */
	const char *actor; /* or his events; NULL: nobody's */
};
/* Whether an event is one; *own: of the record or the actor, not related. */
bool archive_matches(const struct archive_match *, const struct leaf_event *,
    bool *own);

/* What to do with the archives of a trail in a directory. */
struct archive_erase {
	const char *dir;
	const uint8_t *trail; /* 16 bytes */
	/* Whether values of this event go; then hides is asked for each value
	 * of it, with the same arg. What is erased already is not asked for. */
	bool (*wants)(const struct leaf_event *, void *arg);
	evidence_hides *hides;
	/* An event that was wanted, by its id */
	void (*on_event)(const uint8_t id[static 16], void *arg);
	/* A file that holds n such events: written is false when it was only
	 * looked for (sha256 is then that of the file as it is), true when it
	 * has been rewritten. nonzero stops: the file that was there stays. */
	int (*on_file)(const char *name, const char *sha256, uint64_t n,
	    bool written, void *arg);
	void *arg;
	bool quiet;
};

/* Which events there are, and in which files; nothing is changed. */
enum tool_status archive_find(const struct archive_erase *);
/* Rewrite each file that holds one: beside, verified, then in its place.
 * on_file comes right before that, written true, with the new sha256: there
 * the registry learns of it. */
enum tool_status archive_rewrite(const struct archive_erase *);

#endif
