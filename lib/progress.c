/* progress - how far something is, on a terminal's last line */

#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

#define EVERY 1024	 /* steps between looks at the clock */
#define PAUSE_MS 200	 /* between two pictures */
#define WIDTH 24	 /* of the bar */
#define CLEAR "\r\033[K" /* the line is empty */

static struct {
	const char *what; /* NULL: nothing is shown */
	uint64_t whole, next;
	int64_t began, shown; /* ms */
	bool there;
} bar;

void
progress_start(const char *what, uint64_t whole, bool quiet)
{
	memset(&bar, 0, sizeof(bar));
	if (quiet || !isatty(STDERR_FILENO))
		return;
	bar.what = what;
	bar.whole = whole;
	bar.began = bar.shown = clock_ms();
}

static void
show(uint64_t done, int64_t now)
{
	char marks[WIDTH + 1];
	uint64_t rate = done * 1000 / (uint64_t)(now - bar.began + 1);
	size_t n;

	if (bar.whole == 0) {
		fprintf(stderr, CLEAR "%s %" PRIu64 ", %" PRIu64 "/s", bar.what,
		    done, rate);
		return;
	}
	if (done > bar.whole)
		done = bar.whole;
	n = (size_t)((double)done / (double)bar.whole * WIDTH);
	memset(marks, '#', n);
	memset(marks + n, '.', WIDTH - n);
	marks[WIDTH] = '\0';
	fprintf(stderr, CLEAR "%s [%s] %3.0f%%, %" PRIu64 "/s", bar.what, marks,
	    100.0 * (double)done / (double)bar.whole, rate);
}

void
progress_at(uint64_t done)
{
	int64_t now;

	if (bar.what == NULL || done < bar.next)
		return;
	bar.next = done + EVERY;
	now = clock_ms();
	if (now - bar.shown < PAUSE_MS)
		return;
	bar.shown = now;
	bar.there = true;
	show(done, now);
	fflush(stderr);
}

void
progress_say(const char *what)
{
	if (bar.what == NULL)
		return;
	fprintf(stderr, CLEAR "%s", what);
	fflush(stderr);
	bar.there = true;
}

void
progress_hide(void)
{
	if (!bar.there)
		return;
	fputs(CLEAR, stderr);
	fflush(stderr);
	bar.there = false;
}
