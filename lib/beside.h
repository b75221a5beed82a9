/* beside - a file that is there whole or not at all
 *
 * It is written beside its name, in the same directory, and takes its name in
 * the end, over what had it before: its rights stay. Where something else than
 * a file has that name, a pipe or a device, or for standard output, it is
 * written to directly, or copied there in the end if it must be a file first.
 * A signal that ends the program takes the unfinished file away. */
#ifndef AUDIT_BESIDE_H
#define AUDIT_BESIDE_H

#include <stdbool.h>
#include <stdio.h>

struct beside;

/* path NULL or "-" is standard output. whole: who writes it needs a file.
 * NULL, with errno. */
struct beside *beside_open(const char *path, bool whole);
/* The stream to write to; with whole, it is not to be used but by its name. */
FILE *beside_stream(struct beside *);
const char *beside_path(const struct beside *);
/* It is finished: onto the disk, and its name. Returns 0; -1, with errno: as
 * if it had been dropped. It is freed in any case. */
int beside_keep(struct beside *);
/* It is not to be. Accepts NULL. */
void beside_drop(struct beside *);

#endif
