/* vectors - what audit-seal computes, against published test vectors
 *
 * vectors sha256|merkle|ed25519|moment|month	check, and name what is wrong
 * vectors canon		each line of stdin, JSON, in canonical form
 * vectors leaf			for each line of key TAB old TAB new (empty:
 *null), its leaf hash, as canonical and as foreign JSON vectors seal
 *each line of stdin, a seal: bytes, hash, root of its months, and the line
 *again; or what is wrong vectors key FILE		load it, sign and verify
 */

#include <err.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "canon.h"
#include "digest.h"
#include "hex.h"
#include "leaf.h"
#include "line.h"
#include "mem.h"
#include "merkle.h"
#include "moment.h"
#include "seal.h"
#include "sign.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static int status;
static struct digest *digest;

static void check(bool good, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
check(bool good, const char *fmt, ...)
{
	va_list ap;

	if (good)
		return;
	va_start(ap, fmt);
	vwarnx(fmt, ap);
	va_end(ap);
	status = 1;
}

static bool
is_hex(const uint8_t *bytes, size_t n, const char *hex)
{
	char *text = xmalloc(2 * n + 1);
	bool same;

	hex_write(text, bytes, n);
	same = strcmp(text, hex) == 0;
	free(text);
	return same;
}

static void
put_hex(const uint8_t *bytes, size_t n, char end)
{
	char *text = xmalloc(2 * n + 1);

	hex_write(text, bytes, n);
	printf("%s%c", text, end);
	free(text);
}

/* SHA-256: FIPS 180-4's examples */

static void
check_sha256(void)
{
	static const char *const v[][2] = {
		{ "",
		    "e3b0c44298fc1c149afbf4c8996fb924"
		    "27ae41e4649b934ca495991b7852b855" },
		{ "abc",
		    "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		    "248d6a61d20638b8e5c026930c3e6039"
		    "a33ce45964ff2167f6ecedd419db06c1" },
	};
	uint8_t hash[DIGEST_LEN];
	char a[1000];
	size_t i;

	for (i = 0; i < COUNT(v); i++) {
		digest_of(digest, v[i][0], strlen(v[i][0]), hash);
		check(is_hex(hash, DIGEST_LEN, v[i][1]), "\"%s\"", v[i][0]);
	}
	memset(a, 'a', sizeof(a));
	digest_begin(digest);
	for (i = 0; i < 1000; i++)
		digest_add(digest, a, sizeof(a));
	digest_end(digest, hash);
	check(is_hex(hash, DIGEST_LEN,
		  "cdc76e5c9914fb9281a1c7e284d73e67"
		  "f1809a48a497200e046d39ccc7112cd0"),
	    "a million times a");
}

/* Merkle trees: the eight leaves, their roots and proofs that Certificate
 * Transparency's implementations are tested with */

static const struct {
	const char *data;
	size_t len;
	const char *root; /* of the tree up to here */
} ct[] = {
	{ "", 0,
	    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
	{ "\x00", 1,
	    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
	{ "\x10", 1,
	    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
	{ "\x20\x21", 2,
	    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
	{ "\x30\x31", 2,
	    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
	{ "\x40\x41\x42\x43", 4,
	    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
	{ "\x50\x51\x52\x53\x54\x55\x56\x57", 8,
	    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
	{ "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
	    16,
	    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
};

#define H_96 "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define H_5F "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define H_6B "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
#define H_BC "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define H_CA "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
#define H_D3 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
#define H_FA "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
#define H_6E "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
#define H_0E "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"

static const struct {
	bool inclusion; /* of the leaf with the index; else consistency */
	uint64_t index, size;
	const char *path[4];
} proofs[] = {
	{ true, 0, 1, { NULL } },
	{ true, 0, 8, { H_96, H_5F, H_6B, NULL } },
	{ true, 5, 8, { H_BC, H_CA, H_D3, NULL } },
	{ true, 2, 3, { H_FA, NULL } },
	{ true, 1, 5, { H_6E, H_5F, H_BC, NULL } },
	{ false, 1, 1, { NULL } },
	{ false, 1, 8, { H_96, H_5F, H_6B, NULL } },
	{ false, 6, 8, { H_0E, H_CA, H_D3, NULL } },
	{ false, 2, 5, { H_5F, H_BC, NULL } },
};

static void
check_published(void)
{
	uint8_t leaves[COUNT(ct)][DIGEST_LEN], root[DIGEST_LEN];
	struct merkle m = { 0 };
	struct merkle_path path = { 0 };
	size_t i, n;

	for (i = 0; i < COUNT(ct); i++) {
		merkle_leaf(digest, ct[i].data, ct[i].len, leaves[i]);
		merkle_add(&m, digest, leaves[i]);
		merkle_root(&m, digest, root);
		check(is_hex(root, DIGEST_LEN, ct[i].root), "root of %zu",
		    i + 1);
	}
	for (i = 0; i < COUNT(proofs); i++) {
		if (proofs[i].inclusion)
			merkle_inclusion(&path, digest, leaves[0],
			    proofs[i].size, proofs[i].index);
		else
			merkle_consistency(&path, digest, leaves[0],
			    proofs[i].size, proofs[i].index);
		for (n = 0; proofs[i].path[n] != NULL; n++)
			check(n < path.n &&
				is_hex(path.hash[n], DIGEST_LEN,
				    proofs[i].path[n]),
			    "proof %zu, hash %zu", i, n);
		check(path.n == n, "proof %zu has %zu hashes", i, path.n);
	}
}

/* The root as section 2.1.1 defines it */
static void
naive_root(const uint8_t *leaves, size_t n, uint8_t root[static DIGEST_LEN])
{
	uint8_t node[1 + 2 * DIGEST_LEN] = { 1 };
	size_t k = 1;

	if (n == 0)
		digest_of(digest, NULL, 0, root);
	else if (n == 1)
		memcpy(root, leaves, DIGEST_LEN);
	else {
		while (k * 2 < n)
			k *= 2;
		naive_root(leaves, k, node + 1);
		naive_root(leaves + k * DIGEST_LEN, n - k,
		    node + 1 + DIGEST_LEN);
		digest_of(digest, node, sizeof(node), root);
	}
}

#define MOST 130

static uint8_t leaves[MOST][DIGEST_LEN], roots[MOST + 1][DIGEST_LEN];

/* What is not so must not be proven: another leaf, index, size, root, and a
 * path that is shorter, longer or has a bit changed. */
static void
check_no_inclusion(const struct merkle_path *path, uint64_t i, uint64_t n)
{
	struct merkle_path bad = *path;
	size_t h;
	uint64_t k;

	for (k = 0; k < n && n <= 33; k++)
		check(k == i ||
			(!merkle_includes(path, digest, leaves[i], k, n,
			     roots[n]) &&
			    !merkle_includes(path, digest, leaves[k], i, n,
				roots[n])),
		    "%" PRIu64 " as %" PRIu64 " of %" PRIu64, i, k, n);
	check(!merkle_includes(path, digest, leaves[i], n, n, roots[n]),
	    "behind the end of %" PRIu64, n);
	check(!merkle_includes(path, digest, leaves[i], i, n, roots[n - 1]),
	    "%" PRIu64 " of %" PRIu64 " in another tree", i, n);
	for (h = 0; h < path->n; h++) {
		bad.hash[h][h % DIGEST_LEN] ^= 1;
		check(!merkle_includes(&bad, digest, leaves[i], i, n, roots[n]),
		    "%" PRIu64 " of %" PRIu64 " with a bad path", i, n);
		bad.hash[h][h % DIGEST_LEN] ^= 1;
	}
	bad.n++;
	check(!merkle_includes(&bad, digest, leaves[i], i, n, roots[n]),
	    "%" PRIu64 " of %" PRIu64 " with a longer path", i, n);
	bad.n -= 2;
	check(path->n == 0 ||
		!merkle_includes(&bad, digest, leaves[i], i, n, roots[n]),
	    "%" PRIu64 " of %" PRIu64 " with a shorter path", i, n);
}

static void
check_no_consistency(const struct merkle_path *path, uint64_t i, uint64_t n)
{
	struct merkle_path bad = *path;
	size_t h;

	check(!merkle_consistent(path, digest, i, roots[i - 1], n, roots[n]),
	    "another %" PRIu64 " of %" PRIu64, i, n);
	check(!merkle_consistent(path, digest, i, roots[i], n, roots[n - 1]),
	    "%" PRIu64 " of another %" PRIu64, i, n);
	check(!merkle_consistent(path, digest, n + 1, roots[i], n, roots[n]),
	    "a tree that shrank to %" PRIu64, n);
	for (h = 0; h < path->n; h++) {
		bad.hash[h][h % DIGEST_LEN] ^= 0x80;
		check(!merkle_consistent(&bad, digest, i, roots[i], n,
			  roots[n]),
		    "%" PRIu64 " and %" PRIu64 " with a bad path", i, n);
		bad.hash[h][h % DIGEST_LEN] ^= 0x80;
	}
	bad.n++;
	check(!merkle_consistent(&bad, digest, i, roots[i], n, roots[n]),
	    "%" PRIu64 " and %" PRIu64 " with a longer path", i, n);
	bad.n -= 2;
	check(path->n == 0 ||
		!merkle_consistent(&bad, digest, i, roots[i], n, roots[n]),
	    "%" PRIu64 " and %" PRIu64 " with a shorter path", i, n);
}

static void
check_merkle(void)
{
	struct merkle m = { 0 };
	struct merkle_path path = { 0 };
	uint8_t root[DIGEST_LEN];
	uint64_t i, n;

	check_published();
	naive_root(leaves[0], 0, roots[0]);
	merkle_root(&m, digest, root);
	check(memcmp(root, roots[0], DIGEST_LEN) == 0, "root of nothing");
	for (n = 1; n <= MOST; n++) {
		merkle_leaf(digest, &n, sizeof(n), leaves[n - 1]);
		naive_root(leaves[0], n, roots[n]);
		merkle_add(&m, digest, leaves[n - 1]);
		merkle_root(&m, digest, root);
		check(memcmp(root, roots[n], DIGEST_LEN) == 0,
		    "root of %" PRIu64, n);
		for (i = 0; i < n; i++) {
			merkle_inclusion(&path, digest, leaves[0], n, i);
			check(merkle_includes(&path, digest, leaves[i], i, n,
				  roots[n]),
			    "%" PRIu64 " of %" PRIu64, i, n);
			check_no_inclusion(&path, i, n);
		}
		for (i = 1; i <= n; i++) {
			merkle_consistency(&path, digest, leaves[0], n, i);
			check(merkle_consistent(&path, digest, i, roots[i], n,
				  roots[n]),
			    "first %" PRIu64 " of %" PRIu64, i, n);
			check_no_consistency(&path, i, n);
		}
	}
}

/* Ed25519: RFC 8032, section 7.1 */

static const struct {
	const char *secret, *public, *message;
	size_t len;
	const char *signature;
} rfc8032[] = {
	{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
	    "", 0,
	    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
	    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100"
	    "b" },
	{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
	    "\x72", 1,
	    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c0"
	    "0" },
	{ "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
	    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
	    "\xaf\x82", 2,
	    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
	    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40"
	    "a" },
};

/* A key file as openssl makes it; the caller removes it. */
static struct sign *
key_of(const char *secret)
{
	static const uint8_t head[] = { 0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3,
		0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20 };
	uint8_t der[sizeof(head) + SIGN_KEY_LEN], text[100];
	char path[] = "/tmp/audit-vectors.XXXXXX";
	struct sign *key = NULL;
	const char *why;
	int fd = mkstemp(path);

	memcpy(der, head, sizeof(head));
	hex_read(der + sizeof(head), SIGN_KEY_LEN, secret, strlen(secret));
	EVP_EncodeBlock(text, der, sizeof(der));
	if (fd == -1)
		err(3, "%s", path);
	dprintf(fd,
	    "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n",
	    (char *)text);
	close(fd);
	why = sign_load(&key, path);
	unlink(path);
	if (why != NULL)
		errx(1, "%s", why);
	return key;
}

static void
check_ed25519(void)
{
	uint8_t public[SIGN_KEY_LEN], signature[SIGN_LEN];
	struct sign *key;
	size_t i, bit;

	for (i = 0; i < COUNT(rfc8032); i++) {
		const void *text = rfc8032[i].message;
		const size_t len = rfc8032[i].len;

		key = key_of(rfc8032[i].secret);
		sign_public(key, public);
		check(is_hex(public, SIGN_KEY_LEN, rfc8032[i].public),
		    "public key %zu", i);
		sign_bytes(key, text, len, signature);
		check(is_hex(signature, SIGN_LEN, rfc8032[i].signature),
		    "signature %zu", i);
		check(sign_verify(public, text, len, signature), "verify %zu",
		    i);
		check(!sign_verify(public, "x", 1, signature),
		    "other bytes %zu", i);
		for (bit = 0; bit < SIGN_LEN * (size_t)8; bit++) {
			signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
			check(!sign_verify(public, text, len, signature),
			    "signature %zu without bit %zu", i, bit);
			signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		public[0] ^= 1;
		check(!sign_verify(public, text, len, signature),
		    "another key %zu", i);
		sign_free(key);
	}
	memset(public, 0xff, sizeof(public)); /* no point of the curve */
	check(!sign_verify(public, "", 0, signature), "no key");
}

/* Times */

static void
check_moment(void)
{
	static const char *const bad[] = { "", "2026-11-22T05:15:31.000000",
		"2026-02-29T00:00:00.000000Z", "2026-13-01T00:00:00.000000Z",
		"2026-00-01T00:00:00.000000Z", "2026-01-00T00:00:00.000000Z",
		"2026-01-01T24:00:00.000000Z", "2026-01-01T00:60:00.000000Z",
		"2026-01-01T00:00:60.000000Z", "2026-01-01T00:00:00.00000Z",
		"2026-01-01T00:00:00,000000Z", "2026-01-01 00:00:00.000000Z",
		"02026-01-01T00:00:00.000000Z", "026-01-01T00:00:00.000000Z",
		"2026-01-01T00:00:00.000000z", "-026-01-01T00:00:00.000000Z",
		"294277-01-01T00:00:00.000000Z" };
	char text[MOMENT_LEN];
	int64_t us, back;
	size_t i, len;

	/* every eleven days and a bit, from March of the year 0 on */
	for (us = INT64_C(-63108720000000000); us < INT64_C(400000000000000000);
	     us += INT64_C(999999999989)) {
		len = moment_write(text, us);
		check(strlen(text) == len && moment_read(&back, text, len) &&
			back == us,
		    "%" PRId64 " is %s", us, text);
	}
	for (i = 0; i < COUNT(bad); i++)
		check(!moment_read(&us, bad[i], strlen(bad[i])), "%s", bad[i]);
	moment_write(text, 0);
	check(strcmp(text, "2000-01-01T00:00:00.000000Z") == 0, "%s", text);
	moment_write(text, -1);
	check(strcmp(text, "1999-12-31T23:59:59.999999Z") == 0, "%s", text);
	moment_write(text, INT64_MIN);
	moment_write(text, INT64_MAX);
}

static void
check_month(void)
{
	static const struct {
		const char *id, *month;
	} v[] = {
		{ "00000000-0000-0000-0000-000000000000", "1970-01" },
		{ "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "2022-02" },
		{ "01937f84-57ff-7fff-bfff-ffffffffffff", "2024-11" },
		{ "01937f84-5800-7000-8000-000000000000", "2024-12" },
		{ "ffffffff-ffff-ffff-ffff-ffffffffffff", "9999-12" },
	};
	char month[LEAF_MONTH];
	uint8_t id[16];
	size_t i;

	for (i = 0; i < COUNT(v); i++) {
		check(hex_read_uuid(id, v[i].id, 36), "%s", v[i].id);
		leaf_month(id, month);
		check(strcmp(month, v[i].month) == 0, "%s: %s", v[i].id, month);
	}
}

/* Lines of stdin */

static void
each_line(void (*f)(const char *, size_t))
{
	struct line *line = line_new(stdin);
	int got;

	while ((got = line_next(line)) != 0)
		if (got == -1)
			errx(1, "%s", line_error(line));
		else
			f(line_text(line), strlen(line_text(line)));
	line_free(line);
}

static void
put_canon(const char *text, size_t len)
{
	struct buf b = { NULL, 0, 0 };
	struct json j;
	size_t where;
	const char *why = json_parse(&j, text, len, &where);

	if (why == NULL) {
		canon_put(&b, j);
		printf("%.*s\n", (int)b.len, b.p);
	} else
		printf("%s\n", why);
	buf_free(&b);
}

static void
put_leaf(const char *text, size_t len)
{
	static const int64_t parents[] = { 7, -8 };
	struct leaf_event ev = { .at = INT64_C(848648131123456),
		.txid = 8123,
		.text = { [LEAF_OP] = { "update", 6 },
		    [LEAF_TABLE] = { "t", 1 },
		    [LEAF_ACTOR] = { "ann \"x\"", 7 },
		    [LEAF_APP] = { "", 0 } },
		.has_record = true,
		.record = -5,
		.parents = parents,
		.nparents = 2 };
	struct leaf_value *v[] = { &ev.key, &ev.old, &ev.new };
	const char *end = text + len, *tab;
	struct leaf *l = leaf_new();
	uint8_t hash[DIGEST_LEN];
	size_t i;

	for (i = 0; i < 16; i++) {
		ev.id[i] = (uint8_t)i;
		ev.salt[i] = (uint8_t)(255 - i);
	}
	for (i = 0; i < 3; i++) {
		tab = memchr(text, '\t', (size_t)(end - text));
		if (tab == NULL)
			tab = end;
		if (tab > text)
			*v[i] =
			    (struct leaf_value){ text, (size_t)(tab - text) };
		text = tab < end ? tab + 1 : end;
	}
	ev.canonical = true;
	if (leaf_hash(l, &ev, hash) == -1)
		printf("wrong ");
	else
		put_hex(hash, sizeof(hash), ' ');
	ev.canonical = false;
	if (leaf_hash(l, &ev, hash) == -1)
		printf("wrong\n");
	else
		put_hex(hash, sizeof(hash), '\n');
	leaf_free(l);
}

static void
put_seal(const char *text, size_t len)
{
	struct seal s;
	struct buf b = { NULL, 0, 0 };
	const char *why = seal_read(&s, text, len);
	uint8_t hash[DIGEST_LEN];

	if (why == NULL) {
		seal_bytes(&b, &s);
		put_hex((uint8_t *)b.p, b.len, '\n');
		seal_hash(&s, digest, hash);
		put_hex(hash, sizeof(hash), '\n');
		seal_root(&s, digest, hash);
		put_hex(hash, sizeof(hash), '\n');
		seal_write(stdout, &s);
	} else
		puts(why);
	buf_free(&b);
	seal_free(&s);
}

/* Keys: load, make, save */

static void
use_key(const char *path)
{
	struct sign *key = NULL;
	uint8_t public[SIGN_KEY_LEN];
	uint8_t signature[SIGN_LEN];
	const char *why = sign_load(&key, path);

	if (why != NULL)
		errx(1, "%s", why);
	sign_public(key, public);
	put_hex(public, sizeof(public), '\n');
	sign_bytes(key, "abc", 3, signature);
	put_hex(signature, sizeof(signature), '\n');
	check(sign_verify(public, "abc", 3, signature), "it does not verify");
	sign_free(key);
}

static void
use_public(const char *path)
{
	uint8_t public[SIGN_KEY_LEN];
	const char *why = sign_load_public(public, path);

	if (why != NULL)
		errx(1, "%s", why);
	put_hex(public, sizeof(public), '\n');
}

static void
make_key(const char *path)
{
	char *public = xasprintf("%s.pub", path);
	struct sign *key = sign_new();
	const char *why = sign_save(key, path);

	if (why == NULL)
		why = sign_save_public(key, public);
	sign_free(key);
	free(public);
	if (why != NULL)
		errx(1, "%s", why);
}

static const struct {
	const char *name;
	void (*run)(void);
	void (*line)(const char *, size_t);
	void (*file)(const char *);
} verbs[] = {
	{ "sha256", check_sha256, NULL, NULL },
	{ "merkle", check_merkle, NULL, NULL },
	{ "ed25519", check_ed25519, NULL, NULL },
	{ "moment", check_moment, NULL, NULL },
	{ "month", check_month, NULL, NULL },
	{ "canon", NULL, put_canon, NULL },
	{ "leaf", NULL, put_leaf, NULL },
	{ "seal", NULL, put_seal, NULL },
	{ "key", NULL, NULL, use_key },
	{ "public", NULL, NULL, use_public },
	{ "keygen", NULL, NULL, make_key },
};

int
main(int argc, char *argv[])
{
	size_t i;

	digest = digest_new();
	for (i = 0; i < COUNT(verbs) && argc > 1; i++) {
		if (strcmp(argv[1], verbs[i].name) != 0)
			continue;
		if (verbs[i].run != NULL)
			verbs[i].run();
		else if (verbs[i].line != NULL)
			each_line(verbs[i].line);
		else if (argc > 2)
			verbs[i].file(argv[2]);
		digest_free(digest);
		return status;
	}
	errx(2, "no such check");
}
