/* device - what a user agent says about browser, system and device
 *
 * Names are those of uap-core: "Chrome Mobile" on "Android", "Safari" on "Mac
 * OS X", "Samsung SM-S918B". What nobody told is NULL, never a guess. */
#ifndef AUDIT_DEVICE_H
#define AUDIT_DEVICE_H

#include <stddef.h>
#include <stdio.h>

struct device {
	const char *browser, *browser_version, *os, *os_version, *device;
	const char *type; /* desktop mobile tablet bot tv; never NULL: unknown
			   */
	const char *json; /* what device_put() writes */
};

struct devices;

/* regexes: a file of rules in uap-core's form, NULL for the built-in ones. NULL
 * if it cannot be used: *why says so, free() it. */
struct devices *devices_new(const char *regexes, char **why);
void devices_free(struct devices *); /* accepts NULL */

/* agent: any bytes, or NULL. hints: client hints, a JSON object with members as
 * HTTP names them (in any case) or JavaScript's userAgentData; anything else,
 * NULL too, tells nothing. Where they say something, they count: browsers keep
 * it from the agent. Each agent is looked into once; what is returned lasts
 * until devices_free(). */
const struct device *devices_get(struct devices *, const char *agent,
    const char *hints);
/* For those who read without end: if there are more than so many, forget all of
 * them, and free what has been returned so far. */
void devices_forget(struct devices *, size_t most);

/* Write its six members, without braces: "browser":...,"browser_version":...,
 * "os":...,"os_version":...,"device":...,"device_type":... */
void device_put(FILE *, const struct device *);

#endif
