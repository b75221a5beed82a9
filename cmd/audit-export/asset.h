/* asset - what a page brings along, as text; lib/embed.awk makes it */
#ifndef AUDIT_EXPORT_ASSET_H
#define AUDIT_EXPORT_ASSET_H

extern const char asset_page_css[], asset_page_js[];

#endif
