/* print - revisions as lines */

#include "print.h"

#define TAIL 2 /* the } and \n of an event's line */

/* A revision 0 is no event: it has the keys of one. */
static void
put_origin(FILE *fp, const struct origin *o)
{
	static const struct json null = { "null", 4 };
	const struct json *said[E_KEYS] = {
		[E_SCHEMA] = &o->schema,
		[E_TABLE] = &o->table,
		[E_KEY] = &o->key,
		[E_LABEL] = &o->label,
	};
	const struct json *value;
	const char *name;
	size_t len;
	int k;

	for (k = 0; k < E_KEYS; k++) {
		name = event_key(k, &len);
		value = said[k] != NULL && said[k]->p != NULL ? said[k] : &null;
		fprintf(fp, "%s\"%.*s\":", k == 0 ? "{" : ",", (int)len, name);
		fwrite(value->p, 1, value->len, fp);
	}
	if (o->trail.p != NULL)
		fprintf(fp, ",\"trail\":%.*s", (int)o->trail.len, o->trail.p);
}

void
print_state(FILE *fp, const struct state *s, const struct origin *o)
{
	if (s->r == NULL)
		put_origin(fp, o);
	else
		fwrite(s->r->line, 1, s->r->len - TAIL, fp);
	if (s->rev < 0)
		fputs(",\"rev\":null", fp);
	else
		fprintf(fp, ",\"rev\":%ld", s->rev);
	fprintf(fp, ",\"row\":%s,\"unknown\":%s}\n",
	    s->row == NULL ? "null" : s->row,
	    s->unknown == NULL ? "null" : s->unknown);
}
