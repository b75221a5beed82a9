/* config - what audit-watch looks for, and from when on it says so */

#include "config.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static const char *const interactive[] = { "psql", "pgAdmin*", "DBeaver*",
	"DataGrip*", "TablePlus*", "HeidiSQL*", "Navicat*", "Microsoft*",
	"Excel*", "LibreOffice*", "Metabase*" };

struct config *
config_new(void)
{
	struct config *c = xcalloc(1, sizeof(*c));
	size_t i, j;

	c->learning = 7;
	for (i = 0; i < sizeof(interactive) / sizeof(interactive[0]); i++)
		words_add(&c->interactive, interactive[i]);
	words_add(&c->privileged, "postgres");
	for (i = 0; i < 7; i++) {
		c->hours[i].from = 6 * 60;
		c->hours[i].until = 22 * 60;
	}
	for (i = 0; i < PATTERNS; i++) {
		c->p[i].enabled = true;
		c->p[i].severity = config_known[i].severity;
		c->p[i].quiet = config_known[i].quiet;
		for (j = 0; j < CONFIG_NUMBERS; j++)
			c->p[i].v[j] = config_known[i].numbers[j].value;
	}
	return c;
}

void
config_free(struct config *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < PATTERNS; i++) {
		words_free(&c->p[i].except.actors);
		words_free(&c->p[i].except.roles);
		words_free(&c->p[i].except.apps);
		words_free(&c->p[i].except.tables);
	}
	words_free(&c->services);
	words_free(&c->interactive);
	words_free(&c->privileged);
	words_free(&c->sensitive);
	free(c->networks);
	free(c->ranges);
	free(c->zone);
	free(c);
}

/* Whether a name is one of these, or fits one that is a pattern */
static bool
fits(const struct words *w, struct said name)
{
	char text[256];
	int i;

	if (w->n == 0 || name.p == NULL || name.len >= sizeof(text))
		return false;
	memcpy(text, name.p, name.len);
	text[name.len] = '\0';
	for (i = 0; i < w->n; i++)
		if (fnmatch(w->v[i], text, 0) == 0)
			return true;
	return false;
}

bool
config_is_interactive(const struct config *c, struct said app)
{
	return fits(&c->interactive, app);
}

bool
config_is_service(const struct config *c, struct said name)
{
	return fits(&c->services, name);
}

bool
config_is_privileged(const struct config *c, struct said role)
{
	return fits(&c->privileged, role);
}

/* A table is schema.table, or its name alone. */
static bool
excepts_table(const struct words *w, const struct fact *e)
{
	char *full;
	bool fit;

	if (w->n == 0 || e->table.p == NULL)
		return false;
	if (fits(w, e->table) || e->schema.p == NULL)
		return fits(w, e->table);
	full = xasprintf("%.*s.%.*s", (int)e->schema.len, e->schema.p,
	    (int)e->table.len, e->table.p);
	fit = fits(w, (struct said){ full, strlen(full) });
	free(full);
	return fit;
}

bool
config_wants(const struct config *c, enum pattern p, const struct fact *e)
{
	const struct except *x = &c->p[p].except;

	return c->p[p].enabled && !fits(&x->actors, e->actor) &&
	    !fits(&x->roles, e->role) && !fits(&x->apps, e->app) &&
	    !excepts_table(&x->tables, e);
}
