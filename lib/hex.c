/* hex - bytes as lower-case hexadecimal digits, and UUIDs */

#include "hex.h"

static const char digits[] = "0123456789abcdef";

void
hex_write(char *text, const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		*text++ = digits[bytes[i] >> 4];
		*text++ = digits[bytes[i] & 15];
	}
	*text = '\0';
}

/* -1 if it is none */
static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0'
	    : c >= 'a' && c <= 'f'  ? c - 'a' + 10
				    : -1;
}

bool
hex_read(uint8_t *bytes, size_t n, const char *text, size_t len)
{
	size_t i;
	int high, low;

	if (len != 2 * n)
		return false;
	for (i = 0; i < n; i++) {
		high = digit(text[2 * i]);
		low = digit(text[2 * i + 1]);
		if (high == -1 || low == -1)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* How many bytes stand between the hyphens */
static const size_t groups[] = { 4, 2, 2, 2, 6 };
#define GROUPS (sizeof(groups) / sizeof(*groups))

void
hex_write_uuid(char text[static HEX_UUID], const uint8_t id[static 16])
{
	size_t i;

	for (i = 0; i < GROUPS; i++) {
		if (i > 0)
			*text++ = '-';
		hex_write(text, id, groups[i]);
		text += 2 * groups[i];
		id += groups[i];
	}
}

bool
hex_read_uuid(uint8_t id[static 16], const char *text, size_t len)
{
	size_t i;

	if (len != HEX_UUID - 1)
		return false;
	for (i = 0; i < GROUPS; i++) {
		if (i > 0 && *text++ != '-')
			return false;
		if (!hex_read(id, groups[i], text, 2 * groups[i]))
			return false;
		text += 2 * groups[i];
		id += groups[i];
	}
	return true;
}
