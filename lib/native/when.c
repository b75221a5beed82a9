/* when - predicates of rules. They are of built-in functions only, which is
 * seen to when a rule is added, and run with the rights of the writer. */

#include "native.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/guc.h"

struct when {
	SPIPlanPtr plan;
	int n;
	int *cols;
};

struct preparing {
	const char *query;
	SPIPlanPtr plan;
};

/* From here on to AtEOXact_GUC() names mean what they meant when the server
 * wrote the predicate out, whatever the writer's search_path says. */
static int
fix_path(void)
{
	int nest = NewGUCNestLevel();

	set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET,
	    PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return nest;
}

static void
prepare(void *arg)
{
	struct preparing *p = arg;
	Oid type = JSONBOID;
	int nest = fix_path();

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	p->plan = SPI_prepare(p->query, 1, &type);
	if (p->plan == NULL || SPI_keepplan(p->plan) != 0)
		elog(ERROR, "SPI_prepare failed");
	SPI_finish();
	AtEOXact_GUC(true, nest);
}

static void
prepare_fixed(void *arg)
{
	settings_run(prepare, arg);
}

struct when *
when_new(const char *query, int n, const int *cols)
{
	struct preparing p = { .query = query };
	struct when *w;

	if (!guard(prepare_fixed, &p))
		return NULL;
	w = palloc0(sizeof(*w));
	w->plan = p.plan;
	w->n = n;
	w->cols = palloc(sizeof(*w->cols) * Max(n, 1));
	memcpy(w->cols, cols, sizeof(*w->cols) * n);
	return w;
}

void
when_free(struct when *w)
{
	if (w != NULL)
		SPI_freeplan(w->plan);
}

struct asking {
	const struct when *when;
	const struct plan *plan;
	const struct change *change;
	bool met;
};

static void
ask(void *arg)
{
	struct asking *a = arg;
	const struct change *c = a->change;
	bool after = c->op != OP_DELETE, null;
	Datum row, answer;
	int nest = fix_path();

	row = image_columns(a->plan, after ? c->news : c->olds,
	    after ? c->new_nulls : c->old_nulls, a->when->n, a->when->cols);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_plan(a->when->plan, &row, NULL, true, 1) !=
		SPI_OK_SELECT ||
	    SPI_processed != 1)
		elog(ERROR, "a predicate gave no row");
	answer = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1,
	    &null);
	a->met = !null && DatumGetBool(answer);
	SPI_finish();
	AtEOXact_GUC(true, nest);
}

static void
ask_fixed(void *arg)
{
	settings_run(ask, arg);
}

bool
when_met(const struct when *w, const struct plan *p, const struct change *c)
{
	struct asking a = { .when = w, .plan = p, .change = c };

	return !guard(ask_fixed, &a) || a.met;
}
