/* device-hint - what client hints know better than the user agent; for
 * lib/device alone */
#ifndef AUDIT_DEVICE_HINT_H
#define AUDIT_DEVICE_HINT_H

#include "device.h"
#include "hints.h"

/* Put a text, which may be NULL and now is the device's, in place of another.
 */
void device_say(const char **, char *text);

/* Of all but the model; what the device says it owns. */
void device_hint(struct device *, const struct hints *);

#endif
