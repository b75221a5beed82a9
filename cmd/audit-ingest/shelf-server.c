/* shelf-server - the log directory of a server that can only be asked */

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "shelf-state.h"
#include "sql.h"

static int
failed(struct shelf *s)
{
	return shelf_fail(s, "%s", db_error(s->db));
}

static int
add(int ncols, char *const cols[], void *arg)
{
	struct shelf *s = arg;
	char *name;

	(void)ncols;
	if (s->place == NULL)
		s->place = xstrdup(cols[0]);
	if (!shelf_wants(cols[1]))
		return 0;
	name = xasprintf("%s/%s", cols[0], cols[1]);
	shelf_add(s, name, 0, strtoull(cols[2], NULL, 10),
	    strtoll(cols[3], NULL, 10));
	free(name);
	return 0;
}

static int
server_list(struct shelf *s)
{
	return db_query(s->db, sql_log_files, 0, NULL, add, s) == -1 ? failed(s)
								     : 0;
}

struct bytes {
	struct buf *buf;
	ssize_t n; /* -1: there is no such file */
};

static int
keep(int ncols, const struct db_field cols[], void *arg)
{
	struct bytes *b = arg;

	(void)ncols;
	if (cols[0].data == NULL)
		return 1;
	buf_put(b->buf, cols[0].data, (size_t)cols[0].len);
	b->n = cols[0].len;
	return 1;
}

static ssize_t
read_at(struct shelf *s, const char *name, uint64_t offset, size_t len,
    struct buf *b)
{
	char *params[] = { (char *)name, xasprintf("%ju", (uintmax_t)offset),
		xasprintf("%zu", len) };
	struct bytes bytes = { b, -1 };
	int rc = db_query_binary(s->db, sql_log_bytes, 3, NULL, params, keep,
	    &bytes);

	free(params[1]);
	free(params[2]);
	if (rc == -1)
		return failed(s);
	return bytes.n == -1 ? 0 : bytes.n;
}

static ssize_t
server_peek(struct shelf *s, const struct shelf_file *f, size_t len,
    struct buf *b)
{
	return read_at(s, f->name, 0, len, b);
}

static int
server_open(struct shelf *s, const struct shelf_file *f)
{
	(void)s;
	(void)f;
	return 0;
}

static ssize_t
server_read(struct shelf *s, uint64_t offset, size_t len, struct buf *b)
{
	return read_at(s, s->open.name, offset, len, b);
}

/* As the last look saw it: asking for it again would cost as much. */
static int64_t
server_size(struct shelf *s)
{
	int i;

	for (i = 0; i < s->files.n; i++)
		if (strcmp(s->files.v[i].name, s->open.name) == 0)
			return (int64_t)s->files.v[i].size;
	return -1;
}

struct shelf *
shelf_server(struct db *db)
{
	static const struct shelf_kind kind = {
		.list = server_list,
		.peek = server_peek,
		.open = server_open,
		.read = server_read,
		.size = server_size,
	};
	struct shelf *s = shelf_new(&kind);

	s->db = db;
	return s;
}
