/* cell - a value as a report shows it: what it is, not how it looks */

#include "cell.h"

#include <string.h>

struct cell
cell_text(const char *text)
{
	struct cell c = { .kind = CELL_NONE };

	if (text == NULL)
		return c;
	c.kind = CELL_TEXT;
	c.text = text;
	c.len = strlen(text);
	return c;
}

struct cell
cell_count(uint64_t n)
{
	return (struct cell){ .kind = CELL_COUNT, .n = (int64_t)n };
}

struct cell
cell_time(int64_t us)
{
	return (struct cell){ .kind = CELL_TIME, .n = us };
}

struct cell
cell_span(int64_t us)
{
	return (struct cell){ .kind = CELL_SPAN, .n = us };
}

struct cell
cell_toned(struct cell c, enum cell_tone tone)
{
	c.tone = tone;
	return c;
}

enum cell_tone
cell_op_tone(const char *op)
{
	static const struct {
		const char *op;
		enum cell_tone tone;
	} tones[] = {
		{ "insert", TONE_INSERT },
		{ "update", TONE_UPDATE },
		{ "delete", TONE_DELETE },
		{ "truncate", TONE_DELETE },
		{ "read", TONE_READ },
		{ "denied", TONE_BAD },
		{ "login_failed", TONE_BAD },
		{ "gap", TONE_BAD },
	};
	size_t i;

	for (i = 0; i < sizeof(tones) / sizeof(tones[0]); i++)
		if (strcmp(tones[i].op, op) == 0)
			return tones[i].tone;
	return TONE_OTHER;
}
