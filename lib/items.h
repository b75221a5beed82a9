/* items - a YAML file of named lists, whose items are a few named texts
 *
 *	list:
 *	  - name: 'text'
 *	    other: 'text'
 *
 * uap-core's rules and its tests have this form. Nothing else is taken: no
 * anchors and aliases, which can make a large thing of a small file. This is
 * the only file that knows libyaml. */
#ifndef AUDIT_ITEMS_H
#define AUDIT_ITEMS_H

#include <stddef.h>
#include <stdio.h>

#define ITEMS_MOST 16 /* texts of one item */

struct item {
	const char *list; /* of which it is one */
	size_t line;	  /* where it begins */
	int n;
	struct item_text {
		char *name, *value; /* value NULL: nothing stands there */
		size_t line;
	} text[ITEMS_MOST];
};

/* Takes an item, borrowed until it returns: NULL, or what is wrong with it, to
 * be freed, and in *line, which is the item's, where. */
typedef char *items_take(const struct item *, void *arg, size_t *line);

/* Hand on each item. Returns NULL, or what is wrong, "line 12: ...", to be
 * freed; the items before that have been handed on. */
char *items_read(FILE *, items_take *, void *arg);
/* The text of this name; NULL if there is none or it says nothing. */
const char *items_get(const struct item *, const char *name);

#endif
