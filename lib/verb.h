/* verb - a tool whose first argument says what to do: audit-rule add ...
 *
 * Options may stand before the verb and after it. */
#ifndef AUDIT_VERB_H
#define AUDIT_VERB_H

#include <getopt.h>

#include "tool.h"

/* One run of the tool: what was asked for, and its connection. Each tool has
 * one of its own and says what it is in its run.h. */
struct run;

#define VERB_OPTS 24

struct verb {
	const char *name;
	/* argv holds its arguments; what it returns is the exit status */
	enum tool_status (*run)(struct run *, int argc, char *argv[]);
	int min, max;	     /* how many of them; max -1: any number */
	int opts[VERB_OPTS]; /* the options that it takes, ended by 0 */
};

/* The least value of an option that has no letter, and one more than the
 * largest that any may have */
#define VERB_FIRST 128
#define VERB_END 192

struct verbs {
	const struct verb *v; /* without arguments the first one, if implied */
	int n;
	bool implied;
	const char *help, *opts; /* as tool.h and getopt(3) take them */
	const struct option *longopts;
	const char *shared; /* the letters that every verb takes, but -h, -V */
	/* keep an option that was given, and its argument or NULL */
	void (*keep)(struct run *, int opt, char *arg);
};

/* Which verb is asked for; its options have been kept, and argc and argv are
 * its arguments. Ends the program where that is misuse, or help. */
const struct verb *verb_parse(const struct verbs *, struct run *, int *argc,
    char ***argv);

#endif
