/* token - what lets into a session: read, used, and wiped out of memory */

#include "token.h"

#include <err.h>
#include <errno.h>
#include <readpassphrase.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* with room for a line's end, and for one byte too many */
#define ROOM (TOKEN_LEN + 2)

/* No stdio, whose buffer would keep it. Returns how much was read. */
static size_t
read_all(char text[static ROOM])
{
	size_t len = 0;
	ssize_t got;

	while (len < ROOM) {
		got = read(STDIN_FILENO, text + len, ROOM - len);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			err(TOOL_FAILED, "standard input");
		if (got == 0)
			break;
		len += (size_t)got;
	}
	return len;
}

/* On its terminal, where nobody sees it */
static size_t
ask(char text[static ROOM])
{
	if (readpassphrase("token: ", text, ROOM, 0) == NULL)
		err(TOOL_FAILED, "standard input");
	return strlen(text);
}

static bool
is_token(const char *text, size_t len)
{
	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0 && text[len - 1] == '\r')
		len--;
	return len == TOKEN_LEN - 1 && memchr(text, '\0', len) == NULL &&
	    strspn(text, "0123456789abcdef") == len;
}

enum tool_status
token_read(char token[static TOKEN_LEN], int nargs)
{
	char text[ROOM + 1] = "";
	size_t len;
	bool good;

	if (nargs > 0)
		tool_misuse("a token is read from standard input: everybody "
			    "can see an argument");
	len = isatty(STDIN_FILENO) ? ask(text) : read_all(text);
	good = is_token(text, len);

	memcpy(token, text, TOKEN_LEN - 1);
	token[TOKEN_LEN - 1] = '\0';
	explicit_bzero(text, sizeof(text));
	if (good)
		return TOOL_OK;
	token_wipe(token);
	if (len == 0)
		warnx("standard input: no token");
	else
		warnx("standard input: not a token, which is one line of 64 "
		      "hexadecimal digits");
	return TOOL_NO;
}

void
token_wipe(char token[static TOKEN_LEN])
{
	explicit_bzero(token, TOKEN_LEN);
}
