/* deed - what was done, how often, from when to when */
#ifndef AUDIT_EXPORT_DEED_H
#define AUDIT_EXPORT_DEED_H

#include <stdint.h>

#include "json.h"
#include "view.h"

enum deed {
	DEED_INSERT,
	DEED_UPDATE,
	DEED_DELETE,
	DEED_READ,
	DEED_OTHER, /* of a truncate, too, each row is a delete of its own */
	DEEDS
};

/* As charts and tables call them, in this order */
extern const struct chart_series deed_series[DEEDS];

enum deed deed_of(struct json op);

struct deeds { /* starts as zeros */
	uint64_t n[DEEDS];
	int64_t first, last; /* when, if there were any; as an input's time */
};

void deeds_note(struct deeds *, enum deed, int64_t at);
/* For lib/tally: sum is a struct deeds, and so is the other. */
void deeds_add(void *sum, const void *);
uint64_t deeds_all(const struct deeds *);

#endif
