/* install - what init installs */
#ifndef AUDIT_INSTALL_H
#define AUDIT_INSTALL_H

#include <stdbool.h>

#include "db.h"

/* Run the scripts that bring schema audit from a version to ours, 0 is none; of
 * a trail or of an archive database. Returns 0, or -1 with db_error() set. */
int install_migrate(struct db *, int version, bool archive);
/* All the scripts as one text, with that of the native engine; free() it. */
char *install_text(bool archive);

#endif
