/* tally - counters by key, against an independent count
 *
 * tally many	more keys than memory holds
 * tally few	the edges: no key, an empty one, long ones, no counters
 * tally full	no room for what does not fit in memory
 * tally time	how long it takes to find a key, in ns
 */

#include "tally.h"

#include <err.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "mem.h"

#define MEMORY ((size_t)64 * 1024)
#define KEYS 50000
#define EVENTS 400000
#define KEY 128 /* bytes of a key at most */

struct counters {
	uint64_t n, sum;
	int64_t first;
};

static void
add(void *sum, const void *more)
{
	struct counters *s = sum;
	const struct counters *m = more;

	s->n += m->n;
	s->sum += m->sum;
	if (s->first == 0 || (m->first != 0 && m->first < s->first))
		s->first = m->first;
}

/* Numbers that look random and are the same each time */
static uint64_t
next_number(void)
{
	static uint64_t x = 88172645463325252;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

/* Keys of many lengths, among them beginnings of others and zero bytes. */
static size_t
make_key(char key[static KEY], uint64_t number)
{
	size_t len = sizeof(number) + number % (KEY - sizeof(number));

	memset(key, number % 3 == 0 ? 0 : 0xff, KEY);
	memcpy(key, &number, sizeof(number));
	return len;
}

static int
compare(const char *a, size_t alen, const char *b, size_t blen)
{
	int order = memcmp(a, b, alen < blen ? alen : blen);

	return order != 0 ? order : (alen > blen) - (alen < blen);
}

static struct counters counted[KEYS];

static void
count(struct tally *t, size_t n)
{
	char key[KEY];
	struct counters *c;
	uint64_t k;
	size_t i;

	for (i = 1; i <= n; i++) {
		/* some are frequent */
		k = next_number() % (i % 2 == 0 ? 10 : KEYS);
		if ((c = tally_at(t, key, make_key(key, k))) == NULL)
			errx(1, "%s", tally_error(t));
		c->n++;
		c->sum += i;
		if (c->first == 0)
			c->first = (int64_t)i;
		add(&counted[k], &(struct counters){ 1, i, (int64_t)i });
	}
}

static void
check_all(struct tally *t)
{
	const char *key;
	char last[KEY];
	const void *v;
	size_t len, lastlen = 0, n = 0, wanted = 0;
	uint64_t k;
	int got;

	while ((got = tally_next(t, &key, &len, &v)) == 1) {
		if (n++ > 0 && compare(last, lastlen, key, len) >= 0)
			errx(1, "out of order");
		memcpy(last, key, len);
		lastlen = len;
		memcpy(&k, key, sizeof(k));
		if (k >= KEYS || memcmp(v, &counted[k], sizeof(*counted)) != 0)
			errx(1, "key %" PRIu64 ": wrong sum", k);
	}
	if (got == -1)
		errx(1, "%s", tally_error(t));
	for (k = 0; k < KEYS; k++)
		wanted += counted[k].n > 0;
	if (n != wanted)
		errx(1, "%zu keys instead of %zu", n, wanted);
}

static void
many(void)
{
	/* in memory; laid aside at the end; many times */
	static const size_t n[] = { 100, 900, EVENTS };
	struct tally *t;
	size_t i;

	for (i = 0; i < sizeof(n) / sizeof(*n); i++) {
		memset(counted, 0, sizeof(counted));
		t = tally_new(sizeof(struct counters), add, MEMORY);
		count(t, n[i]);
		check_all(t);
		tally_free(t);
	}
}

static void
few(void)
{
	static const size_t lengths[] = { 0, 1, 7, 8, 9, 300000 };
	const size_t n = sizeof(lengths) / sizeof(*lengths);
	char *key = xcalloc(1, 300000);
	const char *k;
	const void *v;
	size_t i, len;
	struct tally *t = tally_new(0, NULL, MEMORY);

	if (tally_next(t, &k, &len, &v) != 0 || tally_error(t) != NULL)
		errx(1, "what was never counted");
	tally_free(t);
	tally_free(NULL);
	t = tally_new(0, NULL, MEMORY);
	for (i = 0; i < 10 * n; i++)
		if (tally_at(t, key, lengths[i % n]) == NULL)
			errx(1, "%s", tally_error(t));
	for (i = 0; i < n; i++)
		if (tally_next(t, &k, &len, &v) != 1 || len != lengths[i] ||
		    k == NULL)
			errx(1, "key %zu has not its length", i);
	if (tally_next(t, &k, &len, &v) != 0)
		errx(1, "a key too many");
	tally_free(t);
	free(key);
}

/* Files of so many bytes at most, which is as if the disk were full */
static void
full(void)
{
	const struct rlimit most = { (rlim_t)256 * 1024, RLIM_INFINITY };
	struct tally *t;
	char key[KEY];
	const char *k, *why = NULL;
	const void *v;
	size_t i, len;

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &most) == -1)
		err(1, NULL);
	t = tally_new(sizeof(struct counters), add, MEMORY);
	for (i = 0; i < KEYS && why == NULL; i++)
		if (tally_at(t, key, make_key(key, i)) == NULL)
			why = tally_error(t);
	if (tally_at(t, "", 0) != NULL || tally_next(t, &k, &len, &v) != -1)
		errx(1, "it forgot its failure");
	puts(why == NULL ? "no failure" : tally_error(t));
	tally_free(t);
}

static void
how_long(void)
{
	const size_t n = 2000000;
	struct tally *t = tally_new(16, NULL, (size_t)1024 * 1024);
	struct timespec from, to;
	char key[64];
	size_t i;
	uint64_t *v;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (i = 0; i < n; i++) {
		memset(key, 'a', sizeof(key));
		key[0] = (char)(i * 7 % 97);
		key[1] = (char)(i % 50);
		if ((v = tally_at(t, key, 40)) == NULL)
			errx(1, "%s", tally_error(t));
		v[0]++;
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	printf("%.0f\n",
	    ((double)(to.tv_sec - from.tv_sec) * 1e9 +
		(double)(to.tv_nsec - from.tv_nsec)) /
		(double)n);
	tally_free(t);
}

int
main(int argc, char *argv[])
{
	const char *what = argc == 2 ? argv[1] : "";

	if (strcmp(what, "many") == 0)
		many();
	else if (strcmp(what, "few") == 0)
		few();
	else if (strcmp(what, "full") == 0)
		full();
	else if (strcmp(what, "time") == 0)
		how_long();
	else
		errx(2, "usage: tally many|few|full|time");
	return 0;
}
