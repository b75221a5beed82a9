/* tsa - replies of time stamping authorities (RFC 3161) */

#include "tsa.h"

#include <openssl/err.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "moment.h"

static const char *
reason(const char *what)
{
	static char text[160];
	const char *why = ERR_reason_error_string(ERR_peek_last_error());

	snprintf(text, sizeof(text), "%s%s%s", what, why != NULL ? ": " : "",
	    why != NULL ? why : "");
	ERR_clear_error();
	return text;
}

static bool
is_imprint(TS_TST_INFO *info, const uint8_t imprint[static DIGEST_LEN])
{
	TS_MSG_IMPRINT *m = TS_TST_INFO_get_msg_imprint(info);
	const ASN1_OCTET_STRING *msg = TS_MSG_IMPRINT_get_msg(m);
	const ASN1_OBJECT *algorithm;

	X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(m));
	return OBJ_obj2nid(algorithm) == NID_sha256 &&
	    ASN1_STRING_length(msg) == DIGEST_LEN &&
	    memcmp(ASN1_STRING_get0_data(msg), imprint, DIGEST_LEN) == 0;
}

static bool
read_time(TS_TST_INFO *info, time_t *seconds)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &tm) != 1)
		return false;
	*seconds = timegm(&tm);
	return true;
}

/* The certificate may have run out since: the stamp's own time counts. */
static X509_STORE *
open_store(const char *path, time_t at)
{
	X509_STORE *store = X509_STORE_new();

	if (store == NULL)
		return NULL;
	if (X509_STORE_load_locations(store, path, NULL) != 1) {
		X509_STORE_free(store);
		return NULL;
	}
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), at);
	return store;
}

const char *
tsa_refuse(const char *path)
{
	X509_STORE *store = open_store(path, 0);
	const char *why = store == NULL ? "no certificates in PEM" : NULL;

	X509_STORE_free(store);
	ERR_clear_error();
	return why;
}

static const char *
check_signer(TS_RESP *resp, const char *path, time_t at)
{
	TS_VERIFY_CTX *ctx = TS_VERIFY_CTX_new();
	X509_STORE *store = open_store(path, at);
	const char *why = NULL;

	if (ctx == NULL || store == NULL)
		why = reason(path);
	else {
		TS_VERIFY_CTX_set_flags(ctx, TS_VFY_VERSION | TS_VFY_SIGNATURE);
		TS_VERIFY_CTX_set_store(ctx, store); /* takes it */
		store = NULL;
		if (TS_RESP_verify_response(ctx, resp) != 1)
			why = reason("nobody in --tsa vouches for it");
	}
	X509_STORE_free(store);
	TS_VERIFY_CTX_free(ctx);
	return why;
}

const char *
tsa_check(const uint8_t *reply, size_t len,
    const uint8_t imprint[static DIGEST_LEN], const char *path, int64_t *at)
{
	const unsigned char *p = reply;
	TS_RESP *resp = d2i_TS_RESP(NULL, &p, (long)len);
	TS_TST_INFO *info = resp != NULL ? TS_RESP_get_tst_info(resp) : NULL;
	const char *why = NULL;
	time_t seconds = 0;

	ERR_clear_error();
	if (resp == NULL || p != reply + len)
		why = "no reply of a time stamping authority";
	else if (info == NULL || !read_time(info, &seconds))
		why = "the time stamp was not granted";
	else if (!is_imprint(info, imprint))
		why = "a time stamp of something else";
	else if (path != NULL)
		why = check_signer(resp, path, seconds);
	*at = ((int64_t)seconds - MOMENT_EPOCH) * 1000000;
	TS_RESP_free(resp);
	return why;
}
