/* heap - an array whose first element is its least one
 *
 * What compares is as qsort(3) takes it. */
#ifndef AUDIT_HEAP_H
#define AUDIT_HEAP_H

#include <stddef.h>

/* The last of n elements of so many bytes was put there: let it rise. */
void heap_rise(void *base, size_t n, size_t size,
    int (*compare)(const void *, const void *));
/* The ith of them is another one: let it sink. */
void heap_sink(void *base, size_t n, size_t size, size_t i,
    int (*compare)(const void *, const void *));

#endif
