/* go-print - lines that say what was removed */

#include <stdio.h>
#include <string.h>

#include "go.h"
#include "line.h"
#include "progress.h"

static void
put_text(const char *name, const char *text)
{
	printf("\"%s\":", name);
	if (text == NULL)
		fputs("null", stdout);
	else
		line_put_string(stdout, text, strlen(text));
}

/* a list of numbers */
static void
put_numbers(const char *name, const struct words *w)
{
	int i;

	printf("\"%s\":[", name);
	for (i = 0; i < w->n; i++)
		printf("%s%s", i > 0 ? "," : "", w->v[i]);
	putchar(']');
}

void
go_print(const struct go_part *p, const char *how, const struct go_done *d,
    const char *archive)
{
	progress_hide();
	putchar('{');
	put_text("month", p->month);
	putchar(',');
	put_text("partition", strchr(p->name, '.') + 1);
	putchar(',');
	put_text("how", how);
	putchar(',');
	if (d->policies.n > 0)
		put_numbers("policy", &d->policies);
	else
		put_text("policy", NULL);
	printf(",\"events\":%llu,\"bytes\":%llu,",
	    (unsigned long long)d->events, (unsigned long long)d->bytes);
	put_text("from", d->from);
	putchar(',');
	put_text("to", d->to);
	putchar(',');
	put_text("archive", archive);
	putchar(',');
	put_text("event", d->event);
	puts("}");
	fflush(stdout);
}

void
go_print_sum(const struct go *g)
{
	putchar('{');
	put_text("run", g->id);
	printf(",\"events\":%llu,\"bytes\":%llu,\"sessions\":%llu,"
	       "\"held\":%llu,",
	    (unsigned long long)g->events, (unsigned long long)g->bytes,
	    (unsigned long long)g->sessions, (unsigned long long)g->held);
	put_numbers("holds", &g->holds);
	puts("}");
}
