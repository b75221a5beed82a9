/* net - what an address tells about where somebody is */

#include "net.h"

#include <arpa/inet.h>
#include <string.h>

#include "mark.h"

#define V4 12 /* bytes before an IPv4 address that is written as IPv6 */

const char *const region_names[REGIONS] = { "nowhere known", "the house",
	"North America", "Europe and the Middle East", "Asia and the Pacific",
	"South America", "Africa" };

/* Who gives a /8 away: E RIPE, A APNIC, S LACNIC, F AFRINIC, h private, -
 * nobody; all others ARIN, N */
/* clang-format off */
static const struct block {
	uint8_t from, until;
	char who;
} blocks[] = {
	{ 0, 0, '-' }, { 1, 1, 'A' }, { 2, 2, 'E' }, { 5, 5, 'E' },
	{ 10, 10, 'h' }, { 14, 14, 'A' }, { 25, 25, 'E' }, { 27, 27, 'A' },
	{ 31, 31, 'E' }, { 36, 36, 'A' }, { 37, 37, 'E' }, { 39, 39, 'A' },
	{ 41, 41, 'F' }, { 42, 43, 'A' }, { 46, 46, 'E' }, { 49, 49, 'A' },
	{ 51, 51, 'E' }, { 53, 53, 'E' }, { 57, 57, 'E' }, { 58, 61, 'A' },
	{ 62, 62, 'E' }, { 77, 95, 'E' }, { 101, 101, 'A' }, { 102, 102, 'F' },
	{ 103, 103, 'A' }, { 105, 105, 'F' }, { 106, 106, 'A' },
	{ 109, 109, 'E' }, { 110, 126, 'A' }, { 127, 127, 'h' },
	{ 133, 133, 'A' }, { 141, 141, 'E' }, { 145, 145, 'E' },
	{ 150, 150, 'A' }, { 151, 151, 'E' }, { 153, 153, 'A' },
	{ 154, 154, 'F' }, { 163, 163, 'A' }, { 171, 171, 'A' },
	{ 175, 175, 'A' }, { 176, 176, 'E' }, { 177, 177, 'S' },
	{ 178, 178, 'E' }, { 179, 179, 'S' }, { 180, 180, 'A' },
	{ 181, 181, 'S' }, { 182, 183, 'A' }, { 185, 185, 'E' },
	{ 186, 187, 'S' }, { 188, 188, 'E' }, { 189, 191, 'S' },
	{ 193, 195, 'E' }, { 196, 197, 'F' }, { 200, 201, 'S' },
	{ 202, 203, 'A' }, { 210, 211, 'A' }, { 212, 213, 'E' },
	{ 217, 217, 'E' }, { 218, 223, 'A' }, { 224, 255, '-' },
};
/* clang-format on */

static char
block(uint8_t n)
{
	size_t i;

	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (n >= blocks[i].from && n <= blocks[i].until)
			return blocks[i].who;
	return 'N';
}

/* The same of what begins with 2001:, by its next byte; of others of 2000::/3,
 * by their first two */
static char
block6(const uint8_t *a)
{
	static const struct {
		uint8_t until;
		char who;
	} all[] = { { 0x01, '-' }, { 0x03, 'A' }, { 0x05, 'N' }, { 0x0b, 'E' },
		{ 0x0f, 'A' }, { 0x11, '-' }, { 0x13, 'S' }, { 0x41, 'E' },
		{ 0x43, 'F' }, { 0x45, 'A' }, { 0x47, 'E' }, { 0x49, 'N' },
		{ 0x5f, 'E' }, { 0x7f, '-' }, { 0xbf, 'A' }, { 0xff, '-' } };
	static const char by_first[] = "-A-N-S-E-F";
	size_t i = 0;

	if (a[0] >= 0x23 && a[0] <= 0x2c)
		return by_first[a[0] - 0x23];
	if (a[0] != 0x20)
		return a[0] == 0 || a[0] >= 0xfc ? 'h' : '-';
	if (a[1] != 0x01)
		return a[1] == 0x03 ? 'E' : '-';
	while (a[2] > all[i].until)
		i++;
	return all[i].who;
}

static bool
is_private(const uint8_t *a)
{
	return (a[0] == 172 && a[1] >> 4 == 1) ||
	    (a[0] == 192 && a[1] == 168) || (a[0] == 169 && a[1] == 254) ||
	    (a[0] == 100 && a[1] >> 6 == 1);
}

static enum region
region_of(const uint8_t *a, bool v4)
{
	static const char letters[REGIONS + 1] = "-hNEASF";
	char who = v4 ? block(a[V4]) : block6(a);

	if (v4 && is_private(a + V4))
		who = 'h';
	return (enum region)(strchr(letters, who) - letters);
}

/* An address as 16 bytes */
static bool
read_bytes(uint8_t a[16], struct said s, bool *v4)
{
	static const uint8_t mapped[V4] = { [10] = 0xff, [11] = 0xff };
	char text[INET6_ADDRSTRLEN];

	if (s.p == NULL || s.len >= sizeof(text))
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	memcpy(a, mapped, V4);
	*v4 = inet_pton(AF_INET, text, a + V4) == 1;
	if (*v4)
		return true;
	if (inet_pton(AF_INET6, text, a) != 1)
		return false;
	*v4 = memcmp(a, mapped, V4) == 0;
	return true;
}

static bool
is_in(const struct range *r, const uint8_t a[16])
{
	int whole = r->bits / 8, rest = r->bits % 8;

	return memcmp(r->base, a, (size_t)whole) == 0 &&
	    (rest == 0 || ((r->base[whole] ^ a[whole]) >> (8 - rest)) == 0);
}

bool
net_read(const struct config *c, struct net *n, struct said addr)
{
	uint8_t a[16];
	size_t i;
	bool v4;

	if (!read_bytes(a, addr, &v4))
		return false;
	n->addr = mark_bytes(5, (const char *)a, sizeof(a));
	for (i = 0; i < c->nranges; i++)
		if (is_in(&c->ranges[i], a)) {
			n->near = n->wide = mark_pair(6, c->ranges[i].group);
			n->region = REGION_HOME;
			return true;
		}
	n->near = mark_bytes(7, (const char *)a, v4 ? V4 + 3 : 6);
	n->wide = mark_bytes(8, (const char *)a, v4 ? V4 + 2 : 4);
	n->region = region_of(a, v4);
	return true;
}

bool
net_range(struct range *r, struct said s)
{
	const char *slash = s.p == NULL ? NULL : memchr(s.p, '/', s.len);
	struct said addr = s;
	int bits = 0, most;
	const char *p;
	bool v4;

	if (slash != NULL)
		addr.len = (size_t)(slash - s.p);
	if (!read_bytes(r->base, addr, &v4))
		return false;
	most = v4 ? 32 : 128;
	if (slash == NULL)
		bits = most;
	else if (slash + 1 == s.p + s.len || s.p + s.len - slash > 4)
		return false;
	for (p = slash; p != NULL && ++p < s.p + s.len;) {
		if (*p < '0' || *p > '9')
			return false;
		bits = bits * 10 + *p - '0';
	}
	r->bits = v4 ? bits + V4 * 8 : bits;
	return bits <= most;
}
