#include "CSecretChatHandles.h"

#include <string.h>

/* No struct of any version will be larger; a larger size is garbage and must not be read. */
enum { STRUCT_SIZE_MAX = 4096 };

static bool is_possible(uint32_t size, size_t size_min) {
    return size >= size_min && size <= STRUCT_SIZE_MAX;
}

int sch_read_struct(void *copy, size_t size, size_t size_min, const void *source) {
    uint32_t host_size;
    memcpy(&host_size, source, sizeof host_size);
    if (!is_possible(host_size, size_min)) return -1;
    const uint8_t *bytes = source;
    for (size_t place = size; place < host_size; place++) {
        if (bytes[place] != 0) return -2;
    }
    size_t known = host_size < size ? host_size : size;
    memcpy(copy, source, known);
    memset((uint8_t *)copy + known, 0, size - known);
    return 0;
}

bool sch_write_struct(void *target, const void *source, size_t size, size_t size_min) {
    uint32_t host_size;
    memcpy(&host_size, target, sizeof host_size);
    if (!is_possible(host_size, size_min)) return false;
    size_t known = host_size < size ? host_size : size;
    uint32_t written = (uint32_t)known;
    memcpy(target, source, known);
    memcpy(target, &written, sizeof written);
    return true;
}

bool sch_overlap(const void *one, size_t one_size, const void *other, size_t other_size) {
    if (one_size == 0 || other_size == 0) return false;
    uintptr_t first = (uintptr_t)one, second = (uintptr_t)other;
    return first < second ? second - first < one_size : first - second < other_size;
}
