// One peer of tests/train/peers_test.cpp, a program of its own: LibTorch's threads do not survive a fork.
//
//   peer_program TIMEOUT_SECONDS STEP…
//
// Takes its rank from the environment, does the steps in order and prints what came of each.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/hash.h"
#include "giemsa/train/peers.h"

namespace {

using namespace giemsa;
using torch::Tensor;

/// Gradients of this rank: a vector; none; a channels-last kernel; one larger than a bucket, cut in odd
/// places.
std::vector<Tensor> gradients(int rank) {
  const Tensor kernel = torch::arange(24, torch::kFloat32).view({2, 3, 2, 2}) * (rank + 1);
  torch::manual_seed(rank);
  return {torch::tensor({1.f, 10.f}) * (rank + 1), Tensor(),
          kernel.contiguous(at::MemoryFormat::ChannelsLast), torch::randn({9'000'001})};
}

std::vector<float> values(const Tensor& tensor) {
  const Tensor flat = tensor.reshape(-1).contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

std::string hash(const Tensor& tensor) {
  const auto* bytes = static_cast<const std::uint8_t*>(tensor.data_ptr());
  return sha256_hex(std::span(bytes, tensor.nbytes())).substr(0, 8);
}

void print_tensors(const std::vector<Tensor>& tensors) {
  fmt::print("{} {} {} {}\n", values(tensors[0]), tensors[1].defined(), values(tensors[2]).back(),
             hash(tensors[3]));
}

void do_step(Peers& peers, const std::string& step) {
  const std::string name = step.substr(0, step.find(':'));
  const std::string argument = name.size() < step.size() ? step.substr(name.size() + 1) : "";
  if (name == "average" || name == "broadcast") {
    std::vector<Tensor> tensors = gradients(peers.rank());
    name == "average" ? peers.average(tensors) : peers.broadcast(tensors);
    print_tensors(tensors);
  } else if (name == "mean") {  // what `average` has to give, by one process
    std::vector<Tensor> tensors = gradients(0);
    for (int rank = 1; rank < peers.count(); ++rank) tensors[3] = tensors[3] + gradients(rank)[3];
    fmt::print("{}\n", hash(tensors[3] * (1.0 / peers.count())));
  } else if (name == "sum") {
    std::vector<double> values{1.0 * peers.rank(), 1e-12, 1e9 + peers.rank()};
    peers.sum(values);
    fmt::print("{}\n", values);
  } else if (name == "same") {
    peers.same("configuration", argument);
  } else if (name == "barrier") {
    peers.barrier();
  } else if (name == "sleep") {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::stoi(argument)));
  } else if (name == "signal") {
    ::raise(std::stoi(argument));
  } else {
    throw Error(ErrorKind::Usage, "unknown step " + step);
  }
}

}  // namespace

int main(int argc, char** argv) {
  at::set_num_threads(1);
  try {
    Peers peers(peer_environment(&std::getenv), std::chrono::seconds(std::stoi(argv[1])));
    for (int i = 2; i < argc; ++i) do_step(peers, argv[i]);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_code(error.kind());
  }
}
