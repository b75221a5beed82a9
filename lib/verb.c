/* verb - a tool whose first argument says what to do: audit-rule add ... */

#include "verb.h"

#include <err.h>
#include <string.h>

static const char *
option_name(const struct verbs *verbs, int c)
{
	const struct option *o;

	for (o = verbs->longopts; o->name != NULL; o++)
		if (o->val == c)
			return o->name;
	return "?";
}

static const struct verb *
find_verb(const struct verbs *verbs, const char *name)
{
	int i;

	if (name == NULL && verbs->implied)
		return &verbs->v[0];
	if (name == NULL)
		tool_usage(verbs->help);
	for (i = 0; i < verbs->n; i++)
		if (strcmp(verbs->v[i].name, name) == 0)
			return &verbs->v[i];
	warnx("no such verb: %s", name);
	tool_usage(verbs->help);
}

static void
check_takes(const struct verbs *verbs, const struct verb *verb, int c)
{
	int i;

	if (strchr(verbs->shared, c) != NULL)
		return;
	for (i = 0; i < VERB_OPTS && verb->opts[i] != 0; i++)
		if (verb->opts[i] == c)
			return;
	tool_misuse("%s takes no --%s", verb->name, option_name(verbs, c));
}

const struct verb *
verb_parse(const struct verbs *verbs, struct run *run, int *argc, char ***argv)
{
	bool given[VERB_END] = { false };
	const struct verb *verb;
	int c;

	while ((c = getopt_long(*argc, *argv, verbs->opts, verbs->longopts,
		    NULL)) != -1)
		switch (c) {
		case 'h': tool_help(verbs->help);
		case 'V': tool_version();
		case '?': tool_usage(verbs->help);
		default: given[c] = true; verbs->keep(run, c, optarg);
		}
	*argc -= optind;
	*argv += optind;
	verb = find_verb(verbs, **argv);
	for (c = 1; c < VERB_END; c++)
		if (given[c])
			check_takes(verbs, verb, c);
	if (*argc > 0) {
		--*argc;
		++*argv;
	}
	if (*argc < verb->min || (verb->max >= 0 && *argc > verb->max))
		tool_usage(verbs->help);
	return verb;
}
