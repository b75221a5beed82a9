/* tsa - replies of time stamping authorities (RFC 3161) */
#ifndef AUDIT_TSA_H
#define AUDIT_TSA_H

#include <stddef.h>
#include <stdint.h>

#include "digest.h"

/* What is wrong with a file of certificates: NULL for nothing */
const char *tsa_refuse(const char *path);

/* Check that a reply is a time stamp of this SHA-256, and, where path is not
 * NULL, that one of the certificates in this PEM file vouches for who gave it,
 * at the time that it says. Returns NULL with *at, microseconds since
 * 2000-01-01 UTC, or what is wrong; borrowed until the next call. */
const char *tsa_check(const uint8_t *reply, size_t len,
    const uint8_t imprint[static DIGEST_LEN], const char *path, int64_t *at);

#endif
