/* sheet-end - a workbook put together, and read again
 *
 * libxlsxwriter writes each part of a workbook to a temporary file, without
 * looking whether that went well, and packs what it finds there: on a full disk
 * a workbook lacks rows and nobody says so. So all that has been written is
 * looked at beforehand, and all that has been packed afterwards. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "mem.h"
#include "sheet-again.h"
#include "sheet-state.h"

#define MB 1000000
#define ZIP64_FROM UINT64_C(3500000000)

/* The last row goes to the file; so does what stdio holds. */
static void
flush_rows(struct sheet *sheet)
{
	struct sheets *s = sheet->book;
	off_t at;

	lxw_worksheet_write_single_row(sheet->ws);
	if (fflush(sheet->ws->file) == EOF || ferror(sheet->ws->file) != 0 ||
	    (at = ftello(sheet->ws->file)) == -1)
		sheets_fail(s, "TMPDIR %s: %s", s->tmpdir,
		    strerror(errno == 0 ? ENOSPC : errno));
	else
		sheet->bytes = (uint64_t)at;
}

/* Each sheet is copied once more while it is packed. Large parts need the long
 * form of zip, which smaller ones had better not have: Excel may offer to
 * repair them. */
static void
look_ahead(struct sheets *s)
{
	uint64_t largest = 0, all = 0, there;
	struct statvfs fs;
	size_t i;

	for (i = 0; i < s->nsheets; i++) {
		all += s->sheets[i]->bytes;
		if (s->sheets[i]->bytes > largest)
			largest = s->sheets[i]->bytes;
	}
	s->wb->options.use_zip64 = all > ZIP64_FROM;
	if (statvfs(s->tmpdir, &fs) == -1)
		return;
	there = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (there < largest)
		sheets_fail(s,
		    "TMPDIR %s: no space left on device: %ju MB are free and "
		    "%ju MB are needed to put the workbook together",
		    s->tmpdir, (uintmax_t)there / MB,
		    (uintmax_t)largest / MB + 1);
}

static int
by_place(const void *a, const void *b)
{
	const struct sheet *x = *(struct sheet *const *)a;
	const struct sheet *y = *(struct sheet *const *)b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->ws->index < y->ws->index ? -1 : 1;
}

/* libxlsxwriter has them in the order in which they were made. */
static void
order(struct sheets *s)
{
	lxw_sheet *sheet, *next;
	lxw_worksheet *ws;
	size_t i;

	qsort(s->sheets, s->nsheets, sizeof(struct sheet *), by_place);
	sheet = STAILQ_FIRST(s->wb->sheets);
	STAILQ_INIT(s->wb->worksheets);
	for (i = 0; i < s->nsheets && sheet != NULL; i++, sheet = next) {
		next = STAILQ_NEXT(sheet, list_pointers);
		ws = s->sheets[i]->ws;
		ws->index = (uint16_t)i;
		sheet->u.worksheet = ws;
		STAILQ_INSERT_TAIL(s->wb->worksheets, ws, list_pointers);
	}
}

/* libxlsxwriter says on stderr what failed, at length; we say it, too. */
static int
hush(void)
{
	int saved, null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	fflush(stderr);
	saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (saved != -1 && null != -1)
		dup2(null, STDERR_FILENO);
	if (null != -1)
		close(null);
	return saved;
}

static void
unhush(int saved)
{
	if (saved == -1)
		return;
	dup2(saved, STDERR_FILENO);
	close(saved);
}

/* Returns whether the file is there; *error is the errno of what may have gone
 * wrong nonetheless. */
static bool
pack(struct sheets *s, int *error)
{
	lxw_error result;
	int saved = hush();

	errno = 0;
	result = workbook_close(s->wb);
	*error = errno;
	s->wb = NULL; /* it is gone, whatever happened */
	unhush(saved);
	if (result == LXW_ERROR_CREATING_TMPFILE)
		sheets_fail(s, "TMPDIR %s: %s", s->tmpdir,
		    *error == 0 ? "no file" : strerror(*error));
	else if (result != LXW_NO_ERROR)
		sheets_fail(s, "%s",
		    *error == 0 ? lxw_strerror(result) : strerror(*error));
	return result == LXW_NO_ERROR;
}

/* Say what a workbook that is not whole most likely comes from. */
static void
fail_again(struct sheets *s, const char *wrong, int error)
{
	bool full = error == ENOSPC || error == EFBIG || error == EDQUOT ||
	    error == EIO;

	if (full)
		sheets_fail(s, "TMPDIR %s: %s (%s)", s->tmpdir, strerror(error),
		    wrong);
	else
		sheets_fail(s,
		    "it did not come out whole: %s; is TMPDIR %s "
		    "full?",
		    wrong, s->tmpdir);
}

int
sheets_end(struct sheets *s)
{
	char *wrong;
	size_t i;
	int error;

	for (i = 0; i < s->nsheets && s->error == NULL; i++)
		flush_rows(s->sheets[i]);
	if (s->error == NULL)
		look_ahead(s);
	if (s->error != NULL)
		return -1;
	order(s);
	if (!pack(s, &error))
		return -1;
	wrong = sheet_again(s);
	if (wrong != NULL)
		fail_again(s, wrong, error);
	free(wrong);
	return s->error == NULL ? 0 : -1;
}
