#pragma once
/* Deprecated, slow and not constant in time: just right for an oracle, which must be simple. */
#define OPENSSL_SUPPRESS_DEPRECATED 1
#include <openssl/aes.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
