#pragma once

#include <stddef.h>
#include <stdint.h>

/* CMS SignedData (RFC 5652) with attached content, SHA-256, in PEM.
 *
 * `certificate` and `key` are PEM text with a terminating zero. Returns 0 and sets `*pem` (release with
 * copenssl_free) and `*pem_length`; on failure returns -1 and writes a zero-terminated reason into `error`. */
int copenssl_cms_sign(const char *certificate, const char *key, const uint8_t *content, size_t length, char **pem,
                      size_t *pem_length, char *error, size_t error_size);

void copenssl_free(char *memory);
