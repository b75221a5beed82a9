/* pack - files of lines that may be compressed (zstd), as streams
 *
 * Plain text and zstd are told apart by the first bytes, whatever a file's name
 * is. A compressed file has checksums: one that was cut off, or is not what was
 * written, is an error like a failed read, never an end. This is the only file
 * that knows libzstd. */
#ifndef AUDIT_PACK_H
#define AUDIT_PACK_H

#include <stdio.h>

/* Read a file, "-": standard input. NULL, with errno, if it cannot be opened.
 */
FILE *pack_read(const char *path);
/* Write a compressed one to this descriptor, which stays the caller's. */
FILE *pack_write(int fd);

/* What failed, right after ferror() has said so or a call has failed: "it is
 * cut off"; borrowed. */
const char *pack_error(FILE *);

/* End it, for a written one with all that has not been written yet. Standard
 * input stays open. Returns 0; -1, with errno, if this or a write before
 * failed. */
int pack_close(FILE *);

#endif
