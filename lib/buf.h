/* buf - bytes that grow and are used again */
#ifndef AUDIT_BUF_H
#define AUDIT_BUF_H

#include <stddef.h>

struct buf {	 /* starts as { NULL, 0, 0 } */
	char *p; /* no zero byte stands behind them */
	size_t len, size;
};

void buf_put(struct buf *, const char *, size_t len);
void buf_byte(struct buf *, char);
/* Empty it; what a very long value took is given back. */
void buf_reset(struct buf *);
void buf_free(struct buf *);

#endif
