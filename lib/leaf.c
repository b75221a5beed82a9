/* leaf - the hash by which an event stands in a seal's tree */

#include "leaf.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "canon.h"
#include "mem.h"
#include "merkle.h"
#include "moment.h"
#include "tlv.h"

enum { /* the fields; texts have those of text_fields[] */
	F_ID = 1,
	F_AT,
	F_TXID,
	F_KEY = 10,
	F_OLD = 17,
	F_NEW
};

static const uint8_t text_fields[LEAF_TEXTS] = { 4, 5, 6, 7, 8, 9, 11, 12, 13,
	14, 15, 16 };

struct leaf {
	struct digest *digest;
	struct buf bytes;
	struct buf json; /* what was not canonical */
	struct buf key;	 /* the value of field 10 */
	char *names;	 /* what names with an escape say */
	size_t names_len;
	struct leaf_part *parts;
	size_t n, size;
	uint8_t salt[16 + 4];	   /* the event's, and a counter */
	uint8_t salts[DIGEST_LEN]; /* two of them */
};

struct leaf *
leaf_new(void)
{
	struct leaf *l = xcalloc(1, sizeof(*l));

	l->digest = digest_new();
	return l;
}

void
leaf_free(struct leaf *l)
{
	if (l == NULL)
		return;
	digest_free(l->digest);
	buf_free(&l->bytes);
	buf_free(&l->json);
	buf_free(&l->key);
	free(l->names);
	free(l->parts);
	free(l);
}

/* Commitments */

static void
put_salt(struct leaf *l, uint8_t salt[static 16])
{
	uint32_t n;

	if (l->n % 2 == 0) {
		n = htobe32((uint32_t)(l->n / 2));
		memcpy(l->salt + 16, &n, sizeof(n));
		digest_of(l->digest, l->salt, sizeof(l->salt), l->salts);
	}
	memcpy(salt, l->salts + l->n % 2 * 16, 16);
}

void
leaf_commit(struct leaf *l, struct leaf_part *part)
{
	const struct leaf_value value = part->value;
	uint8_t text[512]; /* most are short, and one piece is quicker */
	const uint32_t n = part->name.p == NULL && part->field >= F_OLD
	    ? UINT32_MAX
	    : htobe32((uint32_t)part->name.len);
	const size_t head = 16 + 1 + sizeof(n);

	memcpy(text, part->salt, 16);
	text[16] = part->field;
	memcpy(text + 17, &n, sizeof(n));
	if (part->name.len < sizeof(text) - head &&
	    value.len <= sizeof(text) - head - part->name.len) {
		if (part->name.p != NULL)
			memcpy(text + head, part->name.p, part->name.len);
		if (value.p != NULL)
			memcpy(text + head + part->name.len, value.p,
			    value.len);
		digest_of(l->digest, text, head + part->name.len + value.len,
		    part->commitment);
		return;
	}
	digest_begin(l->digest);
	digest_add(l->digest, text, head);
	digest_add(l->digest, part->name.p, part->name.len);
	digest_add(l->digest, value.p, value.len);
	digest_end(l->digest, part->commitment);
}

static void
add(struct leaf *l, uint8_t field, struct leaf_value name,
    struct leaf_value value)
{
	struct leaf_part *part;

	if (l->n == l->size) {
		l->size = l->size == 0 ? 64 : l->size * 2;
		l->parts = xreallocarray(l->parts, l->size, sizeof(*l->parts));
	}
	part = &l->parts[l->n];
	part->field = field;
	part->name = name;
	part->value = value;
	put_salt(l, part->salt);
	leaf_commit(l, part);
	l->n++;
}

/* Members */

/* What the string of a name says */
static struct leaf_value
name_of(struct leaf *l, struct json string, size_t most)
{
	struct leaf_value name = { string.p + 1, string.len - 2 };
	struct json checked;
	size_t where;
	char *text;

	if (memchr(name.p, '\\', name.len) == NULL)
		return name;
	if (json_parse(&checked, string.p, string.len, &where) != NULL)
		return (struct leaf_value){ NULL, 0 };
	if (l->names == NULL)
		l->names = xmalloc(most); /* it cannot become more */
	text = json_text(checked, &name.len);
	name.p = memcpy(l->names + l->names_len, text, name.len);
	l->names_len += name.len;
	free(text);
	return name;
}

static int
add_members(struct leaf *l, uint8_t field, struct leaf_value object,
    size_t most)
{
	struct canon_iter i;
	struct json name, value;
	struct leaf_value says;
	int got;

	canon_begin(&i, object.p, object.len);
	while ((got = canon_next(&i, &name, &value)) == 1) {
		says = name_of(l, name, most);
		if (says.p == NULL)
			return -1;
		add(l, field, says, (struct leaf_value){ value.p, value.len });
	}
	return got;
}

/* A value that is no object, or one without members, is committed to as a
 * whole. */
static int
add_values(struct leaf *l, uint8_t field, struct leaf_value v, size_t most)
{
	if (v.p == NULL)
		return 0;
	if (v.len == 0)
		return -1;
	if (*v.p == '{' && !(v.len == 2 && v.p[1] == '}'))
		return add_members(l, field, v, most);
	add(l, field, (struct leaf_value){ NULL, 0 }, v);
	return 0;
}

/* JSON */

static bool
is_null(struct leaf_value v)
{
	return v.p == NULL || (v.len == 4 && memcmp(v.p, "null", 4) == 0);
}

/* Put the canonical form of these values into l->json, and make them point to
 * it. */
