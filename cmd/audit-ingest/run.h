/* run - from the log to the trail, or to stdout */
#ifndef AUDIT_INGEST_RUN_H
#define AUDIT_INGEST_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "interp.h"
#include "record.h"
#include "source.h"
#include "store.h"
#include "tool.h"
#include "words.h"

struct run {
	/* what was given; borrowed */
	const char *conninfo, *system, *follow;
	bool asks; /* a database was named: with dry, it is asked for names */
	bool dry, quiet, verbose, server, wait;
	enum record_form form;
	struct words databases;
	char *const *files; /* n of them; 0: standard input */
	int n;
	struct interp_want want;

	struct store *store; /* dry: NULL, or nothing is stored */
	struct db *log;	     /* the server whose log it is */
	struct reader *reader;
	struct interp *interp;
	struct source *source;
	struct buf out; /* dry: events to print */
	uintmax_t bad;
	uint64_t line, safe; /* of the last record; up to which all is stored */
	bool begun;	     /* a record came, */
	int64_t at, heard; /* the last one: its time, and when, by the clock */
};

/* Prints what is wrong. */
enum tool_status run_log(struct run *);

#endif
