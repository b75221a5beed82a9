/* sensitive - which columns are, and who read or changed them */
#ifndef AUDIT_EXPORT_SENSITIVE_H
#define AUDIT_EXPORT_SENSITIVE_H

#include "report.h"

/* A column is if --sensitive names it. Where that is not given, those are that
 * events show as masked, and those that a rule in the input masks. */
struct sensitive;

struct sensitive *sensitive_new(const struct job *);
void sensitive_free(struct sensitive *); /* accepts NULL */

/* Each line. Returns 0; -1: sensitive_error() says what failed. */
int sensitive_line(struct sensitive *, const struct input *);
/* Write what was found, below what a part has. The same. */
int sensitive_end(struct sensitive *, struct view *);
const char *sensitive_error(const struct sensitive *);

#endif
