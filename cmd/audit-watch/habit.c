/* habit - on how many days something was done */

#include "habit.h"

#define AGES 60 /* days after which nothing is a habit any more */

uint32_t
habit_note(struct habit *h, int32_t day)
{
	if (h->days == 0 || day - h->day > AGES)
		*h = (struct habit){ day, 1 };
	else if (day > h->day) {
		h->day = day;
		h->days++;
	}
	return h->days - 1;
}
