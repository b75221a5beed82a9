/* device-type - which type of device an agent comes from; for lib/device alone
 */
#ifndef AUDIT_DEVICE_TYPE_H
#define AUDIT_DEVICE_TYPE_H

#include "uap.h"

struct device_types;

struct device_types *device_types_new(void);
void device_types_free(struct device_types *); /* accepts NULL */

/* One of desktop, mobile, tablet, bot, tv and unknown; a constant */
const char *device_type(struct device_types *, const char *agent,
    const struct uap_facts *);

#endif
