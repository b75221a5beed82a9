/* archive-copy - an archive read line by line, and written anew */

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "archive-state.h"
#include "evidence.h"
#include "line.h"
#include "mem.h"
#include "pack.h"

/* A bad line may be an event: what it says is not known. */
static enum tool_status
take_one(struct evidence *e, const char *path, const struct line *line,
    const char *why, archive_line *take, void *arg)
{
	static const char lead[] = "{\"id\":";
	const char *text = line_text(line);
	struct leaf_event ev;
	struct json json;
	bool is_event = false;
	size_t where, len = strlen(text);

	if (why == NULL)
		why = json_parse(&json, text, len, &where);
	if (why == NULL && strncmp(text, lead, sizeof(lead) - 1) == 0) {
		is_event = true;
		why = evidence_read(e, json, false, &ev);
	}
	if (why == NULL)
		return take(text, len, is_event ? &ev : NULL, arg);
	warnx("%s: line %zu: %s: the archive is left as it is", path,
	    line_number(line), why);
	return TOOL_FAILED;
}

enum tool_status
archive_lines(const char *dir, const char *name, archive_line *take, void *arg)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *fp = pack_read(path);
	enum tool_status status = TOOL_OK;
	struct evidence *e = evidence_new();
	struct line *line = line_new(fp);
	int got;

	if (fp == NULL) {
		warn("%s", path);
		status = TOOL_FAILED;
	}
	while (status == TOOL_OK && (got = line_next(line)) != 0)
		status = take_one(e, path, line, got == -1 ? "not UTF-8" : NULL,
		    take, arg);
	if (fp != NULL && ferror(fp)) {
		warnx("%s: %s", path, pack_error(fp));
		status = TOOL_FAILED;
	}
	if (fp != NULL)
		pack_close(fp);
	line_free(line);
	evidence_free(e);
	free(path);
	return status;
}

/* What is copied */
struct copy {
	struct archive_ids *ids, all;
	struct spool *lines;
	FILE *fp;
	size_t at;
};

static enum tool_status
temp_failed(void)
{
	warn("a temporary file");
	return TOOL_FAILED;
}

static enum tool_status
copy_line(const char *text, size_t len, const struct leaf_event *ev, void *arg)
{
	struct copy *c = arg;

	if (ev != NULL && archive_ids_add(&c->all, ev->id) == -1)
		return temp_failed();
	if (ev != NULL && archive_ids_has(c->ids, ev->id) &&
	    (text = spool_get(c->lines, c->at++, &len)) == NULL)
		return temp_failed();
	fwrite(text, 1, len, c->fp);
	putc('\n', c->fp);
	return TOOL_OK;
}

static int
same_id(const uint8_t id[static 16], void *arg)
{
	struct archive_ids *all = arg;

	if (!all->any || memcmp(id, all->next, 16) != 0)
		return 1;
	return archive_ids_next(all);
}

/* It has the same events, and they are what was sealed. */
static enum tool_status
check_copy(struct copy *c, const struct archive_out *out, char sha256[],
    bool quiet)
{
	enum tool_status status = archive_verify(out->path, quiet);

	if (status != TOOL_OK)
		return status;
	if (archive_ids_rewind(&c->all) == -1)
		return temp_failed();
	status = archive_scan(out->path, sha256, same_id, &c->all);
	if (status == TOOL_NO || (status == TOOL_OK && c->all.any)) {
		warnx("%s: not what was written to it", out->path);
		status = TOOL_FAILED;
	}
	return status;
}

enum tool_status
archive_copy(struct archive_out *out, const char *dir, const char *name,
    struct archive_ids *ids, struct spool *lines, char sha256[], bool quiet)
{
	struct copy c = { .ids = ids, .lines = lines };
	enum tool_status status;

	if ((status = archive_out_open(out, dir, name)) != TOOL_OK)
		return status;
	if (archive_ids_open(&c.all) == -1 || archive_ids_rewind(ids) == -1)
		return temp_failed();
	c.fp = out->fp;
	status = archive_lines(dir, name, copy_line, &c);
	if (status == TOOL_OK)
		status = archive_out_end(out);
	if (status == TOOL_OK && c.at != ids->n)
		status = temp_failed();
	if (status == TOOL_OK)
		status = check_copy(&c, out, sha256, quiet);
	archive_ids_close(&c.all);
	return status;
}
