/* schema - the one version of schema audit that these tools work with */
#ifndef AUDIT_SCHEMA_H
#define AUDIT_SCHEMA_H

/* the number of the last migration in lib/schema/ */
#define AUDIT_SCHEMA_VERSION 1

#endif
