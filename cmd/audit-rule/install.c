/* install - what init installs */

#include "install.h"

#include <stddef.h>
#include <stdlib.h>

#include "mem.h"
#include "schema.h"
#include "sql.h"

enum { TRAIL = 1, ARCHIVE = 2, BOTH = TRAIL | ARCHIVE };

/* In order. A new version adds lines at the end and changes none above. */
static const struct {
	int version, where;
	const char *sql;
} scripts[] = {
	{ 1, BOTH, sql_schema_base },
	{ 1, TRAIL, sql_schema_trail },
	{ 1, ARCHIVE, sql_schema_archived },
	{ 1, BOTH, sql_schema_plan },
	{ 1, TRAIL, sql_schema_capture },
	{ 1, TRAIL, sql_schema_portable },
	{ 1, TRAIL, sql_schema_engine },
	{ 1, BOTH, sql_schema_triggers },
	{ 1, BOTH, sql_schema_lines },
	{ 1, TRAIL, sql_schema_predicate },
	{ 1, TRAIL, sql_schema_rules },
	{ 1, TRAIL, sql_schema_ddl },
	{ 1, BOTH, sql_schema_log },
	{ 1, TRAIL, sql_schema_session },
	{ 1, TRAIL, sql_schema_operator },
	{ 1, TRAIL, sql_schema_retention },
	{ 1, TRAIL, sql_schema_purge },
	{ 1, TRAIL, sql_schema_erase },
	{ 1, TRAIL, sql_schema_archive },
	{ 1, TRAIL, sql_schema_read },
	{ 1, TRAIL, sql_schema_log_read },
	{ 1, TRAIL, sql_schema_ingest },
	{ 1, BOTH, sql_schema_roles },
	{ 1, TRAIL, sql_schema_visible },
	{ 1, TRAIL, sql_schema_seal },
	{ 1, ARCHIVE, sql_schema_take },
	{ 1, ARCHIVE, sql_schema_citus },
};

#define NSCRIPTS (sizeof(scripts) / sizeof(*scripts))

int
install_migrate(struct db *db, int version, bool archive)
{
	const int where = archive ? ARCHIVE : TRAIL;
	size_t i;

	for (i = 0; i < NSCRIPTS; i++)
		if (scripts[i].version > version &&
		    (scripts[i].where & where) != 0 &&
		    db_script(db, scripts[i].sql) == -1)
			return -1;
	return 0;
}

char *
install_text(bool archive)
{
	const int where = archive ? ARCHIVE : TRAIL;
	char *longer, *text = xstrdup("");
	size_t i;

	for (i = 0; i < NSCRIPTS; i++) {
		if ((scripts[i].where & where) == 0)
			continue;
		longer = xasprintf("%s%s\n", text, scripts[i].sql);
		free(text);
		text = longer;
	}
	if (archive)
		return text;
	longer = xasprintf("%s%s\n", text, sql_schema_native);
	free(text);
	return longer;
}
