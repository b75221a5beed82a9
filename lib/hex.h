/* hex - bytes as lower-case hexadecimal digits, and UUIDs */
#ifndef AUDIT_HEX_H
#define AUDIT_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 2 * n digits and an end. */
void hex_write(char *text, const uint8_t *bytes, size_t n);
/* Whether the text is these n bytes and nothing else. */
bool hex_read(uint8_t *bytes, size_t n, const char *text, size_t len);

#define HEX_UUID 37 /* bytes, with its end */
void hex_write_uuid(char text[static HEX_UUID], const uint8_t id[static 16]);
bool hex_read_uuid(uint8_t id[static 16], const char *text, size_t len);

#endif
