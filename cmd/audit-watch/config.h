/* config - what audit-watch looks for, and from when on it says so
 *
 * Every pattern has a severity, a quiet time, exceptions and numbers of its own
 * (config-known.c); one JSON file changes what differs from the defaults. */
#ifndef AUDIT_WATCH_CONFIG_H
#define AUDIT_WATCH_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "fact.h"
#include "words.h"

enum pattern {
	P_REFUSED_LOGINS,
	P_LOGIN_AFTER_REFUSALS,
	P_MASS_DELETE,
	P_MASS_UPDATE,
	P_MASS_READ,
	P_OUTSIDE_HOURS,
	P_NEW_DEVICE,
	P_NEW_NETWORK,
	P_FAR_NETWORKS,
	P_PRIVILEGED_ROLE,
	P_RULES_CHANGED,
	P_GAP,
	P_SEALING_SILENT,
	P_FIRST_TOUCH,
	P_SENSITIVE,
	P_DORMANT_ACTOR,
	P_UNUSUAL_RATE,
	PATTERNS
};

/* The numbers of the patterns, by the place where config-known.c has them */
enum {
	REFUSED_COUNT,
	REFUSED_WINDOW,
	REFUSED_FROM,
	REFUSED_NAMES,
	REFUSED_SLOW,
	REFUSED_SLOW_WINDOW,
	REFUSED_TOTAL
};
enum { AFTER_COUNT, AFTER_KNOWN, AFTER_WINDOW };
enum { MASS_ROWS, MASS_SERVICE, MASS_WINDOW, MASS_USUAL };
enum { HOURS_DAYS };
enum { DEVICE_LOGINS };
enum { NETWORK_DAYS, NETWORK_OTHERS, NETWORK_MOVING };
enum { FAR_WINDOW, FAR_DAYS };
enum { PRIVILEGED_DAYS };
enum { SEALING_LIMIT };
enum { TOUCH_FEW, TOUCH_SHARE, TOUCH_DAYS };
enum { SENSITIVE_DAYS };
enum { DORMANT_AFTER };
enum { RATE_COUNT, RATE_TIMES, RATE_DEVIATIONS, RATE_PEAK };

#define CONFIG_NUMBERS 7

enum number_kind { NUMBER_NONE, NUMBER_COUNT, NUMBER_SPAN };

struct number {
	const char *name;
	enum number_kind kind;
	int64_t value; /* of a span, microseconds */
};

/* What is known of a pattern */
struct known {
	const char *name;
	int severity;  /* of severity_names */
	int64_t quiet; /* microseconds */
	struct number numbers[CONFIG_NUMBERS];
};
extern const struct known config_known[PATTERNS];
extern const char *const severity_names[];
#define SEVERITIES 4

/* Names that match one of these, as file names match: * and ? */
struct except {
	struct words actors, roles, apps, tables;
};

struct watched {
	bool enabled;
	int severity;
	int64_t quiet;
	int64_t v[CONFIG_NUMBERS];
	struct except except;
};

struct range { /* of addresses: the first bits of 16 bytes */
	uint8_t base[16];
	int bits;
	uint32_t group; /* from 1: networks that belong together */
};

struct config {
	int64_t learning; /* days */
	char *zone;	  /* NULL: TZ */
	struct words services, interactive, privileged, sensitive;
	char *networks; /* as they were written: for config_write() */
	struct range *ranges;
	size_t nranges;
	/* by the day of the week, Sunday first: minutes of a day; past
	 * midnight if until < from; both 0: none */
	struct {
		int from, until;
	} hours[7];
	struct watched p[PATTERNS];
};

/* The defaults; config_free() */
struct config *config_new(void);
void config_free(struct config *); /* accepts NULL */
/* Change what a file says. NULL, or what is wrong with it: free() it. */
char *config_read(struct config *, FILE *);
/* All of it, as config_read() takes it. */
void config_write(FILE *, const struct config *);

bool config_is_interactive(const struct config *, struct said app);
bool config_is_service(const struct config *, struct said name);
bool config_is_privileged(const struct config *, struct said role);
/* Whether the pattern looks at this event: it is on, and nothing excepts it */
bool config_wants(const struct config *, enum pattern, const struct fact *);

/* spans: "10 minutes". Whether it is one; and the text of one. */
bool span_read(int64_t *us, const char *text, size_t len);
#define SPAN_LEN 32
void span_write(char text[static SPAN_LEN], int64_t us);

#endif