static int
make_canonical(struct leaf *l, struct leaf_value *v[], size_t n)
{
	size_t i, where, at;
	struct json j;

	for (i = 0; i < n; i++) {
		if (v[i]->p == NULL)
			continue;
		if (json_parse(&j, v[i]->p, v[i]->len, &where) != NULL)
			return -1;
		at = l->json.len;
		canon_put(&l->json, j);
		v[i]->len = l->json.len - at;
	}
	/* now that it stays where it is */
	for (i = 0, at = 0; i < n; i++)
		if (v[i]->p != NULL) {
			v[i]->p = l->json.p + at;
			at += v[i]->len;
		}
	return 0;
}

static void
put_parents(struct buf *b, const int64_t *parents, size_t n)
{
	uint64_t *all = xreallocarray(NULL, n, sizeof(*all));
	size_t i;

	for (i = 0; i < n; i++)
		all[i] = htobe64((uint64_t)parents[i]);
	tlv_put(b, 4, all, n * sizeof(*all));
	free(all);
}

static void
add_key(struct leaf *l, const struct leaf_event *ev, struct leaf_value key)
{
	if (key.p == NULL && !ev->has_record && !ev->has_record_to &&
	    ev->parents == NULL)
		return;
	tlv_begin(&l->key, "AK1");
	if (key.p != NULL)
		tlv_put(&l->key, 1, key.p, key.len);
	if (ev->has_record)
		tlv_u64(&l->key, 2, (uint64_t)ev->record);
	if (ev->has_record_to)
		tlv_u64(&l->key, 3, (uint64_t)ev->record_to);
	if (ev->parents != NULL)
		put_parents(&l->key, ev->parents, ev->nparents);
	add(l, F_KEY, (struct leaf_value){ NULL, 0 },
	    (struct leaf_value){ l->key.p, l->key.len });
}

static int
add_all(struct leaf *l, const struct leaf_event *ev)
{
	struct leaf_value key = ev->key, old = ev->old, new = ev->new;
	struct leaf_value *json[] = { &key, &old, &new };
	size_t i, most;

	if (!ev->canonical && make_canonical(l, json, 3) == -1)
		return -1;
	for (i = 0; i < 3; i++)
		if (is_null(*json[i]))
			*json[i] = (struct leaf_value){ NULL, 0 };
	most = old.len + new.len;
	add_key(l, ev, key);
	for (i = LEAF_LABEL; i < LEAF_TEXTS; i++)
		if (ev->text[i].p != NULL)
			add(l, text_fields[i], (struct leaf_value){ NULL, 0 },
			    ev->text[i]);
	return add_values(l, F_OLD, old, most) == -1
	    ? -1
	    : add_values(l, F_NEW, new, most);
}

int
leaf_hash(struct leaf *l, const struct leaf_event *ev,
    uint8_t hash[static DIGEST_LEN])
{
	buf_reset(&l->json);
	buf_reset(&l->key);
	free(l->names);
	l->names = NULL;
	l->names_len = 0;
	l->n = 0;
	memcpy(l->salt, ev->salt, 16);
	if (add_all(l, ev) == -1)
		return -1;
	leaf_from_parts(l, ev, l->parts, l->n, hash);
	return 0;
}

/* From the parts to the leaf */

/* Put the commitments of one field, which begin here. Returns how many. */
static size_t
put_parts(struct buf *b, const struct leaf_part *part, size_t n)
{
	const uint8_t field = part->field;
	size_t i, same = 1;

	while (same < n && part[same].field == field)
		same++;
	tlv_head(b, field, same * DIGEST_LEN);
	for (i = 0; i < same; i++)
		buf_put(b, (const char *)part[i].commitment, DIGEST_LEN);
	return same;
}

void
leaf_from_parts(struct leaf *l, const struct leaf_event *ev,
    const struct leaf_part *part, size_t n, uint8_t hash[static DIGEST_LEN])
{
	struct buf *b = &l->bytes;
	size_t i;

	tlv_begin(b, "AE1");
	tlv_put(b, F_ID, ev->id, sizeof(ev->id));
	tlv_u64(b, F_AT, (uint64_t)ev->at);
	tlv_u64(b, F_TXID, (uint64_t)ev->txid);
	for (i = 0; i < LEAF_LABEL; i++)
		if (ev->text[i].p != NULL)
			tlv_put(b, text_fields[i], ev->text[i].p,
			    ev->text[i].len);
	for (i = 0; i < n;)
		i += put_parts(b, &part[i], n - i);
	merkle_leaf(l->digest, b->p, b->len, hash);
}

const uint8_t *
leaf_bytes(const struct leaf *l, size_t *len)
{
	*len = l->bytes.len;
	return (const uint8_t *)l->bytes.p;
}

const struct leaf_part *
leaf_parts(const struct leaf *l, size_t *n)
{
	*n = l->n;
	return l->parts;
}

int64_t
leaf_time(const uint8_t id[static 16])
{
	uint64_t n = 0;
	int i;

	for (i = 0; i < 6; i++)
		n = n << 8 | id[i];
	n = n << 12 | (uint64_t)(id[6] & 15) << 8 | id[7];
	/* rounded down when it was made */
	return (int64_t)(n / 512 * 125 + (n % 512 * 125 + 511) / 512) -
	    INT64_C(946684800000000);
}

void
leaf_month(const uint8_t id[static 16], char month[static LEAF_MONTH])
{
	const int64_t epoch = INT64_C(946684800000); /* 2000-01-01 */
	char text[MOMENT_LEN];
	int64_t ms = 0;
	int i;

	for (i = 0; i < 6; i++)
		ms = ms << 8 | id[i];
	/* the last month that has such a name stands for those after it, too */
	if (ms > INT64_C(253402300799999))
		ms = INT64_C(253402300799999);
	moment_write(text, (ms - epoch) * 1000);
	memcpy(month, text, LEAF_MONTH - 1);
	month[LEAF_MONTH - 1] = '\0';
}
