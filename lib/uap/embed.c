/* embed - write a file of rules as build/uap.c; for the Makefile alone */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "uap-rule.h"

static void
put_string(const char *s)
{
	if (s == NULL) {
		printf("NULL");
		return;
	}
	putchar('"');
	for (; *s != '\0'; s++)
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if (*s >= ' ' && *s < 0x7f && *s != '?') /* no trigraphs */
			putchar(*s);
		else
			printf("\\%03o", (unsigned char)*s);
	putchar('"');
}

static void
put_rule(const struct uap_rule *rule)
{
	int i;

	printf("\t{ ");
	put_string(rule->pattern);
	printf(",\n\t    ");
	put_string(rule->need);
	printf(",\n\t    { ");
	for (i = 0; i < UAP_PARTS; i++) {
		put_string(rule->put[i]);
		printf(", ");
	}
	printf("}, %s },\n", rule->caseless ? "true" : "false");
}

int
main(int argc, char *argv[])
{
	struct uap_rules rules;
	size_t i;
	char *why;
	int k;

	if (argc != 2)
		errx(2, "usage: embed regexes.yaml");
	if ((why = uap_read(argv[1], &rules)) != NULL)
		errx(1, "%s", why);
	puts("/* made by lib/uap/embed.c from uap-core's rules, which are\n"
	     " * Copyright 2009 Google Inc., Apache License 2.0 */\n"
	     "#include \"uap-rule.h\"");
	for (k = 0; k < UAP_KINDS; k++) {
		printf("\nstatic const struct uap_rule rules_%d[] = {\n", k);
		for (i = 0; i < rules.n[k]; i++)
			put_rule(&rules.v[k][i]);
		puts("};");
	}
	puts("\nconst struct uap_rules uap_builtin = {\n\t{");
	for (k = 0; k < UAP_KINDS; k++)
		printf("\t    rules_%d,\n", k);
	puts("\t},\n\t{");
	for (k = 0; k < UAP_KINDS; k++)
		printf("\t    sizeof(rules_%d) / sizeof(*rules_%d),\n", k, k);
	puts("\t}\n};");
	uap_rules_free(&rules);
	return fflush(stdout) == EOF || ferror(stdout) ? 1 : 0;
}
