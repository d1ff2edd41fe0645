#pragma once
/* What the engine is measured against. AES_ige_encrypt is deprecated, yet the only other IGE. */
#define OPENSSL_SUPPRESS_DEPRECATED 1
#include <openssl/aes.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
