#pragma once

namespace giemsa {

// What the processor can do beyond plain vectors, as far as oneDNN's variable ONEDNN_MAX_CPU_ISA allows it,
// so that it holds for all of a network.

/// Products of bytes added up in 32 bits, on registers of 512 bits (AVX-512 VNNI).
bool has_vnni();

/// The same on registers of any size.
bool adds_byte_products_in_32_bits();

/// The matrix unit, with tiles of bfloat16 (AMX). The first call asks the system for its use by this process.
bool has_amx();

}  // namespace giemsa
