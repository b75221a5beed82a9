/* sheet-chart - native charts */

#include <stdlib.h>

#include "mem.h"
#include "sheet-state.h"
#include "sheet-text.h"

#define NAMES 12 /* so many have room along an axis */

/* libxlsxwriter cannot read rows that it has written, so it leaves a chart's
 * copy of its numbers empty, and who shows a workbook without calculating it
 * shows no chart. It is made here; ignore_cache says that it is not to be made
 * once more. */
static lxw_series_data_point *
add_point(lxw_series_range *range)
{
	lxw_series_data_point *point = xcalloc(1, sizeof(*point));

	STAILQ_INSERT_TAIL(range->data_cache, point, list_pointers);
	range->num_data_points++;
	range->ignore_cache = LXW_TRUE;
	return point;
}

static void
add_text(struct sheets *s, lxw_series_range *range, const char *text)
{
	lxw_series_data_point *point = add_point(range);

	point->string = xstrdup(sheet_text_line(&s->text, text));
	point->is_string = LXW_TRUE;
	range->has_string_cache = LXW_TRUE;
}

static void
add_series(struct sheets *s, lxw_chart *chart, const struct sheet_chart *c,
    size_t i)
{
	lxw_row_t first = c->row + 1, last = c->row + (lxw_row_t)c->ncats;
	lxw_col_t col = (lxw_col_t)(i + 1);
	lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
	lxw_chart_fill fill = { .color = c->color[i] };
	size_t k;

	chart_series_set_categories(series, c->data->name, first, 0, last, 0);
	chart_series_set_values(series, c->data->name, first, col, last, col);
	chart_series_set_name_range(series, c->data->name, c->row, col);
	chart_series_set_fill(series, &fill);
	add_text(s, series->title.range, c->series[i]);
	for (k = 0; k < c->ncats; k++) {
		add_text(s, series->categories, c->cats[k]);
		add_point(series->values)->number = c->v[i * c->ncats + k];
	}
}

static void
set_axes(lxw_chart *chart, const struct sheet_chart *c)
{
	lxw_chart_font font = { .size = 9, .color = c->ink };
	lxw_chart_line none = { .none = LXW_TRUE };
	lxw_chart_line line = { .color = c->line, .width = 0.75 };

	/* libxlsxwriter calls what lies x */
	lxw_chart_axis *names = c->bars ? chart->y_axis : chart->x_axis;
	lxw_chart_axis *numbers = c->bars ? chart->x_axis : chart->y_axis;

	chart_axis_set_num_font(names, &font);
	chart_axis_set_num_font(numbers, &font);
	chart_axis_set_line(names, &line);
	chart_axis_set_line(numbers, &none);
	chart_axis_major_gridlines_set_line(numbers, &line);
	chart_axis_set_num_format(numbers, "#,##0");
	chart_axis_set_min(numbers, 0);
	chart_axis_set_major_tick_mark(names, LXW_CHART_AXIS_TICK_MARK_NONE);
	chart_axis_set_major_tick_mark(numbers, LXW_CHART_AXIS_TICK_MARK_NONE);
	if (c->bars) {
		/* the first on top; the numbers stay below */
		chart_axis_set_reverse(names);
		chart_axis_set_crossing_max(names);
		chart_axis_set_interval_unit(names, 1);
	} else if (c->ncats > NAMES)
		chart_axis_set_interval_unit(names,
		    (uint16_t)((c->ncats + NAMES - 1) / NAMES));
}

/* Colours of what is neither series nor axis */
static void
set_colors(lxw_chart *chart, const struct sheet_chart *c)
{
	lxw_chart_font title = { .size = 12,
		.bold = LXW_TRUE,
		.color = c->ink };
	lxw_chart_font font = { .size = 9, .color = c->ink };
	lxw_chart_fill page = { .color = c->page };
	lxw_chart_line line = { .color = c->line, .width = 0.75 };

	chart_title_set_name_font(chart, &title);
	chart_legend_set_font(chart, &font);
	chart_chartarea_set_fill(chart, &page);
	chart_chartarea_set_line(chart, &line);
	chart_plotarea_set_fill(chart, &page);
}

void
sheet_chart(struct sheet *sheet, uint32_t row, unsigned int x,
    const struct sheet_chart *c)
{
	lxw_chart_options options = { .x_offset = (int32_t)x,
		.y_offset = 4,
		.x_scale = c->width / 480.0,
		.y_scale = c->height / 288.0,
		.object_position = LXW_OBJECT_MOVE_DONT_SIZE,
		.description = NULL };
	struct sheets *s = sheet->book;
	lxw_chart *chart;
	size_t i;

	if (s->error != NULL || c->ncats == 0 || c->nseries == 0)
		return;
	chart = workbook_add_chart(s->wb,
	    c->bars ? LXW_CHART_BAR_STACKED : LXW_CHART_COLUMN_STACKED);
	chart_title_set_name(chart, sheet_text_line(&s->text, c->title));
	for (i = 0; i < c->nseries; i++)
		add_series(s, chart, c, i);
	set_axes(chart, c);
	set_colors(chart, c);
	chart_set_series_overlap(chart, 100); /* which stacked means */
	chart_set_series_gap(chart, 40);
	if (c->nseries == 1)
		chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
	else
		chart_legend_set_position(chart, LXW_CHART_LEGEND_BOTTOM);
	sheet_text_line(&s->text, c->title);
	options.description = s->text.p;
	sheets_check(s,
	    worksheet_insert_chart_opt(sheet->ws, row, 0, chart, &options));
}
