#include "secretchat_lock.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void sck_lock(void)
{
    (void)pthread_mutex_lock(&mutex);
}

void sck_unlock(void)
{
    (void)pthread_mutex_unlock(&mutex);
}
