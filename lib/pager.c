/* pager - what goes to a terminal goes through $PAGER on the way */

#include "pager.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t pager;
static int terminal = -1;
static volatile sig_atomic_t quit_status = TOOL_OK;

static const int deadly[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

/* Wait for it and say what went wrong. Whether it has shown anything. */
static bool
reap(void)
{
	int status;
	pid_t pid = pager;

	pager = 0;
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return true;
	if (WIFSIGNALED(status))
		warnx("PAGER=%s: ended by signal %d", getenv("PAGER"),
		    WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		warnx("PAGER=%s: exit status %d", getenv("PAGER"),
		    WEXITSTATUS(status));
	/* what sh says where it finds no program, or one that does not run */
	return !WIFEXITED(status) ||
	    (WEXITSTATUS(status) != 127 && WEXITSTATUS(status) != 126);
}

/* The reader has quit. Only writing to the pager raises this, so that nothing
 * is interrupted that warnx() needs. */
static void
quit(int sig)
{
	(void)sig;
	if (pager == 0)
		_exit(quit_status);
	_exit(reap() ? quit_status : TOOL_FAILED);
}

/* ^C reaches the pager as well, which has the terminal until it ends. */
static void
die(int sig)
{
	if (pager != 0) {
		close(STDOUT_FILENO);
		while (waitpid(pager, NULL, 0) == -1 && errno == EINTR)
			continue;
	}
	signal(sig, SIG_DFL);
	raise(sig);
}

static _Noreturn void
become_pager(const char *command, int in)
{
	if (dup2(in, STDIN_FILENO) == -1 || setenv("LESS", "FRX", 0) == -1)
		_exit(TOOL_FAILED);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void
set_handler(int sig, void (*handler)(int))
{
	struct sigaction old, new = { .sa_handler = handler };

	/* who starts us with one of them ignored keeps it so */
	if (sig != SIGPIPE && sigaction(sig, NULL, &old) == 0 &&
	    old.sa_handler == SIG_IGN)
		return;
	sigemptyset(&new.sa_mask);
	new.sa_flags = SA_RESTART | (handler == die ? SA_NODEFER : 0);
	sigaction(sig, &new, NULL);
}

void
pager_start(void)
{
	const char *command = getenv("PAGER");
	int pipes[2];
	size_t i;

	if (terminal != -1 || command == NULL || *command == '\0' ||
	    !isatty(STDOUT_FILENO))
		return;
	tool_flush();
	if (pipe2(pipes, O_CLOEXEC) == -1 ||
	    (terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)) == -1)
		err(TOOL_FAILED, "PAGER=%s", command);
	if ((pager = fork()) == -1)
		err(TOOL_FAILED, "PAGER=%s", command);
	if (pager == 0)
		become_pager(command, pipes[0]);
	if (dup2(pipes[1], STDOUT_FILENO) == -1)
		err(TOOL_FAILED, "PAGER=%s", command);
	close(pipes[0]);
	close(pipes[1]);
	set_handler(SIGPIPE, quit);
	for (i = 0; i < sizeof(deadly) / sizeof(*deadly); i++)
		set_handler(deadly[i], die);
	if (atexit(pager_end) != 0)
		errx(TOOL_FAILED, "atexit failed");
}

void
pager_quits_with(enum tool_status status)
{
	quit_status = (sig_atomic_t)status;
}

void
pager_end(void)
{
	if (pager == 0)
		return;
	tool_flush();
	if (dup2(terminal, STDOUT_FILENO) == -1) {
		warn("standard output");
		_exit(TOOL_FAILED);
	}
	signal(SIGPIPE, SIG_DFL);
	if (!reap())
		_exit(TOOL_FAILED);
}
