#ifndef GIEMSA_TESTS_EMBED_C_CALLER_H
#define GIEMSA_TESTS_EMBED_C_CALLER_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Opens a model, asks it about pixels, and copies at most `most` probabilities. Returns the class; -1 after
 * an error, which `error` then holds. */
int c_class_of(const char* model, const uint8_t* rgb, size_t width, size_t height, float* probabilities,
               size_t most, char* error, size_t error_bytes);

#ifdef __cplusplus
}
#endif

#endif
