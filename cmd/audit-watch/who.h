/* who - what is known of an actor, or of a role for which nobody is named */
#ifndef AUDIT_WATCH_WHO_H
#define AUDIT_WATCH_WHO_H

#include "fact.h"
#include "net.h"

#define WHO_NETS 12
#define WHO_DEVICES 8

struct who_net {
	uint64_t near, wide;
	int32_t last;  /* day */
	uint16_t days; /* so many it was used */
	uint16_t region;
};

struct who {
	int64_t first, last;  /* when it was seen */
	int32_t day;	      /* the last one */
	uint32_t days;	      /* so many it was active */
	uint32_t hours_today; /* a bit an hour */
	uint32_t logins;
	uint8_t hours[24]; /* on how many days it was active then */
	uint64_t devices[WHO_DEVICES];
	uint32_t ndevices; /* so many have come */
	struct who_net nets[WHO_NETS];
	struct {
		int64_t at;
		uint64_t near;
	} regions[REGIONS]; /* when it was last there */
};

struct guard;
struct crowd;

struct crowd *crowd_new(struct guard *);
void crowd_free(struct crowd *); /* accepts NULL */
/* Set who, net and has_net of the guard for an event. */
void crowd_look(struct guard *, const struct fact *);
/* Remember it, after all have looked. */
void crowd_note(struct guard *, const struct fact *);

/* What of who is known of a network: NULL nothing */
const struct who_net *who_near(const struct who *, uint64_t near);
const struct who_net *who_wide(const struct who *, uint64_t wide);
/* How many wide ones there are */
size_t who_wides(const struct who *);
/* How many others came from there: a mark of an address or a network. It
 * counts some, and knows when there are many. */
int crowd_others(const struct guard *, uint64_t mark, uint64_t but);
/* Where most come from, for those at home */
enum region crowd_region(const struct guard *, enum region);
/* A mark of a browser, whatever its version; 0: it is not known */
uint64_t who_device(struct said agent);

#endif
