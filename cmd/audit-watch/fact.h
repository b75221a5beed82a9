/* fact - what an event says, as far as patterns ask for it */
#ifndef AUDIT_WATCH_FACT_H
#define AUDIT_WATCH_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

enum op {
	OP_OTHER,
	OP_INSERT,
	OP_UPDATE,
	OP_DELETE,
	OP_TRUNCATE,
	OP_READ,
	OP_DENIED,
	OP_LOGIN,
	OP_LOGOUT,
	OP_LOGIN_FAILED,
	OP_GAP,
	OP_DDL,
	OP_RULES, /* it changes what is recorded, kept or seen */
};

/* What a string says; p NULL: nothing. */
struct said {
	const char *p;
	size_t len;
};

/* Borrowed from its line, until the next one is read */
struct fact {
	struct event event;
	uint8_t id[16];
	int64_t at; /* microseconds since 2000, UTC */
	enum op op;
	struct said id_text, at_text, op_text, schema, table, actor, role,
	    as_role, session, addr;
	struct said trail; /* whose it is, where there are several */
	struct said app;   /* up to where it names a session: crm/session=… */
	struct said agent; /* of a login: the browser */
	struct said name;  /* who: the actor, else the role */
	uint64_t who;	   /* a mark of that, 0 for nobody */
	uint64_t account;  /* the same of a login, refused or not */
	uint64_t home;	   /* a mark of the trail; 0: there is only one */
	uint64_t relation; /* a mark of the table, 0 for none */
	uint64_t namesake; /* the same of all trails' tables of that name */
	uint64_t rows;	   /* of a read */
	bool person;	   /* no service: an actor, or a role at a tool */
	bool interactive;  /* the application is a tool for people */
	bool superuser;
	bool change; /* a row's, or a truncate */
	int known;   /* of a login, new.new_device: 1 false, -1 true, 0 */
	struct json new, old;
};

struct config;
struct facts; /* where texts with escapes are kept */

struct facts *facts_new(const struct config *);
void facts_free(struct facts *); /* accepts NULL */

/* Read a line. Returns NULL, or what is wrong with it, borrowed until the next
 * call. */
const char *fact_read(struct facts *, struct fact *, const char *, size_t len);

/* A kind of mark, or a mark: of its trail alone. An actor is the same person in
 * all trails; a role, a table, a session is not. */
uint64_t fact_here(const struct fact *, uint64_t mark);

bool said_is(struct said, const char *);

#endif
