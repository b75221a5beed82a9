/* logo - a picture at the head of a report */
#ifndef AUDIT_EXPORT_LOGO_H
#define AUDIT_EXPORT_LOGO_H

#include <stddef.h>

struct logo { /* free() bytes */
	const char *path;
	char *bytes; /* all of the file */
	size_t len;
	const char *type; /* "png" or "jpeg" */
};

/* Read it. Returns NULL, or what is wrong with the file; borrowed. */
const char *logo_read(struct logo *, const char *path);

#endif
