/* relations - the tables of a trail, as its archive database numbers them */

#include "relations.h"

#include <stdlib.h>

#include "mem.h"
#include "sql.h"

#define NO_RELATION (-1) /* trails count from 1 */

struct relation {
	int32_t id, rel;
};

struct relations {
	struct relation *v; /* by their ids */
	size_t n, size;
};

static int
add(int ncols, char *const cols[], void *arg)
{
	struct relations *r = arg;

	(void)ncols;
	if (r->n == r->size) {
		r->size = r->size == 0 ? 64 : r->size * 2;
		r->v = xreallocarray(r->v, r->size, sizeof(*r->v));
	}
	r->v[r->n].id = (int32_t)strtol(cols[0], NULL, 10);
	r->v[r->n].rel = (int32_t)strtol(cols[1], NULL, 10);
	r->n++;
	return 0;
}

int
relations_read(struct relations **out, struct db *db)
{
	*out = NULL;
	if (!db_is_archive(db))
		return 0;
	*out = xcalloc(1, sizeof(**out));
	return db_query(db, sql_archived_relations, 0, NULL, add, *out);
}

void
relations_free(struct relations *r)
{
	if (r == NULL)
		return;
	free(r->v);
	free(r);
}

static int
compare(const void *key, const void *member)
{
	const int32_t id = *(const int32_t *)key;
	const struct relation *r = member;

	return id < r->id ? -1 : id > r->id;
}

int64_t
relations_back(const struct relations *r, int64_t record)
{
	const int32_t id = (int32_t)(record >> 32);
	const struct relation *found = NULL;
	int32_t rel;

	if (r == NULL)
		return record;
	if (r->n > 0)
		found = bsearch(&id, r->v, r->n, sizeof(*r->v), compare);
	rel = found != NULL ? found->rel : NO_RELATION;
	return (int64_t)((uint64_t)(uint32_t)rel << 32 | (uint32_t)record);
}
