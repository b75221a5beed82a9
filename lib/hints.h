/* hints - client hints: what a browser says besides its user agent
 *
 * HTTP's headers have structured fields (RFC 8941) as values, the members of
 * JavaScript's navigator.userAgentData have JSON; either is understood. */
#ifndef AUDIT_HINTS_H
#define AUDIT_HINTS_H

/* Texts are NULL where nothing is said, UTF-8 and short. */
struct hints {
	char *brand, *version; /* of the browser */
	char *platform, *platform_version;
	char *model;
	char *form; /* the first form factor */
	int mobile; /* 1: yes, 0: no, -1: not said */
};

/* json NULL, or not an object: nothing is said. hints_free() what is in it. */
void hints_read(struct hints *, const char *json);
void hints_free(struct hints *);

#endif
