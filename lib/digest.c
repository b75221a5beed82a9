/* digest - SHA-256 (FIPS 180-4), by libcrypto, set up once */

/* EVP_Digest...() allocates and wipes a context for each hash, which for the
 * short pieces of a leaf takes longer than to hash them. These functions are
 * what it calls; OpenSSL 3 would rather have it called. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "digest.h"

#include <openssl/sha.h>

#include <err.h>
#include <stdlib.h>

#include "mem.h"
#include "tool.h"

struct digest {
	SHA256_CTX ctx;
};

/* None of this fails. */
static void
check(int ok)
{
	if (ok != 1)
		errx(TOOL_FAILED, "libcrypto cannot compute SHA-256");
}

struct digest *
digest_new(void)
{
	return xcalloc(1, sizeof(struct digest));
}

void
digest_free(struct digest *d)
{
	free(d);
}

void
digest_begin(struct digest *d)
{
	check(SHA256_Init(&d->ctx));
}

void
digest_add(struct digest *d, const void *data, size_t len)
{
	if (len > 0)
		check(SHA256_Update(&d->ctx, data, len));
}

void
digest_end(struct digest *d, uint8_t hash[static DIGEST_LEN])
{
	check(SHA256_Final(hash, &d->ctx));
}

void
digest_of(struct digest *d, const void *data, size_t len,
    uint8_t hash[static DIGEST_LEN])
{
	digest_begin(d);
	digest_add(d, data, len);
	digest_end(d, hash);
}
