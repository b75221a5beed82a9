/* db-number - numbers in PostgreSQL's binary form: big-endian */

#include <endian.h>
#include <string.h>

#include "db.h"

int64_t
db_int8(const char *data)
{
	uint64_t n;

	memcpy(&n, data, sizeof(n));
	return (int64_t)be64toh(n);
}

int32_t
db_int4(const char *data)
{
	uint32_t n;

	memcpy(&n, data, sizeof(n));
	return (int32_t)be32toh(n);
}
