/*
 * Measures the shared library from outside: how long a text takes through it, and what it weighs in a process.
 * Prints a name and a number in each line. What it weighs is measured before anything else happens.
 */
#include "pair.h"

#include <secretchat.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 100, TEXTS = 80 };

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int ascending(const void *one, const void *other) {
    double first = *(const double *)one, second = *(const double *)other;
    return (first > second) - (first < second);
}

/* Resident memory of this process in KiB. */
static long resident(void) {
    FILE *file = fopen("/proc/self/status", "r");
    char line[128];
    long size = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "VmRSS: %ld", &size) == 1) break;
    }
    if (file != NULL) fclose(file);
    return size;
}

int main(int count, char **arguments) {
    (void)arguments;
    if (sc_abi_version() / 1000 != SC_ABI_VERSION / 1000) return 1;
    struct pair *pair = pair_open(1);
    printf("resident_kib %ld\n", resident());
    /* With an argument this is only a program that starts, has a chat, and ends. */
    if (count == 1) {
        double rounds[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            double start = seconds();
            pair_texts(pair, TEXTS);
            rounds[round] = (seconds() - start) / TEXTS * 1e6;
            pair_replace_key(pair);
        }
        qsort(rounds, ROUNDS, sizeof *rounds, ascending);
        printf("text_us_min %.2f\ntext_us_median %.2f\n", rounds[0], rounds[ROUNDS / 2]);
    }
    pair_close(pair);
    return 0;
}
