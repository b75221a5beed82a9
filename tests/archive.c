/* archive - write an archive as audit-purge run does, and remove nothing:
 * archive DIR RUN PARTITION MONTH ITEMS [unsealed]; or erase from archives:
 * archive DIR WHAT */

#include <stdio.h>
#include <stdlib.h>

#include "archive.h"

static enum tool_status
erase(const char *dir, const char *what)
{
	const struct archive_erase how = { .dir = dir, .what = what };
	struct archive_rewritten done;
	enum tool_status status = archive_rewrite(&how, &done);

	if (status != TOOL_OK)
		return status;
	status = archive_keep(&done);
	printf("%s\n%s\n%s\n", done.ids, done.registry, done.paths);
	archive_rewritten_free(&done);
	return status;
}

int
main(int argc, char *argv[])
{
	struct archive_file file;
	struct archive_what what;
	enum tool_status status;
	char *json;

	tool_start(argv[0]);
	if (argc == 3)
		return (int)erase(argv[1], argv[2]);
	if (argc < 6)
		return TOOL_MISUSE;
	what = (struct archive_what){ .dir = argv[1],
		.run = argv[2],
		.part = argv[3],
		.month = argv[4],
		.items = argv[5],
		.unsealed = argc > 6 };
	status = archive_month(&what, &file);
	if (status == TOOL_OK && file.name != NULL) {
		json = archive_json(&what, &file);
		puts(json);
		free(json);
	}
	archive_free(&file);
	return (int)status;
}
