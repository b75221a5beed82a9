/* fuzz/line - any bytes as input lines; what is read comes back from JSON */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Undo line_put_string(): returns the length, or aborts where it is no JSON */
static size_t
decode(const char *json, size_t len, char *out)
{
	static const char letters[] = "\"\\bfnrt", means[] = "\"\\\b\f\n\r\t";
	char hex[5] = "";
	size_t i, n = 0;

	if (len < 2 || json[0] != '"' || json[len - 1] != '"')
		abort();
	for (i = 1; i < len - 1; i++) {
		if ((unsigned char)json[i] < 0x20 || json[i] == '"')
			abort();
		if (json[i] != '\\') {
			out[n++] = json[i];
			continue;
		}
		if (json[++i] == 'u') {
			memcpy(hex, json + i + 1, 4);
			out[n++] = (char)strtol(hex, NULL, 16);
			i += 4;
		} else if (strchr(letters, json[i]) != NULL)
			out[n++] = means[strchr(letters, json[i]) - letters];
		else
			abort();
	}
	return n;
}

static void
round_trip(const char *text)
{
	size_t size = 0, len = strlen(text);
	char *json = NULL, *back = malloc(len + 1);
	FILE *fp = open_memstream(&json, &size);

	if (fp == NULL || back == NULL)
		abort();
	line_put_string(fp, text, len);
	fclose(fp);
	if (decode(json, size, back) != len || memcmp(back, text, len) != 0)
		abort();
	free(json);
	free(back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line *line;
	size_t number = 0;
	FILE *fp;
	int got;

	if (size == 0 || (fp = fmemopen((void *)data, size, "r")) == NULL)
		return 0;
	line = line_new(fp);
	while ((got = line_next(line)) != 0) {
		if (line_number(line) <= number)
			abort();
		number = line_number(line);
		if (got == 1)
			round_trip(line_text(line));
		else if (strncmp(line_error(line), "line ", 5) != 0)
			abort();
	}
	line_free(line);
	fclose(fp);
	return 0;
}
