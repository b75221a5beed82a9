/* workbook-cell - a value as a cell of a workbook */

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "moment.h"
#include "utf8.h"
#include "workbook-state.h"

#define DAY INT64_C(86400)
#define US 1000000
#define SERIAL_1970 25569 /* days from Excel's day 0 */
/* Excel takes 1900 for a leap year: only from March on do days agree. */
#define SERIAL_FIRST 61
#define SERIAL_END 2958466 /* 10000-01-01 */
#define DIGITS 15	   /* that Excel keeps */
#define LONGEST 40	   /* characters of a number */

/* Whether a workbook shows a number, with so many decimals, as it is written.
 */
static bool
read_number(const struct cell *c, double *n, unsigned int *decimals)
{
	size_t i = 0, integer = 0, digits = 0, zeros = 0;
	char text[LONGEST + 1];
	bool point = false;

	*decimals = 0;
	if (c->len > LONGEST)
		return false;
	if (c->len > 0 && c->text[0] == '-')
		i++;
	for (; i < c->len; i++) {
		if (c->text[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (c->text[i] < '0' || c->text[i] > '9')
			return false;
		*decimals += point;
		integer += !point;
		/* zeros at either end need no room */
		if (c->text[i] == '0')
			zeros += digits > 0;
		else {
			digits += zeros + 1;
			zeros = 0;
		}
	}
	if (digits > DIGITS || integer > DECIMALS || *decimals > DECIMALS ||
	    (digits == 0 && c->text[0] == '-'))
		return false;
	memcpy(text, c->text, c->len);
	text[c->len] = '\0';
	*n = strtod(text, NULL);
	return true;
}

/* The same time as a number of Excel's; false: it has none. */
static bool
read_time(int64_t us, double *serial, struct tm *tm)
{
	int64_t s = us / US, day;
	time_t t;

	us -= s * US;
	if (us < 0) {
		us += US;
		s--;
	}
	t = (time_t)(s + MOMENT_EPOCH);
	if (localtime_r(&t, tm) == NULL)
		return false;
	s += MOMENT_EPOCH + tm->tm_gmtoff;
	day = s / DAY - (s % DAY < 0);
	s -= day * DAY;
	day += SERIAL_1970;
	/* cut to what is shown: rounded, the last moment of a day would be
	 * shown as the next day's first */
	us -= us % 1000;
	*serial = (double)day + (double)(s * US + us) / ((double)DAY * US);
	return day >= SERIAL_FIRST && day < SERIAL_END;
}

/* A text, in its own look */
static void
put_text(struct workbook *w, struct sheet *sheet, uint32_t row,
    unsigned int col, const struct cell *c, enum look look)
{
	sheet_text(sheet, row, col, c->text, c->len,
	    workbook_look(w, look, c->tone));
}

static void
put_time(struct workbook *w, struct sheet *sheet, uint32_t row,
    unsigned int col, const struct cell *c, enum look look, enum look text)
{
	struct tm tm = { .tm_year = 0 };
	char iso[64];
	double serial;
	int64_t us = c->n % US;

	if (read_time(c->n, &serial, &tm)) {
		sheet_number(sheet, row, col, serial,
		    workbook_look(w, look, c->tone));
		return;
	}
	sheet_text(sheet, row, col, iso,
	    (size_t)snprintf(iso, sizeof(iso),
		"%04lld-%02d-%02d %02d:%02d:%02d.%06d",
		(long long)tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
		tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(us < 0 ? us + US : us)),
	    workbook_look(w, text, c->tone));
}

static void
add(struct buf *buf, const char *text)
{
	buf_put(buf, text, strlen(text));
}

/* Texts in quotes: so that 'NULL' is not NULL */
static void
add_value(struct buf *buf, const struct cell *c)
{
	bool quoted = c->kind == CELL_TEXT;

	if (quoted)
		buf_byte(buf, '"');
	buf_put(buf, c->text, c->len);
	if (quoted)
		buf_byte(buf, '"');
}

/* What an event changes: a line a field */
static void
say_changes(struct buf *buf, const struct cell *c)
{
	const struct cell_change *ch;
	size_t i;

	buf_reset(buf);
	for (i = 0; i < c->nchanges; i++) {
		ch = &c->changes[i];
		if (i > 0)
			buf_byte(buf, '\n');
		buf_put(buf, ch->field.text, ch->field.len);
		add(buf, ": ");
		if (ch->old.kind != CELL_NONE)
			add_value(buf, &ch->old);
		if (ch->old.kind != CELL_NONE && ch->new.kind != CELL_NONE)
			add(buf, " \xe2\x86\x92 ");
		if (ch->new.kind != CELL_NONE)
			add_value(buf, &ch->new);
	}
}

void
workbook_cell(struct workbook *w, struct sheet *sheet, uint32_t row,
    unsigned int col, const struct cell *c, bool wrap, bool left)
{
	enum look text = wrap ? LOOK_WRAP : LOOK_TEXT;
	unsigned int decimals;
	double n;

	switch (c->kind) {
	case CELL_NONE:
		sheet_blank(sheet, row, col, workbook_look(w, text, c->tone));
		break;
	case CELL_TEXT: put_text(w, sheet, row, col, c, text); break;
	case CELL_MARK: put_text(w, sheet, row, col, c, LOOK_MARK); break;
	case CELL_NUMBER:
		if (read_number(c, &n, &decimals))
			sheet_number(sheet, row, col, n,
			    workbook_look(w, LOOK_NUMBER + decimals, c->tone));
		else
			put_text(w, sheet, row, col, c, text);
		break;
	case CELL_COUNT:
		sheet_number(sheet, row, col, (double)c->n,
		    workbook_look(w, left ? LOOK_LEFT : LOOK_COUNT, c->tone));
		break;
	case CELL_TIME: put_time(w, sheet, row, col, c, LOOK_TIME, text); break;
	case CELL_SPAN:
		sheet_number(sheet, row, col, (double)c->n / ((double)DAY * US),
		    workbook_look(w, LOOK_SPAN, c->tone));
		break;
	case CELL_CHANGES:
		say_changes(&w->text, c);
		sheet_text(sheet, row, col, w->text.p == NULL ? "" : w->text.p,
		    w->text.len, workbook_look(w, LOOK_WRAP, c->tone));
	}
}

/* The same, large, over several columns */
void
workbook_tile(struct workbook *w, struct sheet *sheet, uint32_t row,
    unsigned int col, unsigned int last, const struct cell *c)
{
	enum look look = c->kind == CELL_TIME ? LOOK_TILE_TIME
	    : c->kind == CELL_SPAN	      ? LOOK_TILE_SPAN
	    : c->kind == CELL_COUNT	      ? LOOK_TILE_COUNT
	    : workbook_width(w, c) > 16	      ? LOOK_TILE_LONG
					      : LOOK_TILE_TEXT;

	sheet_merge(sheet, row, col, last, workbook_look(w, look, c->tone));
	switch (look) {
	case LOOK_TILE_TIME:
		put_time(w, sheet, row, col, c, look, LOOK_TILE_LONG);
		break;
	case LOOK_TILE_SPAN:
		sheet_number(sheet, row, col, (double)c->n / ((double)DAY * US),
		    workbook_look(w, look, c->tone));
		break;
	case LOOK_TILE_COUNT:
		sheet_number(sheet, row, col, (double)c->n,
		    workbook_look(w, look, c->tone));
		break;
	default:
		if (c->kind != CELL_NONE)
			put_text(w, sheet, row, col, c, look);
	}
}

static unsigned int
count_digits(int64_t n)
{
	unsigned int digits = 1;

	for (; n >= 10; n /= 10)
		digits++;
	return digits + (digits - 1) / 3;
}

unsigned int
workbook_width(struct workbook *w, const struct cell *c)
{
	const char *text = c->text;
	unsigned int width = 0, longest = 0;
	size_t i, len = c->len;

	switch (c->kind) {
	case CELL_NONE: return 0;
	case CELL_COUNT: return count_digits(c->n);
	case CELL_TIME: return 22;
	case CELL_SPAN: return 9;
	case CELL_CHANGES:
		say_changes(&w->text, c);
		text = w->text.p;
		len = w->text.len;
		break;
	default: break;
	}
	for (i = 0; i < len && width < 200; i++) {
		if (text[i] == '\n')
			width = 0;
		else if (((unsigned char)text[i] & 0xc0) != 0x80)
			width++;
		if (width > longest)
			longest = width;
	}
	return longest;
}
