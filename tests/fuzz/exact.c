/* fuzz/exact - any bytes as JSON text; it only ever gains pairs of quotes */

#include <stdint.h>
#include <stdlib.h>

#include "exact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t i, in = 0, len = 0, quotes = 0;
	char *text = NULL;
	FILE *fp = open_memstream(&text, &len);

	if (fp == NULL)
		abort();
	exact_write(fp, (const char *)data, size);
	fclose(fp);
	for (i = 0; i < len; i++)
		if (in < size && (uint8_t)text[i] == data[in])
			in++;
		else if (text[i] == '"')
			quotes++;
		else
			abort();
	if (in != size || quotes % 2 != 0)
		abort();
	free(text);
	return 0;
}
