/* trails - which trails of an archive database */

#include "trails.h"

#include <stdlib.h>

#include "mem.h"
#include "sql.h"

static int
add(int ncols, char *const cols[], void *arg)
{
	struct trails *t = arg;

	(void)ncols;
	t->v = xreallocarray(t->v, t->n + 1, sizeof(*t->v));
	t->v[t->n++] = (struct trail){ (int)strtol(cols[0], NULL, 10),
		xstrdup(cols[1]), xstrdup(cols[2]) };
	return 0;
}

int
trails_choose(struct trails *t, struct db *db, const struct words *names)
{
	char *array = db_array(names->n, names->v);
	int rc = db_query(db, sql_choose_trails, 1, &array, add, t);

	free(array);
	return rc;
}

int
trails_choose_one(struct db *db, const struct trail *one)
{
	char *array = db_array(1, &one->name);
	int rc = db_exec(db, sql_choose_trails, 1, &array);

	free(array);
	return rc;
}

void
trails_free(struct trails *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		free(t->v[i].id);
		free(t->v[i].name);
	}
	free(t->v);
	*t = (struct trails){ NULL, 0 };
}

const char *
trails_name(const struct trails *t, int no)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->v[i].no == no)
			return t->v[i].name;
	return NULL;
}
