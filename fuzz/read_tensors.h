#pragma once
#include "giemsa/core/error.h"
#include "giemsa/formats/host_tensor.h"

namespace giemsa::fuzz {

/// Runs `read`, which gives tensors or throws an Error (anything else is a find), and touches every value, so
/// that the sanitizers see what lies outside its memory.
template <class Read>
void read_tensors(Read&& read) {
  try {
    const auto file = read();
    [[maybe_unused]] volatile float last = 0;
    for (const auto& [name, tensor] : file.tensors) {
      for (const float value : tensor.values()) last = value;
    }
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::Internal) __builtin_trap();
  }
}

}  // namespace giemsa::fuzz
