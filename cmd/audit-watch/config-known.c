/* config-known - the patterns, what they are asked, and the defaults */

#include "config.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

enum { LOW, MEDIUM, HIGH, CRITICAL };
const char *const severity_names[SEVERITIES] = { "low", "medium", "high",
	"critical" };

/* clang-format off */
#define COUNT(name, value) { name, NUMBER_COUNT, value }
#define SPAN(name, value) { name, NUMBER_SPAN, value }

const struct known config_known[PATTERNS] = {
	[P_REFUSED_LOGINS] = { "refused_logins", HIGH, DAY / 4, {
		COUNT("count", 10), SPAN("window", 10 * MINUTE),
		COUNT("from_address", 30), COUNT("accounts", 8),
		COUNT("slow_count", 40), SPAN("slow_window", DAY),
		COUNT("total", 300) } },
	[P_LOGIN_AFTER_REFUSALS] = { "login_after_refusals", CRITICAL, HOUR, {
		COUNT("count", 5), COUNT("known_network", 12),
		SPAN("window", HOUR) } },
	[P_MASS_DELETE] = { "mass_delete", HIGH, HOUR * 2, {
		COUNT("rows", 100), COUNT("service_rows", 2000),
		SPAN("window", HOUR), COUNT("times_usual", 5) } },
	[P_MASS_UPDATE] = { "mass_update", HIGH, HOUR * 2, {
		COUNT("rows", 500), COUNT("service_rows", 20000),
		SPAN("window", HOUR), COUNT("times_usual", 5) } },
	[P_MASS_READ] = { "mass_read", HIGH, HOUR * 2, {
		COUNT("rows", 5000), COUNT("service_rows", 100000),
		SPAN("window", HOUR), COUNT("times_usual", 5) } },
	[P_OUTSIDE_HOURS] = { "outside_hours", MEDIUM, DAY / 2, {
		COUNT("days", 3) } },
	[P_NEW_DEVICE] = { "new_device", LOW, DAY, {
		COUNT("logins", 3) } },
	[P_NEW_NETWORK] = { "new_network", LOW, DAY, {
		COUNT("days", 3), COUNT("others", 2), COUNT("moving", 4) } },
	[P_FAR_NETWORKS] = { "far_networks", CRITICAL, DAY / 2, {
		SPAN("window", HOUR), COUNT("days", 3) } },
	[P_PRIVILEGED_ROLE] = { "privileged_role", HIGH, DAY / 2, {
		COUNT("usual_days", 5) } },
	[P_RULES_CHANGED] = { "rules_changed", HIGH, HOUR, {
		{ 0 } } },
	[P_GAP] = { "gap", HIGH, DAY, {
		{ 0 } } },
	[P_SEALING_SILENT] = { "sealing_silent", HIGH, DAY, {
		SPAN("limit", 26 * HOUR) } },
	[P_FIRST_TOUCH] = { "first_touch", MEDIUM, HOUR, {
		COUNT("few", 3), COUNT("percent", 10),
		COUNT("days", 4) } },
	[P_SENSITIVE] = { "sensitive", HIGH, DAY, {
		COUNT("usual_days", 3) } },
	[P_DORMANT_ACTOR] = { "dormant_actor", HIGH, DAY, {
		SPAN("after", 60 * DAY) } },
	[P_UNUSUAL_RATE] = { "unusual_rate", MEDIUM, DAY / 2, {
		COUNT("count", 100), COUNT("times_usual", 8),
		COUNT("deviations", 6), COUNT("times_peak", 3) } },
};
/* clang-format on */
