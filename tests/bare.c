/* bare - the plainest loop of libxlsxwriter that writes the cells of a table:
 * what audit-export's workbook is measured against
 *
 * usage: bare cells book; tests/workbook.py --cells makes the cells. */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

static void
put(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col, const char *cell,
    lxw_format *const format[static 2])
{
	switch (*cell) {
	case 's':
		worksheet_write_string(sheet, row, col, cell + 1, format[0]);
		break;
	case 'n':
		worksheet_write_number(sheet, row, col, strtod(cell + 1, NULL),
		    format[1]);
		break;
	case 'b': worksheet_write_blank(sheet, row, col, format[0]); break;
	default: break;
	}
}

int
main(int argc, char *argv[])
{
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	lxw_format *format[2];
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_row_t row;
	lxw_col_t col;
	char *line = NULL, *rest, *cell;
	size_t size = 0;
	FILE *fp;

	if (argc != 3 || (fp = fopen(argv[1], "re")) == NULL)
		errx(2, "usage: bare cells book");
	options.tmpdir = getenv("TMPDIR");
	if (options.tmpdir == NULL)
		options.tmpdir = "/tmp";
	book = workbook_new_opt(argv[2], &options);
	sheet = workbook_add_worksheet(book, "Events");
	format[0] = workbook_add_format(book);
	format_set_align(format[0], LXW_ALIGN_VERTICAL_TOP);
	format[1] = workbook_add_format(book);
	format_set_num_format(format[1], "0.00");
	for (row = 0; getline(&line, &size, fp) != -1; row++) {
		line[strcspn(line, "\n")] = '\0';
		for (rest = line, col = 0; (cell = strsep(&rest, "\t")) != NULL;
		     col++)
			put(sheet, row, col, cell, format);
	}
	free(line);
	fclose(fp);
	return workbook_close(book) == LXW_NO_ERROR ? 0 : 1;
}
