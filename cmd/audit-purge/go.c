/* go - the verb run: remove what no policy keeps, or what one is asked for */

#include "go.h"

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive.h"
#include "mem.h"
#include "progress.h"
#include "sql.h"

static volatile sig_atomic_t stopped;

static void
stop(int sig)
{
	(void)sig;
	stopped = 1;
}

void
go_catch(void)
{
	struct sigaction a = { .sa_handler = stop, .sa_flags = SA_RESETHAND };

	sigemptyset(&a.sa_mask);
	sigaction(SIGTERM, &a, NULL);
	sigaction(SIGINT, &a, NULL);
}

bool
go_stopped(void)
{
	return stopped != 0;
}

/* A list of partitions, which were asked for all at once: the connection has
 * other things to do then. */
struct parts {
	struct go_part *v;
	int n;
};

static int
keep_part(int ncols, char *const cols[], void *arg)
{
	struct parts *p = arg;

	(void)ncols;
	p->v = xreallocarray(p->v, (size_t)p->n + 1, sizeof(*p->v));
	p->v[p->n++] = (struct go_part){
		.name = xstrdup(cols[0]),
		.month = xstrdup(cols[1]),
		.past = *cols[2] == 't',
		.vacant = *cols[3] == 't',
	};
	return 0;
}

static enum tool_status
remove_parts(struct go *g)
{
	struct parts p = { NULL, 0 };
	enum tool_status status = TOOL_OK;
	int i;

	if (db_query(g->run->db, sql_purge_parts, 1, &g->items, keep_part,
		&p) == -1)
		status = run_failed(g->run, NULL);
	for (i = 0; i < p.n; i++) {
		if (status == TOOL_OK && !go_stopped())
			status = go_part(g, &p.v[i]);
		free(p.v[i].name);
		free(p.v[i].month);
	}
	free(p.v);
	return status;
}

#define COUNT 64 /* bytes of such a text */

static const char *
count(char text[static COUNT], uint64_t n, const char *one, const char *many)
{
	snprintf(text, COUNT, "%llu event%s that may go %s",
	    (unsigned long long)n, n == 1 ? "" : "s", n == 1 ? one : many);
	return text;
}

/* What could not go, and what that means */
static enum tool_status
judge(const struct go *g)
{
	const struct run *run = g->run;
	enum tool_status status = TOOL_OK;
	char text[COUNT];
	int i;

	if (g->open > 0) {
		count(text, g->open, "is not", "are not");
		if (g->shipped)
			warnx("%s in an archive database yet: run audit-seal "
			      "and audit-seal ship",
			    text);
		else
			warnx("%s sealed yet: run audit-seal, or say "
			      "--unsealed",
			    text);
		status = TOOL_NO;
	}
	if (g->held > 0 && run->given[OPT_BEFORE] != NULL) {
		fprintf(stderr, "audit-purge: %s held, by",
		    count(text, g->held, "is", "are"));
		for (i = 0; i < g->holds.n; i++)
			fprintf(stderr, "%s hold %s", i > 0 ? "," : "",
			    g->holds.v[i]);
		putc('\n', stderr);
		status = TOOL_NO;
	}
	if (g->left)
		status = TOOL_FAILED;
	if (go_stopped()) {
		warnx("stopped: run it again to go on");
		status = TOOL_FAILED;
	}
	return status;
}

static enum tool_status
act(struct go *g)
{
	enum tool_status status;

	go_catch();
	progress_start("removed", 0, g->run->given['q'] != NULL);
	status = remove_parts(g);
	if (status == TOOL_OK && !go_stopped())
		status = go_rest(g);
	progress_hide();
	if (status == TOOL_OK && g->act != NULL && !g->left && !go_stopped() &&
	    db_exec(g->run->db, sql_purge_end_act, 1, &g->act) == -1)
		status = run_failed(g->run, NULL);
	if (status != TOOL_MISUSE)
		go_print_sum(g);
	return status == TOOL_OK ? judge(g) : status;
}

/* The lock comes first, so that what may go is as nobody changes it. */
static enum tool_status
begin(struct go *g)
{
	enum tool_status status = run_connect(g->run, RUN_NEEDS);
	bool acts =
	    g->run->given['n'] == NULL && g->run->given[OPT_PREPARE] == NULL;

	if (status == TOOL_OK && acts)
		status = run_lock(g->run);
	if (status == TOOL_OK)
		status = go_items(g);
	if (status == TOOL_OK && g->shipped)
		status = go_shipped(g);
	if (status == TOOL_OK && g->archive != NULL)
		status = archive_dir(g->archive);
	if (status == TOOL_OK && acts &&
	    db_value(g->run->db, sql_purge_run_id, 0, NULL, &g->id) == -1)
		status = run_failed(g->run, NULL);
	return status;
}

enum tool_status
run_run(struct run *run, int argc, char *argv[])
{
	struct go g = { .run = run };
	enum tool_status status;

	(void)argc;
	(void)argv;
	go_check_options(run);
	status = begin(&g);
	if (status == TOOL_OK && run->given[OPT_PREPARE] != NULL)
		status = go_prepare(&g);
	else if (status == TOOL_OK && run->given['n'] != NULL)
		status = go_show(&g);
	else if (status == TOOL_OK && (status = go_ask(&g)) == TOOL_OK)
		status = act(&g);
	free(g.id);
	free(g.items);
	free(g.act);
	free(g.archive);
	free(g.zone);
	words_free(&g.holds);
	return status;
}
