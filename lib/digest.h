/* digest - SHA-256 (FIPS 180-4), by libcrypto, set up once */
#ifndef AUDIT_DIGEST_H
#define AUDIT_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_LEN 32

struct digest;

struct digest *digest_new(void);   /* never NULL */
void digest_free(struct digest *); /* accepts NULL */

/* A hash of several pieces: begin, add ..., end. */
void digest_begin(struct digest *);
void digest_add(struct digest *, const void *, size_t len);
void digest_end(struct digest *, uint8_t hash[static DIGEST_LEN]);
/* The hash of one piece. */
void digest_of(struct digest *, const void *, size_t len,
    uint8_t hash[static DIGEST_LEN]);

#endif
