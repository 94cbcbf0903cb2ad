#include "giemsa/train/blas_check.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <time.h>
#include <torch/torch.h>

#include <algorithm>

#include "giemsa/core/error.h"

namespace giemsa {

namespace {

/// Time that this thread has spent on a processor: other programs on a busy machine do not count.
double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

void check_blas() {
  // On one thread the reference BLAS reaches about 2 GFLOP/s; any tuned one on any x86-64 of this century
  // more than ten.
  constexpr double kTooSlow = 5;
  constexpr int kSide = 384, kTries = 4;
  const torch::NoGradGuard no_grad;
  const torch::Tensor a = torch::ones({kSide, kSide}), b = torch::ones({kSide, kSide});
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  double best = 0;
  for (int i = 0; i < kTries && best < kTooSlow; ++i) {
    const double start = processor_seconds();
    at::mm(a, b);
    best = std::max(best, 2.0 * kSide * kSide * kSide / (processor_seconds() - start) / 1e9);
  }
  at::set_num_threads(threads);
  require(best >= kTooSlow, ErrorKind::Usage,
          fmt::format("[train] a matrix product runs at {:.1f} GFLOP/s: LibTorch uses an untuned BLAS", best),
          "install the Debian package libopenblas0-openmp");
}

}  // namespace giemsa
