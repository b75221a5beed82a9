/* guard - who looks at events, and what all who look share
 *
 * Each detector is a module with a table of what it does; it remembers in
 * records of fixed size (cache.h, window.h, seen.h) that it shows to the store,
 * so that there is a bound to memory and nothing has to be written twice. Time
 * is that of events. */
#ifndef AUDIT_WATCH_GUARD_H
#define AUDIT_WATCH_GUARD_H

#include <stdio.h>
#include <time.h>

#include "cache.h"
#include "config.h"
#include "fact.h"
#include "home.h"
#include "net.h"
#include "recent.h"
#include "store.h"
#include "who.h"

#define DAY_US INT64_C(86400000000)

struct guard {
	const struct config *config;
	struct store *store;
	FILE *out; /* where alerts go */
	struct recents *recents;
	struct cache *incidents;
	struct crowd *crowd; /* who.h: all that are known */
	struct homes *homes; /* home.h: all trails */
	void **states;	     /* of the detectors */
	struct clock *clock;
	uint64_t alerts;
	/* of the event that is looked at */
	bool learning;
	bool settling; /* that, or what is usual in its trail */
	struct tm local;
	int32_t day;	 /* the local one, since 2000 */
	struct who *who; /* as known before it; NULL: nobody, or never seen */
	struct net net;	 /* where it came from */
	bool has_net;	 /* that is known, and it is the person's own */
};

struct detector {
	/* What it remembers. NULL, and so is free: nothing of its own. */
	void *(*new)(struct guard *);
	void (*event)(struct guard *, void *state, const struct fact *);
	/* A line of audit-seal, made then. NULL: it does not care. */
	void (*seal)(struct guard *, void *state, int64_t at);
	void (*free)(void *state);
};
extern const struct detector detector_refused, detector_mass, detector_hours,
    detector_device, detector_network, detector_privileged, detector_rules,
    detector_sealing, detector_touch, detector_sensitive, detector_dormant,
    detector_rate;

struct guard *guard_new(const struct config *, FILE *out);
void guard_free(struct guard *); /* accepts NULL */
void guard_event(struct guard *, const struct fact *);
void guard_seal(struct guard *, int64_t at);
/* Whether what is usual is still being learned: so it is at the beginning. */
bool guard_learns(const struct guard *);

/* For detectors: */

static inline int64_t
guard_number(const struct guard *g, enum pattern p, int number)
{
	return g->config->p[p].v[number];
}

/* What an alert is about */
struct alarm {
	enum pattern pattern;
	uint64_t key;	/* the same incident has the same */
	uint64_t count; /* of what made it; of an incident that goes on, */
	uint64_t add;	/* so many more */
	int severity;	/* the configured one, and no more than this; or 0 */
	enum op op;	/* the events that made it: of this kind, */
	int like;	/* alike in this (recent.h); 0: this one alone */
	int64_t within; /* and no older than this */
	bool table, addr;
};
#define ALARM_LOW 1 /* a severity of at most low */

/* Where incidents are remembered */
struct cache *alarm_incidents(void);
/* Whether the alarm is to be given: it is the first of an incident, which ends
 * with a quiet time, or has grown tenfold. a->count is then what it came to. */
bool alarm_due(struct guard *, const struct fact *, struct alarm *);
/* Give it. */
void alarm_give(struct guard *, const struct fact *, const struct alarm *,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* For messages, borrowed until eight more have been asked for: */
const char *name_of(struct said);	     /* a name, cut if it is long */
const char *name_who(const struct fact *);   /* alice; the role batch */
const char *name_table(const struct fact *); /* hr.payslip */
const char *name_span(int64_t us);	     /* 10 minutes */
const char *name_app(const struct fact *);   /* " with psql", or nothing */

#endif
