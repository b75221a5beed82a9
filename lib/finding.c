/* finding - what verify has found, as JSON lines or as sentences */

#include "finding.h"

#include <err.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "line.h"
#include "mem.h"
#include "moment.h"
#include "pager.h"
#include "progress.h"
#include "safe.h"

static void
put_time(const char *key, const int64_t *at)
{
	char text[MOMENT_LEN];

	if (at == NULL) {
		printf(",\"%s\":null", key);
		return;
	}
	moment_write(text, *at);
	printf(",\"%s\":\"%s\"", key, text);
}

static void
put_line(const struct findings *f, const char *what, const char *kind,
    const struct finding_at *at, const char *message)
{
	char id[HEX_UUID];

	printf("{\"%s\":\"%s\",\"seal\":", what, kind);
	if (at->seal != NULL)
		printf("%" PRIu64, *at->seal);
	else
		fputs("null", stdout);
	fputs(",\"id\":", stdout);
	if (at->id != NULL) {
		hex_write_uuid(id, at->id);
		printf("\"%s\"", id);
	} else
		fputs("null", stdout);
	put_time("since", at->since);
	put_time("until", at->until);
	if (at->more != NULL)
		printf(",%s", at->more);
	fputs(",\"message\":", stdout);
	line_put_string(stdout, message, strlen(message));
	if (f->trail != NULL) {
		fputs(",\"trail\":", stdout);
		line_put_string(stdout, f->trail, strlen(f->trail));
	}
	fputs("}\n", stdout);
}

void
finding_put_trail(const struct findings *f)
{
	char *safe;

	if (f->trail == NULL)
		return;
	safe = safe_text(f->trail, false);
	printf("%s: ", safe);
	free(safe);
}

static void
put_sentence(const struct findings *f, const char *what, const char *kind,
    const char *message)
{
	char *safe = safe_text(message, false);

	finding_put_trail(f);
	if (strcmp(what, "note") == 0)
		printf("note: %s\n", safe);
	else
		printf("%s: %s\n", kind, safe);
	free(safe);
}

static void
put(struct findings *f, const char *what, const char *kind,
    const struct finding_at *at, const char *fmt, va_list ap)
{
	char *message;

	if (vasprintf(&message, fmt, ap) == -1)
		err(TOOL_FAILED, NULL);
	if (f->silent) {
		if (f->first == NULL && strcmp(what, "finding") == 0)
			f->first = message;
		else
			free(message);
		return;
	}
	progress_hide();
	if (f->sentences)
		put_sentence(f, what, kind, message);
	else
		put_line(f, what, kind, at, message);
	free(message);
}

void
finding_put(struct findings *f, const char *kind, struct finding_at at,
    const char *fmt, ...)
{
	va_list ap;

	f->count++;
	if (!f->silent)
		pager_quits_with(TOOL_NO);
	va_start(ap, fmt);
	put(f, "finding", kind, &at, fmt, ap);
	va_end(ap);
}

void
finding_note(struct findings *f, const char *kind, struct finding_at at,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(f, "note", kind, &at, fmt, ap);
	va_end(ap);
}
