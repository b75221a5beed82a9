/* ship-explain - events that are not there any more: by which acts */

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>

#include "finding.h"
#include "hex.h"
#include "mem.h"
#include "parts.h"
#include "row.h"
#include "ship.h"
#include "sql.h"

struct acts {
	struct claims *claims;
	struct row row;
	struct leaf *leaf;
};

static int
add(int ncols, const struct db_field cols[], void *arg)
{
	struct acts *a = arg;
	uint8_t own[DIGEST_LEN];

	if (row_read(&a->row, ncols, cols) == 0 &&
	    parts_leaf(a->leaf, &a->row.event, own) == 0)
		claims_add(a->claims, &a->row.event, own);
	return 0;
}

/* Whether they are proven, audit-seal verify says, of the archive too: they are
 * events that come there themselves. */
static enum tool_status
read_acts(struct ship *s)
{
	static char all[] = "00000000-0000-0000-0000-000000000000";
	static struct findings silent = { .silent = true };
	struct acts a = { .leaf = leaf_new() };
	char *params[] = { all };
	int rc;

	s->claims = a.claims = claims_new(&silent, false);
	rc = db_exec(s->run->db, sql_ship_first, 1, params);
	if (rc == 0)
		rc = db_script(s->run->db, "set local enable_sort = on");
	if (rc == 0)
		rc = db_copy_binary(s->run->db, sql_verify_acts, add, &a);
	if (rc == 0)
		rc = db_script(s->run->db, "set local enable_sort = off");
	row_free(&a.row);
	leaf_free(a.leaf);
	return rc == -1 ? TOOL_FAILED : TOOL_OK;
}

enum tool_status
ship_explain(struct ship *s, const struct ship_key *key, const uint8_t *leaves,
    size_t nleaves, const uint32_t at[], size_t n)
{
	enum tool_status status;
	char id[HEX_UUID];
	uint32_t *claims;
	size_t i;

	if (s->claims == NULL && (status = read_acts(s)) != TOOL_OK)
		return status;
	claims = claims_row(s->claims, key->seal, key->month, key->n, nleaves);
	for (i = 0; i < n; i++)
		if (!claims_gone(s->claims, key->seal,
			leaves + (size_t)at[i] * (16 + DIGEST_LEN),
			claims != NULL ? claims[at[i]] : 0))
			break;
	free(claims);
	if (i == n)
		return TOOL_OK;
	hex_write_uuid(id, leaves + (size_t)at[i] * (16 + DIGEST_LEN));
	warnx("trail %s: event %s of seal %" PRIu64 " is not there, and no act "
	      "of audit-purge says that it was removed; see audit-seal verify",
	    s->name, id, key->seal);
	return TOOL_NO;
}
