/* path - JSON documents compared path by path */
#ifndef AUDIT_PATH_H
#define AUDIT_PATH_H

#include "json.h"

/* A difference: what stands at a path on either side; p NULL: nothing does. */
typedef void path_found(const char *path, struct json old, struct json new,
    void *arg);

/* Hand each difference between two values to fn: of objects by their keys, of
 * arrays element by element, of anything else as a whole. A path begins with
 * name: terms.days, tags[2], "a b"."c d"; it is borrowed until fn returns. */
void path_compare(const char *name, struct json old, struct json new,
    path_found *fn, void *arg);

#endif
