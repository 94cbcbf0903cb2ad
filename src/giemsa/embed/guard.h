#pragma once
#include "giemsa/giemsa.h"

namespace giemsa::embed {

/// Says what the exception in flight is about: kept for giemsa_last_error of this thread. Call it in a catch
/// block.
giemsa_status keep_error() noexcept;

/// Runs `work`; what it throws becomes a status, and the last error of this thread.
template <class Work>
giemsa_status guarded(Work&& work) noexcept {
  try {
    work();
    return GIEMSA_OK;
  } catch (...) {
    return keep_error();
  }
}

}  // namespace giemsa::embed
