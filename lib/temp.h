/* temp - temporary files */
#ifndef AUDIT_TEMP_H
#define AUDIT_TEMP_H

#include <stdio.h>

/* Where they are: TMPDIR, which tmpfile(3) does not know */
const char *temp_dir(void);
/* A file there without a name, to write and read; gone when it is closed.
 * NULL, with errno: there could be none. */
FILE *temp_file(void);

#endif
