/* settings - those of the session that change how a value looks
 *
 * They are put aside as variables of the server: to SET them would take longer
 * than all that is done meanwhile. */

#include "native.h"

#include "miscadmin.h"
#include "parser/parse_expr.h"
#include "parser/parser.h"
#include "pgtime.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/bytea.h"
#include "utils/float.h"

struct settings {
	int date_style, interval_style, float_digits, bytea_output;
	bool quote_all, plain_strings, null_equals, array_nulls;
	struct pg_tz *timezone;
};

static void
fix(struct settings *s)
{
	static pg_tz *utc;

	if (utc == NULL)
		utc = pg_tzset("GMT"); /* which needs no file */
	s->date_style = DateStyle;
	s->interval_style = IntervalStyle;
	s->float_digits = extra_float_digits;
	s->bytea_output = bytea_output;
	s->quote_all = quote_all_identifiers;
	s->plain_strings = standard_conforming_strings;
	s->null_equals = Transform_null_equals;
	s->array_nulls = Array_nulls;
	s->timezone = session_timezone;
	DateStyle = USE_ISO_DATES;
	IntervalStyle = INTSTYLE_POSTGRES;
	extra_float_digits = 1;
	bytea_output = BYTEA_OUTPUT_HEX;
	quote_all_identifiers = false;
	standard_conforming_strings = true;
	Transform_null_equals = false;
	Array_nulls = true;
	session_timezone = utc;
}

static void
restore(const struct settings *s)
{
	DateStyle = s->date_style;
	IntervalStyle = s->interval_style;
	extra_float_digits = s->float_digits;
	bytea_output = s->bytea_output;
	quote_all_identifiers = s->quote_all;
	standard_conforming_strings = s->plain_strings;
	Transform_null_equals = s->null_equals;
	Array_nulls = s->array_nulls;
	session_timezone = s->timezone;
}

void
settings_run(void (*function)(void *), void *arg)
{
	struct settings theirs;

	fix(&theirs);
	PG_TRY();
	{
		function(arg);
	}
	PG_FINALLY();
	{
		restore(&theirs);
	}
	PG_END_TRY();
}
