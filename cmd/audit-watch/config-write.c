/* config-write - the whole configuration, as it is in force */

#include <inttypes.h>
#include <string.h>

#include "config.h"
#include "line.h"

static void
put_words(FILE *fp, const struct words *w)
{
	int i;

	putc('[', fp);
	for (i = 0; i < w->n; i++) {
		if (i > 0)
			fputs(", ", fp);
		line_put_string(fp, w->v[i], strlen(w->v[i]));
	}
	putc(']', fp);
}

static void
put_hours(FILE *fp, const struct config *c)
{
	static const char *const days[] = { "sun", "mon", "tue", "wed", "thu",
		"fri", "sat" };
	const char *comma = "";
	int i, from, until;

	fputs(",\n    \"hours\": {", fp);
	for (i = 1; i <= 7; i++) {
		from = c->hours[i % 7].from;
		until = c->hours[i % 7].until;
		if (from == until)
			continue;
		fprintf(fp, "%s\"%s\": \"%02d:%02d-%02d:%02d\"", comma,
		    days[i % 7], from / 60, from % 60, until / 60, until % 60);
		comma = i == 3 ? ",\n      " : ", ";
	}
	putc('}', fp);
}

static void
put_pattern(FILE *fp, const struct config *c, int p)
{
	const struct known *known = &config_known[p];
	const struct watched *w = &c->p[p];
	char span[SPAN_LEN];
	int i;

	span_write(span, w->quiet);
	fprintf(fp,
	    ",\n  \"%s\": {\n    \"enabled\": %s, \"severity\": \"%s\", "
	    "\"quiet\": \"%s\"",
	    known->name, w->enabled ? "true" : "false",
	    severity_names[w->severity], span);
	for (i = 0; i < CONFIG_NUMBERS; i++) {
		span_write(span, w->v[i]);
		if (known->numbers[i].kind == NUMBER_SPAN)
			fprintf(fp, ",\n    \"%s\": \"%s\"",
			    known->numbers[i].name, span);
		else if (known->numbers[i].kind == NUMBER_COUNT)
			fprintf(fp, ",\n    \"%s\": %" PRId64,
			    known->numbers[i].name, w->v[i]);
	}
	if (p == P_OUTSIDE_HOURS)
		put_hours(fp, c);
	fputs(",\n    \"except\": {\"actors\": ", fp);
	put_words(fp, &w->except.actors);
	fputs(", \"roles\": ", fp);
	put_words(fp, &w->except.roles);
	fputs(", \"apps\": ", fp);
	put_words(fp, &w->except.apps);
	fputs(", \"tables\": ", fp);
	put_words(fp, &w->except.tables);
	fputs("}\n  }", fp);
}

void
config_write(FILE *fp, const struct config *c)
{
	char span[SPAN_LEN];
	int p;

	span_write(span, c->learning * INT64_C(86400000000));
	fprintf(fp, "{\n  \"learning\": %s%s%s,\n  \"zone\": ",
	    c->learning == 0 ? "" : "\"", c->learning == 0 ? "0" : span,
	    c->learning == 0 ? "" : "\"");
	if (c->zone == NULL)
		fputs("null", fp);
	else
		line_put_string(fp, c->zone, strlen(c->zone));
	fputs(",\n  \"services\": ", fp);
	put_words(fp, &c->services);
	fputs(",\n  \"interactive_apps\": ", fp);
	put_words(fp, &c->interactive);
	fputs(",\n  \"privileged_roles\": ", fp);
	put_words(fp, &c->privileged);
	fputs(",\n  \"sensitive_columns\": ", fp);
	put_words(fp, &c->sensitive);
	fprintf(fp, ",\n  \"networks\": %s",
	    c->networks == NULL ? "{}" : c->networks);
	for (p = 0; p < PATTERNS; p++)
		put_pattern(fp, c, p);
	fputs("\n}\n", fp);
}
