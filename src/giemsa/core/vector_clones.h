#pragma once

/// Before a function with a plain loop over numbers: the compiler makes versions of it for wider vector
/// units, and the loader takes the best one that the processor has. giemsa itself is built for any x86-64.
/// With fused multiply-adds, floating-point sums may differ in the last bit between kinds of processor.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define GIEMSA_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define GIEMSA_VECTOR_CLONES
#endif
