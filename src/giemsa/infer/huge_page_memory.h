#pragma once
#include <cstddef>
#include <memory>

namespace giemsa {

/// Memory for packed weights and for values, aligned to 64 bytes. Where the system has them (Linux: madvise)
/// it lies in huge pages: reading tens of megabytes of weights for each picture otherwise waits for the
/// tables of addresses, and ResNet-50 answers a picture a fifth more slowly. Small pieces share pages, which
/// live until the last of them goes. Safe to call from several threads. Throws std::bad_alloc.
std::shared_ptr<std::byte[]> huge_page_memory(std::size_t bytes);

}  // namespace giemsa
