/* seal - one seal: its JSON line and its canonical bytes
 *
 * The bytes are the form "AS1" (lib/tlv.h): 1 number (8 bytes), 2 trail (16), 3
 * at (8), 4 system (8), 5 timeline (4), 6 server (4), 7 from (8), 8 to (8), 9
 * next (8), 10 events (8), 11 first id (16), 12 last id (16), 13 root, 14
 * previous, 15 log, 16 state, 17 tool, 18 key, 19 next_key. They are what is
 * signed, and what is a leaf of the tree over the seals. */
#ifndef AUDIT_SEAL_H
#define AUDIT_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "buf.h"
#include "digest.h"
#include "leaf.h"
#include "sign.h"

/* The subtree of a month: the form "AM1": 1 month, 2 events (8), 3 root. The
 * seal's root is the root of the tree of these, in the order of the months. */
struct seal_month {
	char month[LEAF_MONTH];
	uint64_t events;
	uint8_t root[DIGEST_LEN];
};

struct seal { /* starts as { 0 } */
	uint64_t no;
	uint8_t trail[16];
	int64_t at;	 /* microseconds since 2000-01-01 UTC: when it looked */
	uint64_t system; /* the cluster, by pg_control_system() */
	uint32_t timeline, server; /* server: 150020 */
	/* Covers the transactions from .. to - 1, as far as they are of this
	 * cluster; next was the first that had not begun. */
	int64_t from, to, next;
	uint64_t events;
	uint8_t first[16], last[16]; /* if there are events */
	struct seal_month *months;   /* freed by seal_free() */
	size_t nmonths;
	uint8_t root[DIGEST_LEN];
	uint8_t previous[DIGEST_LEN]; /* hash of the seal before; if no > 0 */
	uint8_t log[DIGEST_LEN];   /* root of the tree over the seals before */
	uint8_t state[DIGEST_LEN]; /* SHA-256 of the state's text */
	char *tool;		   /* freed by seal_free() */
	bool has_key;		   /* signed; the next one is to be, too */
	uint8_t key[SIGN_KEY_LEN], next_key[SIGN_KEY_LEN];
	uint8_t signature[SIGN_LEN];
};

/* Read a line. Returns NULL, or what is wrong with it; borrowed. Nothing but
 * the form is checked. The caller frees it in any case. */
const char *seal_read(struct seal *, const char *line, size_t len);
void seal_free(struct seal *); /* leaves it empty */
/* Write the line, with its newline. */
void seal_write(FILE *, const struct seal *);

void seal_bytes(struct buf *, const struct seal *);
/* The leaf hash of these bytes. */
void seal_hash(const struct seal *, struct digest *,
    uint8_t hash[static DIGEST_LEN]);
/* The leaf hash of a month in the seal's tree, and that tree's root. */
void seal_month_hash(const struct seal_month *, struct digest *,
    uint8_t hash[static DIGEST_LEN]);
void seal_root(const struct seal *, struct digest *,
    uint8_t root[static DIGEST_LEN]);

#endif
