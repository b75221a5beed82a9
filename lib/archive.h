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
#include "hex.h"
#include "tool.h"

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
 * file. What is in a registered archive of the directory already is not
 * written again; if that is all, the file is that archive.
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

/* Personal data goes from the archives of a trail in a directory. */
struct archive_erase {
	const char *conninfo, *dir;
	/* As audit.erase_record() takes them; NULL: what the act says, no act.
	 */
	const char *what, *act;
	bool quiet;
};

/* The archives that held something of it. */
struct archive_rewritten {
	char *ids;	/* of the events, an array (uuid[]) */
	char *registry; /* what audit.archives_rewritten() has to know, jsonb */
	char *paths;	/* DIR/FILE, an array (text[]) */
	char *clean;	/* likewise, those that held nothing */
	uint64_t events;
	struct archive_out *out; /* for archive_keep() */
	size_t n;
};

/* Write each of them anew, beside and verified, the old ones being as they
 * were: before what is in the trail is erased, in one transaction with what the
 * registry learns. TOOL_NO: a hold covers one of the events. */
enum tool_status archive_rewrite(const struct archive_erase *,
    struct archive_rewritten *);
/* That is committed: the new ones take their places. Where that is not come
 * to, or fails, the next erasure of the same finds them again. */
enum tool_status archive_keep(struct archive_rewritten *);
/* Those that have not taken their places go. */
void archive_rewritten_free(struct archive_rewritten *);

#endif
