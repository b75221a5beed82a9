/* sign - Ed25519 keys (RFC 8032) in PEM files, as openssl reads and writes them
 */

#include "sign.h"

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hex.h"
#include "mem.h"
#include "tool.h"

#define MOST 4096 /* bytes of a file with a key */

struct sign {
	EVP_PKEY *key;
};

static char message[512];

static const char *
fails(const char *path, const char *why)
{
	snprintf(message, sizeof(message), "%s: %s", path, why);
	return message;
}

/* Nothing of this fails but for want of memory. */
static void
check(bool ok)
{
	if (!ok)
		errx(TOOL_FAILED, "libcrypto cannot do Ed25519");
}

/* Reading */

/* secret: nobody but the owner may read it. */
static const char *
read_file(const char *path, bool secret, char text[static MOST], size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	const char *why = NULL;
	struct stat st;
	ssize_t n = 0;

	*len = 0;
	if (fd == -1)
		return fails(path, strerror(errno));
	if (fstat(fd, &st) == -1)
		why = fails(path, strerror(errno));
	else if (secret && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		why = fails(path,
		    "a private key that others than its owner may read "
		    "or write");
	while (why == NULL && *len < MOST &&
	    (n = read(fd, text + *len, MOST - *len)) > 0)
		*len += (size_t)n;
	if (n == -1)
		why = fails(path, strerror(errno));
	close(fd);
	return why;
}

/* A key with a password is none that a nightly job can use; libcrypto would
 * ask the terminal. */
static int
no_password(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	*(bool *)arg = true;
	return -1;
}

static BIO *
bio_of(const char *text, size_t len)
{
	BIO *bio = BIO_new_mem_buf(text, (int)len);

	check(bio != NULL);
	return bio;
}

const char *
sign_load(struct sign **s, const char *path)
{
	char text[MOST];
	size_t len;
	const char *why = read_file(path, true, text, &len);
	bool asked = false;
	EVP_PKEY *key = NULL;
	BIO *bio;

	*s = NULL;
	if (why == NULL) {
		bio = bio_of(text, len);
		key = PEM_read_bio_PrivateKey(bio, NULL, no_password, &asked);
		BIO_free(bio);
	}
	OPENSSL_cleanse(text, sizeof(text));
	if (why != NULL)
		return why;
	if (key == NULL)
		return fails(path,
		    asked ? "a key with a password cannot be used"
			  : "no private key in PEM");
	if (!EVP_PKEY_is_a(key, "ED25519")) {
		EVP_PKEY_free(key);
		return fails(path, "not an Ed25519 key");
	}
	*s = xmalloc(sizeof(**s));
	(*s)->key = key;
	return NULL;
}

/* Whether the text is the key in hexadecimal digits. */
static bool
read_digits(uint8_t key[static SIGN_KEY_LEN], const char *text, size_t len)
{
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		len--;
	return hex_read(key, SIGN_KEY_LEN, text, len);
}

const char *
sign_load_public(uint8_t key[static SIGN_KEY_LEN], const char *path)
{
	char text[MOST];
	size_t len, n = SIGN_KEY_LEN;
	const char *why = read_file(path, false, text, &len);
	bool asked, ok;
	EVP_PKEY *pkey;
	BIO *bio;

	if (why != NULL)
		return why;
	if (read_digits(key, text, len))
		return NULL;
	bio = bio_of(text, len);
	pkey = PEM_read_bio_PUBKEY(bio, NULL, no_password, &asked);
	BIO_free(bio);
	OPENSSL_cleanse(text, sizeof(text)); /* it may be the wrong file */
	if (pkey == NULL)
		return fails(path,
		    "no public key in PEM or 64 hexadecimal digits");
	ok = EVP_PKEY_is_a(pkey, "ED25519") &&
	    EVP_PKEY_get_raw_public_key(pkey, key, &n) == 1;
	EVP_PKEY_free(pkey);
	return ok ? NULL : fails(path, "not an Ed25519 key");
}

/* Making and writing */

struct sign *
sign_new(void)
{
	struct sign *s = xmalloc(sizeof(*s));

	s->key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	check(s->key != NULL);
	return s;
}

/* A name in a directory is on disk when the directory is. */
static int
sync_directory(const char *path)
{
	char *copy = xstrdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = fd == -1 ? -1 : fsync(fd);

	if (fd != -1)
		close(fd);
	free(copy);
	return result;
}

static int
write_all(int fd, const char *p, size_t len)
{
	ssize_t n;

	for (; len > 0; p += n, len -= (size_t)n)
		if ((n = write(fd, p, len)) == -1)
			return -1;
	return 0;
}

static const char *
write_file(const char *path, mode_t mode, BIO *bio)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	const char *why = NULL;
	char *text;
	long len = BIO_get_mem_data(bio, &text);
	int fd = open(path, flags, mode);

	if (fd == -1)
		return fails(path, strerror(errno));
	if (write_all(fd, text, (size_t)len) == -1 || fsync(fd) == -1)
		why = fails(path, strerror(errno));
	if (close(fd) == -1 && why == NULL)
		why = fails(path, strerror(errno));
	if (why == NULL && sync_directory(path) == -1)
		why = fails(path, strerror(errno));
	if (why != NULL)
		unlink(path);
	return why;
}

const char *
sign_save(const struct sign *s, const char *path)
{
	BIO *bio = BIO_new(BIO_s_secmem()); /* cleaned when it is freed */
	const char *why;

	check(bio != NULL &&
	    PEM_write_bio_PKCS8PrivateKey(bio, s->key, NULL, NULL, 0, NULL,
		NULL) == 1);
	why = write_file(path, 0600, bio);
	BIO_free(bio);
	return why;
}

const char *
sign_save_public(const struct sign *s, const char *path)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *why;

	check(bio != NULL && PEM_write_bio_PUBKEY(bio, s->key) == 1);
	why = write_file(path, 0644, bio);
	BIO_free(bio);
	return why;
}

void
sign_free(struct sign *s)
{
	if (s == NULL)
		return;
	EVP_PKEY_free(s->key); /* overwrites it */
	free(s);
}

/* Using */

void
sign_public(const struct sign *s, uint8_t key[static SIGN_KEY_LEN])
{
	size_t len = SIGN_KEY_LEN;

	check(EVP_PKEY_get_raw_public_key(s->key, key, &len) == 1);
}

void
sign_bytes(const struct sign *s, const void *data, size_t len,
    uint8_t signature[static SIGN_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = SIGN_LEN;

	check(ctx != NULL &&
	    EVP_DigestSignInit(ctx, NULL, NULL, NULL, s->key) == 1 &&
	    EVP_DigestSign(ctx, signature, &n, data, len) == 1);
	EVP_MD_CTX_free(ctx);
}

bool
sign_verify(const uint8_t key[static SIGN_KEY_LEN], const void *data,
    size_t len, const uint8_t signature[static SIGN_LEN])
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL,
	    key, SIGN_KEY_LEN);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good;

	check(pkey != NULL && ctx != NULL);
	good = EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
	    EVP_DigestVerify(ctx, signature, SIGN_LEN, data, len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return good;
}
