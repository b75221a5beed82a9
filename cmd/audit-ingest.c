/* audit-ingest - bring what the server's log tells into the trail */

#include <err.h>
#include <stdio.h>

#include "audit-ingest/interp.h"
#include "audit-ingest/source.h"
#include "tool.h"

static const char help[] =
    "usage: audit-ingest [-nqv] [-d conninfo] [file...]\n"
    "\n"
    "Reads the server's log and stores the reads, logins and refusals that it\n"
    "tells of as events.\n"
    "\n"
    "  -n, --dry-run          print the events, store nothing\n" TOOL_HELP;

static const struct option longopts[] = {
	TOOL_DRY_RUN,
	TOOL_LONGOPTS,
};

int
main(int argc, char *argv[])
{
	struct interp_want want = { .system = "" };
	struct reader *reader = reader_new(RECORD_UNKNOWN);
	struct interp *interp = interp_new(&want);
	struct source *source;
	enum tool_status status = TOOL_OK;
	enum source_got got;
	struct record record;
	struct piece piece;
	struct buf out = { NULL, 0, 0 };
	const char *wrong;
	int c;

	tool_start(argv[0]);
	while (
	    (c = getopt_long(argc, argv, TOOL_OPTS "n", longopts, NULL)) != -1)
		switch (c) {
		case 'd': break;
		case 'n': break;
		case 'h': tool_help(help);
		case 'V': tool_version();
		default: tool_usage(help);
		}
	source = source_stdin(reader);
	while ((got = source_next(source, &piece)) == SOURCE_RECORD) {
		wrong = reader_read(reader, &record, piece.p, piece.len);
		if (wrong != NULL) {
			warnx("line %ju: %s", (uintmax_t)piece.line, wrong);
			status = TOOL_NO;
			continue;
		}
		interp_record(interp, &record, &out);
		fwrite(out.p, 1, out.len, stdout);
		buf_reset(&out);
	}
	interp_end(interp, &out);
	fwrite(out.p, 1, out.len, stdout);
	if (got == SOURCE_FAILED) {
		warnx("standard input: %s", source_error(source));
		status = TOOL_FAILED;
	}
	buf_free(&out);
	source_free(source);
	interp_free(interp);
	reader_free(reader);
	return (int)status;
}
