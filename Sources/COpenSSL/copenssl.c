#include "copenssl.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
/* Declares its PEM functions only behind pem.h. */
#include <openssl/cms.h>
#include <openssl/x509.h>

static int fail(const char *step, char *error, size_t error_size) {
    char reason[256] = "no reason given";
    unsigned long code = ERR_peek_last_error();
    if (code != 0) ERR_error_string_n(code, reason, sizeof reason);
    snprintf(error, error_size, "%s: %s", step, reason);
    ERR_clear_error();
    return -1;
}

static X509 *read_certificate(const char *pem) {
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return certificate;
}

static EVP_PKEY *read_key(const char *pem) {
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return key;
}

/* Copies what stands in `bio` to memory of its own. */
static int copy_out(BIO *bio, char **pem, size_t *pem_length) {
    char *data = NULL;
    long length = BIO_get_mem_data(bio, &data);
    if (length <= 0) return -1;
    char *copy = malloc((size_t)length);
    if (!copy) return -1;
    memcpy(copy, data, (size_t)length);
    *pem = copy;
    *pem_length = (size_t)length;
    return 0;
}

static CMS_ContentInfo *sign(X509 *certificate, EVP_PKEY *key, BIO *content) {
    unsigned int flags = CMS_BINARY | CMS_NOSMIMECAP;
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);
    if (!cms) return NULL;
    if (!CMS_add1_signer(cms, certificate, key, EVP_sha256(), flags) || !CMS_final(cms, content, NULL, flags)) {
        CMS_ContentInfo_free(cms);
        return NULL;
    }
    return cms;
}

int copenssl_cms_sign(const char *certificate, const char *key, const uint8_t *content, size_t length, char **pem,
                      size_t *pem_length, char *error, size_t error_size) {
    if (length > INT_MAX) {
        snprintf(error, error_size, "the content is longer than 2 GiB");
        return -1;
    }
    ERR_clear_error();
    X509 *x509 = read_certificate(certificate);
    EVP_PKEY *pkey = read_key(key);
    BIO *in = BIO_new_mem_buf(length ? (const void *)content : "", (int)length);
    BIO *out = BIO_new(BIO_s_mem());
    CMS_ContentInfo *cms = NULL;
    int result = -1;
    if (!x509) {
        fail("reading the certificate", error, error_size);
    } else if (!pkey) {
        fail("reading the private key", error, error_size);
    } else if (!in || !out) {
        fail("allocating memory", error, error_size);
    } else if (!(cms = sign(x509, pkey, in))) {
        fail("signing", error, error_size);
    } else if (!PEM_write_bio_CMS(out, cms) || copy_out(out, pem, pem_length) != 0) {
        fail("writing the signature as PEM", error, error_size);
    } else {
        result = 0;
    }
    CMS_ContentInfo_free(cms);
    BIO_free(out);
    BIO_free(in);
    EVP_PKEY_free(pkey);
    X509_free(x509);
    return result;
}

void copenssl_free(char *memory) { free(memory); }
