/* body - the name by which the server knows the trigger function
 *
 * When audit.capture() becomes this module's, a statement of many rows may be
 * at work in another connection, which began with PL/pgSQL and asks that for
 * each row. PL/pgSQL sees that the function is another one, and compiles what
 * the catalog has for its body: of a function in C, the name of its symbol. It
 * must be a body that records the row. In the other direction the server itself
 * stays with what a statement began with. */

#include "postgres.h"

#include "fmgr.h"

/* lib/schema/native.sql has the same text. */
#define BODY                                                   \
	"begin perform audit.capture_change(tg_argv[0]::int, " \
	"lower(tg_op), tg_relid, old, new); return null; end"

/* A name that C cannot spell, for a function of this file */
#define NAME(name, function)                       \
	__asm__(".globl \"" name "\"\n"            \
		"\t.type \"" name "\", STT_FUNC\n" \
		"\t.set \"" name "\", " function "\n")

extern Datum audit_capture(PG_FUNCTION_ARGS);

PG_FUNCTION_INFO_V1(audit_capture_body);

Datum
audit_capture_body(PG_FUNCTION_ARGS)
{
	return audit_capture(fcinfo);
}

NAME(BODY, "audit_capture_body");
NAME("pg_finfo_" BODY, "pg_finfo_audit_capture_body");
