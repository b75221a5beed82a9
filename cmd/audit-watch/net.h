/* net - what an address tells about where somebody is
 *
 * There is no map: the registry that gave a network away tells the continent,
 * roughly (IANA's lists of /8 and of 2001::/16 blocks). */
#ifndef AUDIT_WATCH_NET_H
#define AUDIT_WATCH_NET_H

#include "config.h"

enum region {
	REGION_NONE, /* nobody knows */
	REGION_HOME, /* private, or a network that the configuration names */
	REGION_NORTH_AMERICA,
	REGION_EUROPE,
	REGION_ASIA,
	REGION_SOUTH_AMERICA,
	REGION_AFRICA,
	REGIONS
};
extern const char *const region_names[REGIONS];

struct net {
	uint64_t addr, near, wide; /* marks: it; its /24 or /48; /16 or /32 */
	enum region region;
};

/* false: it is no address. */
bool net_read(const struct config *, struct net *, struct said addr);
/* 192.0.2.0/24; range->group stays. */
bool net_range(struct range *, struct said);

#endif
