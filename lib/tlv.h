/* tlv - canonical bytes: what is hashed and signed
 *
 * Three characters name the form and its version; then, for each field that is
 * there, in the order of their numbers: the number (1 byte), the length (4
 * bytes) and the bytes. Numbers are big-endian. A later version may add fields
 * with higher numbers: what does not have them has the same bytes as before. */
#ifndef AUDIT_TLV_H
#define AUDIT_TLV_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

void tlv_begin(struct buf *, const char form[static 3]); /* empties it */
void tlv_put(struct buf *, uint8_t field, const void *, size_t len);
/* The field and its length; the caller puts the bytes. */
void tlv_head(struct buf *, uint8_t field, size_t len);
void tlv_u64(struct buf *, uint8_t field, uint64_t);
void tlv_u32(struct buf *, uint8_t field, uint32_t);

#endif
