/* recent - the last events, to name those that made an alert
 *
 * Of changes and reads the last 32768, of everything else the last 8192. */
#ifndef AUDIT_WATCH_RECENT_H
#define AUDIT_WATCH_RECENT_H

#include "fact.h"
#include "store.h"

struct recents;

struct recents *recents_new(struct store *);
void recents_free(struct recents *); /* accepts NULL */
void recents_add(struct recents *, const struct fact *);

/* In what an earlier event is like this one */
enum {
	LIKE_ANY = 0x100, /* in nothing */
	LIKE_WHO = 1,
	LIKE_RELATION = 2,
	LIKE_ADDR = 4,
	LIKE_ACCOUNT = 8,
	LIKE_NAMESAKE = 16, /* the table's name, in any trail */
};

struct like {
	uint8_t id[16];
	uint32_t home; /* the lower half of its trail's mark */
};

/* Up to most of them, newest last of the events of this kind that are alike and
 * no older than so many microseconds before this one. Returns how many. */
size_t recents_like(const struct recents *, const struct fact *, enum op,
    int like, int64_t within, struct like found[], size_t most);

/* Whether it was the same event: what is printed again after a pause. */
struct again;
struct again *again_new(const struct recents *);
void again_free(struct again *); /* accepts NULL */
/* Once an event is newer than all that were there, nothing is there again. */
bool again_has(struct again *, const struct fact *);

#endif
