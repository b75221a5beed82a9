/* change - which fields an event changes */
#ifndef AUDIT_CHANGE_H
#define AUDIT_CHANGE_H

#include "event.h"

/* What people call the record that a value refers to */
struct change_name {
	const char *label; /* NULL: nothing is known */
	bool gone;	   /* the record is there no more */
};

/* What a database says of a field */
struct change_note {
	const char *title; /* NULL: none */
	/* the field is a set: its values are arrays of what went and came */
	bool set;
	/* of its values, of a set for each of these; NULL: it is no reference,
	 * or there is none on this side */
	const struct change_name *old, *new;
};

/* A field with its values; p NULL: there is no value on this side. */
struct change {
	struct json field; /* a JSON string */
	struct json old, new;
	const struct change_note *note; /* NULL: none */
};

struct changes { /* starts as { NULL, 0, 0 } */
	struct change *v;
	size_t n, size;
};

/* The fields that the event changes, by name; what was there is overwritten.
 * An insert has no old values, a delete no new ones; the details of an event
 * that changes no row are fields as well. So are those that have been erased,
 * whose values are null. */
void change_list(struct changes *, const struct event *);
void change_free(struct changes *);

/* What a value stands for, where it is not the value itself */
enum change_mark {
	CHANGE_VALUE,
	CHANGE_MASKED,	/* hidden by a rule */
	CHANGE_DIGEST,	/* size and digest of bytes, or of what was too large */
	CHANGE_REDACTED /* erased since */
};
enum change_mark change_mark(struct json value);
/* Whether the values of a field have been erased since. They need not be there
 * any more. */
bool change_redacted(const struct event *, struct json field);
/* The same of a key of the event itself, one of E_KEY, E_LABEL, E_ACTOR,
 * E_SESSION, E_APP, E_ADDR and E_REASON. */
bool change_erased(const struct event *, enum event_key);
/* Whether a name in "redacted" means such a key, and no column. */
bool change_is_key(struct json name);
/* The column that it means; p NULL: it is such a key. One that is called like a
 * key has one more @ before its name there. */
struct json change_column(struct json name);
/* The parts of a digest: a number; a string or null. Returns whether it is
 * one. */
bool change_digest(struct json value, struct json *bytes, struct json *sha256);

#endif
