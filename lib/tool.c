/* tool - what every tool does alike: start, shared options, help, exit codes */

#include "tool.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char outbuf[64 * 1024];

/* Where a standard descriptor is closed, the next file opened would take its
 * place, and events might go down the connection to the server. */
static void
hold_descriptors(void)
{
	int fd, mode;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* the wrong way round: using it fails, as it should */
		mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", mode) != fd)
			_exit(TOOL_FAILED);
	}
}

static int
flush(void)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	if (errno != 0)
		warn("standard output");
	else
		warnx("standard output: an earlier write failed");
	return -1;
}

static void
close_stdout(void)
{
	if (flush() == -1)
		_exit(TOOL_FAILED);
	/* some file systems tell of a failed write only now */
	if (close(STDOUT_FILENO) == -1) {
		warn("standard output");
		_exit(TOOL_FAILED);
	}
}

void
tool_start(const char *argv0)
{
	hold_descriptors();
	setprogname(argv0);
	/* numbers and messages do not follow the locale, widths do */
	setlocale(LC_CTYPE, "");
	/* a parent that ignores SIGPIPE must not make us report EPIPE */
	signal(SIGPIPE, SIG_DFL);
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, outbuf, _IOFBF, sizeof(outbuf));
	if (atexit(close_stdout) != 0)
		errx(TOOL_FAILED, "atexit failed");
}

void
tool_help(const char *help)
{
	fputs(help, stdout);
	exit(TOOL_OK);
}

void
tool_version(void)
{
	printf("%s (audit-utils) %s\n", getprogname(), AUDIT_VERSION);
	exit(TOOL_OK);
}

void
tool_usage(const char *help)
{
	const char *end = strstr(help, "\n\n");

	if (end == NULL)
		fputs(help, stderr);
	else
		fprintf(stderr, "%.*s\n", (int)(end - help), help);
	exit(TOOL_MISUSE);
}

void
tool_misuse(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarnx(fmt, ap);
	va_end(ap);
	exit(TOOL_MISUSE);
}

long long
tool_number(const char *opt, const char *arg, long long min, long long max)
{
	const char *why;
	long long n = strtonum(arg, min, max, &why);

	if (why != NULL)
		tool_misuse("%s %s: the number is %s", opt, arg, why);
	return n;
}

bool
tool_colors(FILE *fp)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(fp)) && (no == NULL || *no == '\0') &&
	    term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
}

void
tool_flush(void)
{
	if (flush() == -1)
		_exit(TOOL_FAILED);
}
