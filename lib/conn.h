/* conn - connect to a server, with the session set up alike for every tool */
#ifndef AUDIT_CONN_H
#define AUDIT_CONN_H

#include <libpq-fe.h>

/* As db_open() says. *error is NULL, or what went wrong: free() it. The
 * connection is NULL if it was not tried; PQfinish() it. */
PGconn *conn_open(const char *conninfo, char **error);

/* libpq's last message on one line; free() it */
char *conn_error(const PGconn *);

#endif
