/* zone - the name of the time zone that the user's clock shows */
#ifndef AUDIT_ZONE_H
#define AUDIT_ZONE_H

#include <stdbool.h>

/* The zone as TZ says it, else the system's, in a form that PostgreSQL takes;
 * free() it. NULL if it has no name. *said is "TZ" if the user chose it. */
char *zone_name(const char **said);

/* Let localtime(3) show this zone: a name of the zone database, as in
 * Europe/Berlin, or what POSIX takes for TZ. false: there is no such zone. */
bool zone_use(const char *name);

#endif
