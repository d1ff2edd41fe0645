#include "ige_kernel.h"

#include <stdatomic.h>

#if defined(SCK_HAVE_NI)
#include <cpuid.h>
#elif defined(SCK_HAVE_ARMV8) && defined(__linux__)
#include <sys/auxv.h>
#endif

// Bit p says that path p is available; the bit of the portable path, that the processor has been
// asked. Threads that come first together ask it twice and store the same answer, so the order
// of their accesses does not matter.
static atomic_uint paths;

#if defined(SCK_HAVE_NI)

static unsigned ask_processor(void)
{
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) {
        return 0;
    }
    const unsigned wanted = bit_AES | bit_SSE4_1;
    return (ecx & wanted) == wanted ? 1U << SCK_AES_NI : 0;
}

#elif defined(SCK_HAVE_ARMV8) && defined(__APPLE__)

// Every 64-bit processor of this vendor that still gets systems has the instructions.
static unsigned ask_processor(void)
{
    return 1U << SCK_AES_ARMV8;
}

#elif defined(SCK_HAVE_ARMV8) && defined(__linux__)

static unsigned ask_processor(void)
{
    const unsigned long hwcap_aes = 1UL << 3;
    return (getauxval(AT_HWCAP) & hwcap_aes) != 0 ? 1U << SCK_AES_ARMV8 : 0;
}

#else

static unsigned ask_processor(void)
{
    return 0;
}

#endif

int sck_aes_path_available(sck_aes_path path)
{
    unsigned known = atomic_load_explicit(&paths, memory_order_relaxed);
    if (known == 0) {
        known = 1U << SCK_AES_PORTABLE | ask_processor();
        atomic_store_explicit(&paths, known, memory_order_relaxed);
    }
    const unsigned index = (unsigned)path;
    return index <= SCK_AES_ARMV8 ? (int)(known >> index & 1) : 0;
}

sck_aes_path sck_aes_path_best(void)
{
    if (sck_aes_path_available(SCK_AES_NI)) {
        return SCK_AES_NI;
    }
    return sck_aes_path_available(SCK_AES_ARMV8) ? SCK_AES_ARMV8 : SCK_AES_PORTABLE;
}
