/* uap-need - what a text must hold for a pattern to match it */

#include "uap-need.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"

#define SHORTEST 2 /* word that is looked for; has_word() relies on it */

/* A pattern being read. What is not known for certain ends a word, and what is
 * not known at all makes the whole pattern need nothing. */
struct reader {
	const char *p;
	bool lost;
};

/* One line: words that end in a tab each, the shortest of them, 0: no line */
struct line {
	struct buf words;
	size_t least;
};

struct lines {
	struct line *v;
	size_t n;
};

static void
add_line(struct lines *l, struct line line)
{
	l->v = xreallocarray(l->v, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = line;
}

static void
drop_lines(struct lines *l)
{
	while (l->n > 0)
		buf_free(&l->v[--l->n].words);
	free(l->v);
	l->v = NULL;
}

/* The word so far is over. */
static void
end_word(struct lines *l, struct buf *word)
{
	struct line line = { { NULL, 0, 0 }, word->len };

	if (word->len >= SHORTEST) {
		buf_put(&line.words, word->p, word->len);
		buf_byte(&line.words, '\t');
		add_line(l, line);
	}
	word->len = 0;
}

/* Whether a quantifier is here, and now has been passed. *none: it allows for
 * no occurrence. */
static bool
quantifier(struct reader *r, bool *none)
{
	const char *p = r->p;

	*none = *p != '+';
	if (*p == '{') {
		p += 1 + strspn(p + 1, "0123456789, ");
		if (*p != '}')
			return false;
	} else if (*p == '\0' || strchr("?*+", *p) == NULL)
		return false;
	p++;
	r->p = p + (*p == '?' || *p == '+');
	/* a quantifier of a quantifier could allow for none after all */
	r->lost = r->lost || (*r->p != '\0' && strchr("?*+{", *r->p) != NULL);
	return true;
}

/* Not as the locale has it */
static char
small(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* A character that stands for itself has been passed: add it to the word. What
 * is not ASCII ends one. */
static void
literal(struct reader *r, struct lines *l, struct buf *word, char c)
{
	bool none;

	if (!isascii(c)) {
		quantifier(r, &none);
		end_word(l, word);
		return;
	}
	if (iscntrl((unsigned char)c)) {
		r->lost = true;
		return;
	}
	buf_byte(word, small(c));
	if (!quantifier(r, &none))
		return;
	if (none)
		word->len--;
	end_word(l, word);
}

/* Behind the [ of a class. One like [Aa] is a letter in disguise. */
static void class(struct reader *r, struct lines *l, struct buf *word)
{
	const char *p = r->p;
	bool none;

	if (isascii(p[0]) && isalpha((unsigned char)p[0]) &&
	    p[1] == (p[0] ^ 0x20) && p[2] == ']') {
		r->p += 3;
		literal(r, l, word, p[0]);
		return;
	}
	end_word(l, word);
	p += *p == '^';
	p += *p == ']';
	for (; *p != ']' && *p != '\0'; p++)
		if (*p == '[' && p[1] == ':' && strstr(p, ":]") != NULL)
			p = strstr(p, ":]") + 1;
		else if (*p == '\\' && (p[1] == 'Q' || p[1] == 'E'))
			r->lost = true;
		else if (*p == '\\' && p[1] != '\0')
			p++;
	r->lost = r->lost || *p == '\0';
	r->p = p + (*p != '\0');
	quantifier(r, &none);
}

/* Behind a backslash */
static void
escape(struct reader *r, struct lines *l, struct buf *word)
{
	char c = *r->p;
	bool none;

	if (c != '\0')
		r->p++;
	if (c != '\0' && !isalnum((unsigned char)c))
		literal(r, l, word, c);
	else if (c != '\0' && strchr("dDsSwWbBhHvVnrtfeaAzZG", c) != NULL) {
		quantifier(r, &none);
		end_word(l, word);
	} else
		r->lost = true;
}

static void alternatives(struct reader *, struct lines *);

/* Behind the ( of a group */
static void
group(struct reader *r, struct lines *l)
{
	struct lines inner = { NULL, 0 };
	bool ahead = false, none;
	size_t i;

	if (*r->p == '?') {
		ahead = strchr("=!<", r->p[1]) != NULL;
		r->lost = r->lost || (!ahead && r->p[1] != ':');
		r->p += 1 + (r->p[1] == '<');
		r->lost = r->lost || strchr(":=!", *r->p) == NULL;
		r->p += *r->p != '\0';
	} else if (*r->p == '*')
		r->lost = true;
	alternatives(r, &inner);
	r->lost = r->lost || *r->p != ')';
	r->p += *r->p != '\0';
	if ((!quantifier(r, &none) || !none) && !ahead) {
		for (i = 0; i < inner.n; i++)
			add_line(l, inner.v[i]);
		inner.n = 0;
	}
	drop_lines(&inner);
}

/* One alternative: each of its lines is needed. */
static void
sequence(struct reader *r, struct lines *l)
{
	struct buf word = { NULL, 0, 0 };
	bool none;
	char c;

	while (!r->lost && (c = *r->p) != '\0' && c != '|' && c != ')') {
		r->p++;
		if (c == '\\')
			escape(r, l, &word);
		else if (c == '[')
			class(r, l, &word);
		else if (strchr("(.^${", c) == NULL)
			literal(r, l, &word, c);
		else {
			end_word(l, &word);
			if (c == '(')
				group(r, l);
			else
				quantifier(r, &none);
		}
	}
	end_word(l, &word);
	buf_free(&word);
}

/* The line that says most: the one whose shortest word is longest */
static struct line *
best(const struct lines *l)
{
	struct line *found = NULL;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (found == NULL || l->v[i].least > found->least)
			found = &l->v[i];
	return found;
}

/* One of several: a word from each of them. */
static void
alternatives(struct reader *r, struct lines *l)
{
	struct line any = { { NULL, 0, 0 }, SIZE_MAX }, *one;
	struct lines inner = { NULL, 0 };

	sequence(r, l);
	if (*r->p != '|')
		return;
	for (;;) {
		if ((one = best(l)) == NULL)
			any.least = 0;
		else {
			buf_put(&any.words, one->words.p, one->words.len);
			if (one->least < any.least)
				any.least = one->least;
		}
		drop_lines(l);
		if (r->lost || *r->p != '|')
			break;
		r->p++;
		sequence(r, &inner);
		*l = inner;
		inner = (struct lines){ NULL, 0 };
	}
	if (any.least > 0)
		add_line(l, any);
	else
		buf_free(&any.words);
}

char *
uap_need(const char *pattern)
{
	struct reader r = { pattern, false };
	struct lines l = { NULL, 0 };
	struct buf need = { NULL, 0, 0 };
	size_t i;

	alternatives(&r, &l);
	if (*r.p != '\0')
		r.lost = true;
	for (i = 0; i < l.n && !r.lost; i++) {
		if (i > 0)
			buf_byte(&need, '\n');
		buf_put(&need, l.v[i].words.p, l.v[i].words.len - 1);
	}
	drop_lines(&l);
	buf_byte(&need, '\0');
	return need.p;
}

/* The bits of the first two and three bytes; other three may have the same. */
static size_t
two(const char *p)
{
	return (size_t)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

static size_t
three(const char *p)
{
	return (two(p) * 31 + (unsigned char)p[2]) % UAP_BITS;
}

static void
set_bit(uint64_t *bits, size_t i)
{
	bits[i / 64] |= UINT64_C(1) << i % 64;
}

static bool
has_bit(const uint64_t *bits, size_t i)
{
	return (bits[i / 64] >> i % 64 & 1) != 0;
}

/* Where the case of letters does not count, the Kelvin sign is a k, and the
 * long s is an s. */
static size_t
fold(char *small_text, const char *p, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		if (len - i > 2 && memcmp(p + i, "\xe2\x84\xaa", 3) == 0) {
			small_text[n++] = 'k';
			i += 2;
		} else if (len - i > 1 && memcmp(p + i, "\xc5\xbf", 2) == 0) {
			small_text[n++] = 's';
			i++;
		} else
			small_text[n++] = small(p[i]);
	return n;
}

void
uap_text_set(struct uap_text *t, const char *p, size_t len)
{
	size_t i;

	t->p = p;
	t->len = len;
	t->small = xmalloc(len);
	t->nsmall = fold(t->small, p, len);
	memset(t->twos, 0, sizeof(t->twos));
	memset(t->threes, 0, sizeof(t->threes));
	for (i = 0; i + 1 < t->nsmall; i++)
		set_bit(t->twos, two(t->small + i));
	for (i = 0; i + 2 < t->nsmall; i++)
		set_bit(t->threes, three(t->small + i));
}

void
uap_text_clear(struct uap_text *t)
{
	free(t->small);
	t->small = NULL;
}

static bool
has_word(const struct uap_text *t, const char *word, size_t len)
{
	if (len == 2)
		return has_bit(t->twos, two(word));
	return has_bit(t->threes, three(word)) &&
	    memmem(t->small, t->nsmall, word, len) != NULL;
}

/* Words have no control characters; strcspn() would take longer than all else
 * here. */
static size_t
word_length(const char *s)
{
	size_t n = 0;

	while ((unsigned char)s[n] >= ' ')
		n++;
	return n;
}

bool
uap_text_has(const struct uap_text *t, const char *need)
{
	size_t len;
	bool found = true;

	while (*need != '\0') {
		len = word_length(need);
		found = has_word(t, need, len);
		need += len;
		while (found && *need == '\t')
			need += 1 + word_length(need + 1);
		if (!found && *need != '\t')
			return false;
		need += *need != '\0';
	}
	return found;
}
