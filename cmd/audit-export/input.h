/* input - what a line on standard input is */
#ifndef AUDIT_EXPORT_INPUT_H
#define AUDIT_EXPORT_INPUT_H

#include "report.h"

/* Tell what a line is: an event, or what another tool prints. event, which
 * in->event leads to, gets an event's keys; in->changes stays. Returns NULL, or
 * what is wrong with it; borrowed until the next call. */
const char *input_read(struct input *, struct event *event, const char *line,
    size_t len);

#endif
