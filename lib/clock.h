/* clock - how much time has passed, whatever somebody sets the time of day to
 */
#ifndef AUDIT_CLOCK_H
#define AUDIT_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment */
int64_t clock_ms(void);

#endif
