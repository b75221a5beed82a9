/* install - what init installs */

#include "install.h"

#include <stddef.h>
#include <stdlib.h>

#include "mem.h"
#include "schema.h"
#include "sql.h"

/* In order. A new version adds lines at the end and changes none above. */
static const struct {
	int version;
	const char *sql;
} scripts[] = {
	{ 1, sql_schema_trail },
	{ 1, sql_schema_plan },
	{ 1, sql_schema_capture },
	{ 1, sql_schema_portable },
	{ 1, sql_schema_engine },
	{ 1, sql_schema_triggers },
	{ 1, sql_schema_lines },
	{ 1, sql_schema_predicate },
	{ 1, sql_schema_rules },
	{ 1, sql_schema_ddl },
	{ 1, sql_schema_log },
	{ 1, sql_schema_session },
	{ 1, sql_schema_operator },
	{ 1, sql_schema_retention },
	{ 1, sql_schema_purge },
	{ 1, sql_schema_erase },
	{ 1, sql_schema_archive },
	{ 1, sql_schema_read },
	{ 1, sql_schema_log_read },
	{ 1, sql_schema_ingest },
	{ 1, sql_schema_roles },
	{ 1, sql_schema_visible },
	{ 1, sql_schema_seal },
};

#define NSCRIPTS (sizeof(scripts) / sizeof(*scripts))

int
install_migrate(struct db *db, int version)
{
	size_t i;

	for (i = 0; i < NSCRIPTS; i++)
		if (scripts[i].version > version &&
		    db_script(db, scripts[i].sql) == -1)
			return -1;
	return 0;
}

char *
install_text(void)
{
	char *longer, *text = xstrdup("");
	size_t i;

	for (i = 0; i < NSCRIPTS; i++) {
		longer = xasprintf("%s%s\n", text, scripts[i].sql);
		free(text);
		text = longer;
	}
	longer = xasprintf("%s%s\n", text, sql_schema_native);
	free(text);
	return longer;
}
