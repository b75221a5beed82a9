/* fuzz/safe - nothing but text gets to a terminal, and widths hold */

#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "mem.h"
#include "safe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nothing but text, in whole characters, and line ends where they may be */
static void
check(const char *text, int lines)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t n;

	for (; *text != '\0'; text += n) {
		n = mbrtowc(&c, text, strlen(text), &state);
		if (n == (size_t)-1 || n == (size_t)-2)
			abort();
		if (c == L'\n' ? !lines : wcwidth(c) < 0)
			abort();
		if (c == 0x202e || c == 0x200b || c == 0xfeff)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *utf8;
	char *s, *text, *cut;
	size_t width;

	if (utf8 == NULL && (utf8 = setlocale(LC_CTYPE, "C.UTF-8")) == NULL)
		abort();
	if (size == 0)
		return 0;
	width = data[0] % 32;
	s = xstrndup((const char *)data + 1, size - 1);
	text = safe_text(s, data[0] & 32);
	check(text, data[0] & 32);
	if (safe_fit(text, width) > strlen(text))
		abort();
	cut = safe_cut(text, width);
	check(cut, 0);
	if (safe_width(cut) > width)
		abort();
	free(cut);
	free(text);
	free(s);
	return 0;
}
