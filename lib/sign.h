/* sign - Ed25519 keys (RFC 8032) in PEM files, as openssl reads and writes them
 *
 * A private key never leaves this module but into its file. */
#ifndef AUDIT_SIGN_H
#define AUDIT_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIGN_KEY_LEN 32
#define SIGN_LEN 64

struct sign;

/* These return NULL, or a message that names the file: borrowed until the next
 * call. A private key that others than its owner can read is refused. */
const char *sign_load(struct sign **, const char *path);
/* A public key: PEM, or 64 hexadecimal digits as a seal has it. */
const char *sign_load_public(uint8_t key[static SIGN_KEY_LEN],
    const char *path);
/* A new key. */
struct sign *sign_new(void);
/* Into a file that is not there yet: mode 0600, on disk when this returns. */
const char *sign_save(const struct sign *, const char *path);
const char *sign_save_public(const struct sign *, const char *path);
void sign_free(struct sign *); /* accepts NULL */

void sign_public(const struct sign *, uint8_t key[static SIGN_KEY_LEN]);
void sign_bytes(const struct sign *, const void *, size_t len,
    uint8_t signature[static SIGN_LEN]);
bool sign_verify(const uint8_t key[static SIGN_KEY_LEN], const void *,
    size_t len, const uint8_t signature[static SIGN_LEN]);

#endif
