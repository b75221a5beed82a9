/* words - a list of strings that grows */
#ifndef AUDIT_WORDS_H
#define AUDIT_WORDS_H

struct words { /* starts as { NULL, 0 } */
	char **v;
	int n;
};

void words_add(struct words *, const char *); /* keeps a copy */
void words_free(struct words *);

#endif
