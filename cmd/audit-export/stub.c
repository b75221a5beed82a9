/* stub - what is not there yet; goes away */

#include <stdlib.h>

#include "report.h"
#include "siem.h"
#include "mem.h"

#define WEAK __attribute__((weak))

static void s_part(struct view *v, const char *t) { (void)v; (void)t; }
static void s_fig(struct view *v, const struct figure *f, size_t n) { (void)v; (void)f; (void)n; }
static void s_chart(struct view *v, const struct chart *c) { (void)v; (void)c; }
static void s_table(struct view *v, enum view_table k, const char *t, const struct view_column *c, size_t n) { (void)v; (void)k; (void)t; (void)c; (void)n; }
static void s_row(struct view *v, const struct cell *c) { (void)v; (void)c; }
static void s_end(struct view *v) { (void)v; }
static int s_fin(struct view *v) { (void)v; return 0; }
static void s_free(struct view *v) { free(v); }
static const struct view_ops ops = { s_part, s_part, s_fig, s_chart, s_table, s_row, s_end, s_fin, s_free };
static struct view *s_new(const struct job *j, const char *p) { struct view *v = xcalloc(1, sizeof(*v)); (void)p; v->ops = &ops; v->job = j; return v; }
WEAK struct view *workbook_new(const struct job *j, const char *p);
WEAK struct view *workbook_new(const struct job *j, const char *p) { return s_new(j, p); }
WEAK struct view *page_new(const struct job *j, const char *p) { return s_new(j, p); }
static struct report *r_new(const struct job *j) { (void)j; return NULL; }
static void r_begin(struct report *r, struct view *v) { (void)r; (void)v; }
static int r_line(struct report *r, struct view *v, const struct input *in) { (void)r; (void)v; (void)in; return 0; }
static int r_end(struct report *r, struct view *v) { (void)r; (void)v; return 0; }
static const char *r_error(const struct report *r) { (void)r; return NULL; }
static void r_free(struct report *r) { (void)r; }
WEAK const struct report_ops report_overview = { "overview", r_new, r_begin, r_line, r_end, r_error, r_free };
WEAK const struct report_ops report_sessions = { "sessions", r_new, r_begin, r_line, r_end, r_error, r_free };
WEAK const struct report_ops report_access = { "access", r_new, r_begin, r_line, r_end, r_error, r_free };
WEAK const struct report_ops report_compliance = { "compliance", r_new, r_begin, r_line, r_end, r_error, r_free };
WEAK const struct report_ops report_activity = { "activity", r_new, r_begin, r_line, r_end, r_error, r_free };
WEAK void ocsf_write(FILE *f, const struct event *e, int64_t at, bool x) { (void)f; (void)e; (void)at; (void)x; }
WEAK void ecs_write(FILE *f, const struct event *e, int64_t at, bool x) { (void)f; (void)e; (void)at; (void)x; }
WEAK void cef_write(FILE *f, const struct event *e, int64_t at, bool x) { (void)f; (void)e; (void)at; (void)x; }
