/* input - what a line on standard input is, for a guard */
#ifndef AUDIT_WATCH_INPUT_H
#define AUDIT_WATCH_INPUT_H

#include "fact.h"

enum input_kind {
	INPUT_BAD,
	INPUT_EVENT,
	INPUT_SEAL,  /* of audit-seal: only its time is known */
	INPUT_OTHER, /* of another tool, or a revision 0 */
};

/* *wrong: what is wrong with a bad one, or why another one is no event. */
enum input_kind input_read(struct facts *, struct fact *, const char *line,
    const char **wrong);

#endif
