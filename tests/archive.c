/* archive - write an archive as audit-purge run does, and remove nothing:
 * archive DIR RUN PARTITION MONTH ITEMS [unsealed] */

#include <stdio.h>
#include <stdlib.h>

#include "archive.h"

int
main(int argc, char *argv[])
{
	struct archive_file file;
	struct archive_what what;
	enum tool_status status;
	char *json;

	tool_start(argv[0]);
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
