/* view - what reports are written to: a workbook or a page */

#include "view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"

/* After a failure there is nobody to write for. */

void
view_part(struct view *v, const char *title)
{
	if (v->error == NULL)
		v->ops->part(v, title);
}

void
view_text(struct view *v, const char *text)
{
	if (v->error == NULL)
		v->ops->text(v, text);
}

void
view_figures(struct view *v, const struct figure *f, size_t n)
{
	if (v->error == NULL)
		v->ops->figures(v, f, n);
}

void
view_chart(struct view *v, const struct chart *c)
{
	if (v->error == NULL)
		v->ops->chart(v, c);
}

void
view_table(struct view *v, enum view_table kind, const char *title,
    const struct view_column *columns, size_t n)
{
	if (v->error == NULL)
		v->ops->table(v, kind, title, columns, n);
}

void
view_row(struct view *v, const struct cell *cells)
{
	if (v->error == NULL)
		v->ops->row(v, cells);
}

void
view_table_end(struct view *v)
{
	if (v->error == NULL)
		v->ops->table_end(v);
}

int
view_end(struct view *v)
{
	return v->error == NULL ? v->ops->end(v) : -1;
}

void
view_free(struct view *v)
{
	if (v != NULL)
		v->ops->free(v);
}

void
view_fail(struct view *v, const char *fmt, ...)
{
	va_list ap;

	if (v->error != NULL)
		return;
	va_start(ap, fmt);
	if (vasprintf(&v->error, fmt, ap) == -1)
		v->error = xstrdup("out of memory");
	va_end(ap);
}
