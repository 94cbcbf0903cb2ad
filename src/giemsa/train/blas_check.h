#pragma once

namespace giemsa {

/// Times a matrix product and throws Usage when it runs at the speed of the reference BLAS: training would be
/// a hundred times slower than the processor allows, and nothing else would say so.
void check_blas();

}  // namespace giemsa
