/* ocsf-class - the class and the activity of OCSF that an event is */
#ifndef AUDIT_EXPORT_OCSF_CLASS_H
#define AUDIT_EXPORT_OCSF_CLASS_H

#include "siem-op.h"

#define OCSF_OTHER 99

enum ocsf_class {
	OCSF_BASE,
	OCSF_AUTHENTICATION,
	OCSF_ENTITY,
	OCSF_ACCESS,
	OCSF_DATASTORE
};

struct ocsf_class_name {
	const char *name, *category;
	int uid, category_uid;
};

struct ocsf_activity {
	int id;
	const char *name; /* NULL: of OCSF_OTHER, the op */
};

extern const struct ocsf_class_name ocsf_classes[];
extern const char *const ocsf_severities[]; /* by enum siem_severity */

enum ocsf_class ocsf_class(enum siem_op);
const struct ocsf_activity *ocsf_activity(const struct event *, enum siem_op);
/* What kind of entity an event of Entity Management is about; *id: its type */
const char *ocsf_entity(enum siem_op, int *id);

#endif
