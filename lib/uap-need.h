/* uap-need - what a text must hold for a pattern to match it
 *
 * Most rules can be told not to match by what an agent does not hold; looking
 * for that takes a hundredth of the time of matching. */
#ifndef AUDIT_UAP_NEED_H
#define AUDIT_UAP_NEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the pattern, one that compiles, needs, in small letters: lines, of each
 * of which one of the words between tabs has to be there. Empty: nothing is
 * known. free() it. */
char *uap_need(const char *pattern);

#define UAP_BITS 65536

/* A text to look into */
struct uap_text {
	const char *p;
	size_t len;
	char *small; /* in small letters */
	size_t nsmall;
	/* a bit for each two and each three bytes in it */
	uint64_t twos[UAP_BITS / 64], threes[UAP_BITS / 64];
};
void uap_text_set(struct uap_text *, const char *, size_t len);
void uap_text_clear(struct uap_text *);
bool uap_text_has(const struct uap_text *, const char *need);

#endif
