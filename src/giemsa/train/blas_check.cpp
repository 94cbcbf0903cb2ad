#include "giemsa/train/blas_check.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <chrono>

#include "giemsa/core/error.h"

namespace giemsa {

void check_blas() {
  // The reference BLAS reaches about 2 GFLOP/s; any tuned one on any x86-64 of this century more than ten.
  constexpr double kTooSlow = 5;
  constexpr int kSide = 384, kTries = 4;
  const torch::NoGradGuard no_grad;
  const torch::Tensor a = torch::ones({kSide, kSide}), b = torch::ones({kSide, kSide});
  double best = 0;
  for (int i = 0; i < kTries && best < kTooSlow; ++i) {
    const auto start = std::chrono::steady_clock::now();
    at::mm(a, b);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, 2.0 * kSide * kSide * kSide / seconds / 1e9);
  }
  require(best >= kTooSlow, ErrorKind::Usage,
          fmt::format("[train] a matrix product runs at {:.1f} GFLOP/s: LibTorch uses an untuned BLAS", best),
          "install the Debian package libopenblas0-openmp");
}

}  // namespace giemsa
