/* zone - the name of the time zone that the user's clock shows */
#ifndef AUDIT_ZONE_H
#define AUDIT_ZONE_H

/* The zone as TZ says it, else the system's, in a form that PostgreSQL takes;
 * free() it. NULL if it has no name. *said is "TZ" if the user chose it. */
char *zone_name(const char **said);

#endif
