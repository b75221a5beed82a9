/* brief - what a report says of events in a few words: who, which table */
#ifndef AUDIT_EXPORT_BRIEF_H
#define AUDIT_EXPORT_BRIEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "cell.h"
#include "event.h"

#define BRIEF 256 /* bytes, with an end of its own */

/* Room for a text; what is longer is cut and ends with an ellipsis. Cells that
 * these make borrow it. */
struct brief {
	size_t len;
	char s[BRIEF];
};

void brief_set(struct brief *, const char *, size_t len);
/* Add a text; b->len is 0 at first. */
void brief_add(struct brief *, const char *, size_t len);
/* The same of what a string says, of anything else as it is written. */
void brief_add_json(struct brief *, struct json);
/* These are CELL_NONE where there is nothing, and null is nothing. */
struct cell brief_cell(struct brief *);
struct cell brief_json(struct brief *, struct json);
/* A copy of what such a cell says, for a chart; free() it. */
char *brief_copy(const struct cell *);

/* Whether it is a number of nothing but digits that fits. */
bool brief_count(struct json, uint64_t *n);

/* Keys of counters are made of parts, each with a zero byte behind it. */
void brief_part(struct buf *key, struct json);
void brief_part_table(struct buf *key, const struct event *); /* two */
void brief_part_who(struct buf *key, const struct event *);
/* The next part; p NULL: there are no more. */
struct json brief_next(const char **p, const char *end);
/* The first ones, so many, as they stand in the key */
struct json brief_head(const char *key, size_t len, int parts);
/* Whether the key begins with these. */
bool brief_begins(const struct buf *key, struct json parts);
/* Such a part, or two, as a cell; public is not worth a word. */
struct cell brief_text_of(struct brief *, struct json part);
struct cell brief_table_of(struct brief *, struct json schema,
    struct json table);
/* Who did it: the actor or, if nobody said, the role. An actor whose name was
 * erased is nobody else. */
struct cell brief_who_of(struct brief *, struct json part);

/* The same of an event */
struct cell brief_table(struct brief *, const struct event *);
struct cell brief_who(struct brief *, const struct event *);
/* Its record: the label, or the key. */
struct cell brief_record(struct brief *, const struct event *);

/* A few different texts: "10.0.0.7, 10.0.0.9 and 3 more". More than FEW of them
 * are told apart only if they come in order. */
#define FEW 8
#define FEW_SHOWN 3
struct few { /* few_clear() first */
	size_t n;
	uint64_t more;
	bool sorted;
	struct brief v[FEW], last;
};
void few_clear(struct few *, bool sorted);
void few_add(struct few *, struct json part);
/* An address; there is none on the machine itself. */
void few_add_addr(struct few *, struct json part);
struct cell few_cell(const struct few *, struct brief *);

#endif
