/* compat - what the server's versions call differently */

#ifndef AUDIT_NATIVE_COMPAT_H
#define AUDIT_NATIVE_COMPAT_H

#include "access/genam.h"
#include "partitioning/partdesc.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
#include "utils/relcache.h"

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#if PG_VERSION_NUM >= 140000
#define compat_partitions(rel, omit) RelationGetPartitionDesc(rel, omit)
#define compat_index_insert(index, values, nulls, tid, heap, unique, info) \
	index_insert(index, values, nulls, tid, heap, unique, false, info)
#define compat_numeric(i) int64_to_numeric(i)
#define compat_is_inf(numeric) numeric_is_inf(numeric)
#else
#define compat_partitions(rel, omit) RelationGetPartitionDesc(rel)
#define compat_index_insert(index, values, nulls, tid, heap, unique, info) \
	index_insert(index, values, nulls, tid, heap, unique, info)
#define compat_numeric(i) \
	DatumGetNumeric(DirectFunctionCall1(int8_numeric, Int64GetDatum(i)))
#define compat_is_inf(numeric) false /* it has none */
#endif

#if PG_VERSION_NUM >= 170000
#define compat_index_end(index, info) index_insert_cleanup(index, info)
#else
#define compat_index_end(index, info) ((void)0)
#endif

#if PG_VERSION_NUM >= 150000
#define compat_heap_fetch(rel, snapshot, tuple, buffer) \
	heap_fetch(rel, snapshot, tuple, buffer, false)
#else
#define compat_heap_fetch(rel, snapshot, tuple, buffer) \
	heap_fetch(rel, snapshot, tuple, buffer)
#endif

#endif
