/* token - what lets into a session: read, used, and wiped out of memory */
#ifndef AUDIT_TOKEN_H
#define AUDIT_TOKEN_H

#include "tool.h"

#define TOKEN_LEN 65 /* with its end */

/* Read it from standard input, one line; from a terminal unseen. TOOL_NO: what
 * is there is none, and it has said so without repeating it. nargs: how many
 * arguments there are; any is misuse, for it may be the token. */
enum tool_status token_read(char token[static TOKEN_LEN], int nargs);
void token_wipe(char token[static TOKEN_LEN]);

#endif
