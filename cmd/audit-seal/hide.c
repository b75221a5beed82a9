/* hide - the values that a proof leaves out: --hide */

#include "hide.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"

/* The field that an argument names, 0 for none; and the member, or NULL. */
static int
split(const char *arg, const char **member)
{
	const char *dot = strchr(arg, '.');
	size_t len = dot != NULL ? (size_t)(dot - arg) : strlen(arg);
	int field = evidence_field(arg, len);

	*member = dot != NULL ? dot + 1 : NULL;
	return dot != NULL && field < EVIDENCE_OLD ? 0 : field;
}

void
hide_check_names(const struct run *run)
{
	const char *member;
	int i;

	for (i = 0; i < run->nhidden; i++)
		if (split(run->hidden[i], &member) == 0)
			tool_misuse("--hide %s: it is key, label, actor, "
				    "session, app, addr, reason, old, new, "
				    "old.COLUMN or new.COLUMN",
			    run->hidden[i]);
}

/* Whether old or new has this member, or is null */
static bool
has_member(struct leaf_value v, const char *member)
{
	struct json_iter i;
	struct json all, name, value;
	size_t where;

	if (v.p == NULL || json_parse(&all, v.p, v.len, &where) != NULL)
		return true;
	if (json_kind(all) != '{')
		return false;
	json_begin(&i, all);
	while (json_next(&i, &name, &value))
		if (json_says(name, member))
			return true;
	return false;
}

bool
hide_check(const struct run *run, const struct leaf_event *ev)
{
	const char *member;
	int i, field;

	for (i = 0; i < run->nhidden; i++) {
		field = split(run->hidden[i], &member);
		if (member == NULL ||
		    has_member(field == EVIDENCE_OLD ? ev->old : ev->new,
			member))
			continue;
		warnx("--hide %s: the event has no such column",
		    run->hidden[i]);
		return false;
	}
	return true;
}

/* Whether one of the arguments means this. What is no member of old or new is
 * hidden with all of it. */
static bool
is_hidden(const struct run *run, int field, const char *name, size_t len)
{
	const char *member;
	int i;

	for (i = 0; i < run->nhidden; i++)
		if (split(run->hidden[i], &member) == field &&
		    (member == NULL ||
			(name != NULL && strlen(member) == len &&
			    memcmp(member, name, len) == 0)))
			return true;
	return false;
}

bool
hide_hides(int field, struct json name, void *arg)
{
	bool hidden;
	size_t len;
	char *text;

	if (name.p == NULL)
		return is_hidden(arg, field, NULL, 0);
	text = json_text(name, &len);
	hidden = is_hidden(arg, field, text, len);
	free(text);
	return hidden;
}

bool
hide_hides_part(const struct run *run, const struct leaf_part *part)
{
	return is_hidden(run, part->field, part->name.p, part->name.len);
}
