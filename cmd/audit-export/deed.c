/* deed - what was done, how often, from when to when */

#include "deed.h"

const struct chart_series deed_series[DEEDS] = {
	[DEED_INSERT] = { "insert", TONE_INSERT },
	[DEED_UPDATE] = { "update", TONE_UPDATE },
	[DEED_DELETE] = { "delete", TONE_DELETE },
	[DEED_READ] = { "read", TONE_READ },
	[DEED_OTHER] = { "other", TONE_OTHER },
};

enum deed
deed_of(struct json op)
{
	int i;

	for (i = 0; i < DEED_OTHER; i++)
		if (json_says(op, deed_series[i].name))
			break;
	return (enum deed)i;
}

uint64_t
deeds_all(const struct deeds *d)
{
	uint64_t all = 0;
	int i;

	for (i = 0; i < DEEDS; i++)
		all += d->n[i];
	return all;
}

void
deeds_note(struct deeds *d, enum deed deed, int64_t at)
{
	uint64_t before = deeds_all(d);

	if (before == 0 || at < d->first)
		d->first = at;
	if (before == 0 || at > d->last)
		d->last = at;
	d->n[deed]++;
}

void
deeds_add(void *sum, const void *more)
{
	struct deeds *s = sum;
	const struct deeds *m = more;
	uint64_t before = deeds_all(s);
	int i;

	if (deeds_all(m) == 0)
		return;
	if (before == 0 || m->first < s->first)
		s->first = m->first;
	if (before == 0 || m->last > s->last)
		s->last = m->last;
	for (i = 0; i < DEEDS; i++)
		s->n[i] += m->n[i];
}
