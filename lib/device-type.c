/* device-type - which type of device an agent comes from */

#include "device-type.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "uap-rule.h"
#include "utf8.h"

/* The first that matches counts. What it is matched with has four lines: the
 * agent, the families of browser, system and device. */
static const struct {
	const char *type, *pattern;
	bool caseless;
} types[] = {
	/* programs; CUBOT makes telephones */
	{ "bot", "\\nSpider$|(?<!cu)bot(?![a-z])|crawl|spider|scrap|slurp",
	    true },
	{ "bot", "headless|phantomjs|lighthouse|libwww|httpie|postman|insomnia",
	    true },
	{ "bot",
	    "^(?:curl|wget|python|java|ruby|php|perl|go-http|axios|node|"
	    "undici|guzzle|apache-http|jakarta|winhttp|dart)\\b|requests/|"
	    "aiohttp|httpclient",
	    true },
	/* an application named TV on one of these is none */
	{ "tablet", "\\biPad", false },
	{ "mobile", "\\biP(?:hone|od)|Windows Phone|IEMobile", false },
	{ "tv",
	    "\\bTV\\b|(?:smart|google|apple|android|hbb|inet|mi|opera)[- _]?tv|"
	    "netcast|web0s|\\bbravia|\\bviera|\\baft[a-z]{1,4}\\b|crkey|"
	    "chromecast|\\broku|tvos|vidaa",
	    true },
	{ "tv", "PlayStation|Xbox|Nintendo|\\bWii\\b", false },
	{ "tablet", "Tablet(?! PC)|PlayBook|Kindle|\\bSM-[TXP]\\d", false },
	/* browsers on telephones say Mobile; other programs need not */
	{ "tablet", "^(?=Mozilla|Opera)(?!.*Mobi).*(?:Android|Silk)", false },
	{ "mobile",
	    "Mobi|Android|BlackBerry|BB10|Opera Mini|MIDP|Symbian|"
	    "webOS|KAIOS|Phone|\\n(?:iOS|WatchOS)\\n",
	    false },
	{ "desktop",
	    "Windows|Macintosh|Mac ?OS|Darwin|Linux|X11|CrOS|BSD|"
	    "SunOS|\\n(?:Ubuntu|Fedora|Debian|Haiku)\\n",
	    false },
};

#define NTYPES (sizeof(types) / sizeof(*types))

struct device_types {
	pcre2_code *code[NTYPES];
	pcre2_match_data *match;
};

struct device_types *
device_types_new(void)
{
	struct device_types *t = xcalloc(1, sizeof(*t));
	size_t i;

	for (i = 0; i < NTYPES; i++)
		t->code[i] =
		    uap_compile(types[i].pattern, types[i].caseless, NULL);
	t->match = pcre2_match_data_create(1, NULL);
	return t;
}

void
device_types_free(struct device_types *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < NTYPES; i++)
		pcre2_code_free(t->code[i]);
	pcre2_match_data_free(t->match);
	free(t);
}

const char *
device_type(struct device_types *t, const char *agent,
    const struct uap_facts *facts)
{
	struct buf text = { NULL, 0, 0 };
	const char *family;
	size_t i;
	int k;

	utf8_clean(&text, agent, strlen(agent), UAP_LONGEST);
	for (k = 0; k < UAP_KINDS; k++) {
		family = facts->v[k][UAP_FAMILY];
		buf_byte(&text, '\n');
		if (family != NULL)
			buf_put(&text, family, strlen(family));
	}
	for (i = 0; i < NTYPES; i++)
		if (pcre2_match(t->code[i], (PCRE2_SPTR)text.p, text.len, 0,
			PCRE2_NO_UTF_CHECK, t->match, NULL) >= 0)
			break;
	buf_free(&text);
	return i < NTYPES ? types[i].type : "unknown";
}
