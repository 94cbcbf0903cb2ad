#pragma once

// GIEMSA_WIDE before a function: compiled for AVX2 and AVX-512 as well, and the processor picks at run time.
// Debian's compiler targets the oldest x86-64; plain loops over floats are worth this.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define GIEMSA_WIDE \
  __attribute__((target_clones("arch=skylake-avx512", "arch=haswell", "default"), optimize("O3")))
#else
#define GIEMSA_WIDE
#endif
