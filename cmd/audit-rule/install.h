/* install - what init installs */
#ifndef AUDIT_INSTALL_H
#define AUDIT_INSTALL_H

#include "db.h"

/* Run the scripts that bring schema audit from a version to ours; 0 is none.
 * Returns 0, or -1 with db_error() set. */
int install_migrate(struct db *, int version);
/* All the scripts as one text, and that of the native engine; free() it. */
char *install_text(void);

#endif
