/* digest - SHA-256 (FIPS 180-4), by libcrypto, set up once */

#include "digest.h"

#include <openssl/evp.h>

#include <err.h>
#include <stdlib.h>

#include "mem.h"
#include "tool.h"

/* A context that has begun is copied for each hash: that takes less than to
 * begin it anew. */
struct digest {
	EVP_MD_CTX *begun, *ctx;
};

/* Nothing of this fails but for want of memory. */
static void
check(int ok)
{
	if (ok != 1)
		errx(TOOL_FAILED, "libcrypto cannot compute SHA-256");
}

struct digest *
digest_new(void)
{
	struct digest *d = xcalloc(1, sizeof(*d));
	EVP_MD *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);

	d->begun = EVP_MD_CTX_new();
	d->ctx = EVP_MD_CTX_new();
	check(sha256 != NULL && d->begun != NULL && d->ctx != NULL);
	check(EVP_DigestInit_ex2(d->begun, sha256, NULL));
	EVP_MD_free(sha256);
	return d;
}

void
digest_free(struct digest *d)
{
	if (d == NULL)
		return;
	EVP_MD_CTX_free(d->begun);
	EVP_MD_CTX_free(d->ctx);
	free(d);
}

void
digest_begin(struct digest *d)
{
	check(EVP_MD_CTX_copy_ex(d->ctx, d->begun));
}

void
digest_add(struct digest *d, const void *data, size_t len)
{
	if (len > 0)
		check(EVP_DigestUpdate(d->ctx, data, len));
}

void
digest_end(struct digest *d, uint8_t hash[static DIGEST_LEN])
{
	check(EVP_DigestFinal_ex(d->ctx, hash, NULL));
}

void
digest_of(struct digest *d, const void *data, size_t len,
    uint8_t hash[static DIGEST_LEN])
{
	digest_begin(d);
	digest_add(d, data, len);
	digest_end(d, hash);
}
