#include "giemsa/infer/native_executor.h"

#include <fmt/format.h>

#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/infer/compile.h"
#include "giemsa/infer/idle_pool.h"
#include "giemsa/infer/onednn.h"
#include "giemsa/infer/several.h"
#include "giemsa/infer/workspace.h"

namespace giemsa {

namespace {

/// A network made for so many pictures at once by one thread.
class Batch {
 public:
  /// steps: those for one picture. Both are kept by reference.
  Batch(const Plan& plan, const std::vector<CompiledStep>& steps, std::size_t pictures)
      : plan_(plan), one_(steps), pictures_(pictures) {}

  /// The steps for several pictures are compiled when they are first needed. Call it under
  /// onednn::OneThread.
  void run(std::span<const float> images, std::span<float> out) {
    workspaces_.with([&] { return std::make_unique<Workspace>(plan_, steps(), pictures_); },
                     [&](Workspace& workspace) { workspace.run(images, out); });
  }

 private:
  const std::vector<CompiledStep>& steps() {
    if (pictures_ == 1) return one_;
    std::call_once(compiled_, [&] { several_ = for_several(plan_, one_, pictures_); });
    return several_;
  }

  const Plan& plan_;
  const std::vector<CompiledStep>& one_;
  const std::size_t pictures_;
  std::once_flag compiled_;
  std::vector<CompiledStep> several_;
  IdlePool<Workspace> workspaces_;
};

/// Pictures that one thread runs at once where there are so many for each thread: the late layers' weights
/// then come from memory once for all of them.
constexpr std::array kBatchSizes{NativeExecutor::kMostAtOnce, std::size_t{4}, std::size_t{2}, std::size_t{1}};

struct Job {
  std::size_t first, batch;  ///< picture; index into kBatchSizes
};

/// Cuts `count` pictures into batches, the largest first, as many of each size for every worker.
std::vector<Job> jobs_of(std::size_t count, std::size_t workers) {
  std::vector<Job> jobs;
  std::size_t first = 0;
  for (std::size_t b = 0; b < kBatchSizes.size(); ++b) {
    const std::size_t size = kBatchSizes[b], left = count - first;
    std::size_t batches = size > 1 ? left / (size * workers) * workers : left;
    for (; batches > 0; --batches, first += size) jobs.push_back({first, b});
  }
  return jobs;
}

}  // namespace

struct NativeExecutor::Network {
  Shape input;
  std::vector<Shape> outputs;
  std::size_t output_size = 0;  // of all of them, in floats
  Plan plan;
  std::vector<CompiledStep> steps;  // for one picture
  std::deque<Batch> batches;        // of kBatchSizes
};

namespace {

/// Lets go of the tensors that a step has packed. No other step reads them, so steps may do this side by
/// side.
void release(const Graph& graph, const Step& step, StateDict& weights) {
  const auto of = [&](NodeId node) {
    for (const int p : graph.nodes[node].params) weights.at(graph.params[p].name).data.reset();
  };
  of(step.node);
  for (const NodeId scale : step.scales) of(scale);
}

}  // namespace

NativeExecutor::NativeExecutor(const Graph& graph, StateDict weights, NodeId until)
    : NativeExecutor(graph, std::move(weights), std::array{until < 0 ? graph.output : until}) {}

NativeExecutor::NativeExecutor(const Graph& graph, StateDict weights, std::span<const NodeId> outputs,
                               const Quantization* quantization)
    : network_(std::make_unique<Network>()) {
  network_->input = graph.input_shape();
  for (const NodeId output : outputs) {
    require(output >= 0 && output < static_cast<NodeId>(graph.nodes.size()), ErrorKind::Internal,
            fmt::format("[infer] node {} asked for; the network has {}", output, graph.nodes.size()));
    network_->outputs.push_back(graph.nodes[output].shape);
    network_->output_size += static_cast<std::size_t>(network_->outputs.back().size());
  }
  network_->plan = make_plan(graph, outputs, quantization);
  // Packing the weights of a large network is worth all processors; each step stands alone.
  network_->steps.resize(network_->plan.steps.size() - 1);
  parallel_for(network_->steps.size(), 0, [&](std::size_t s) {
    const onednn::OneThread one_thread;
    const Step& step = network_->plan.steps[s + 1];
    network_->steps[s] = compile_step(graph, network_->plan, step, weights);
    release(graph, step, weights);
  });
  for (const std::size_t size : kBatchSizes)
    network_->batches.emplace_back(network_->plan, network_->steps, size);
}

NativeExecutor::~NativeExecutor() = default;
NativeExecutor::NativeExecutor(NativeExecutor&&) noexcept = default;
NativeExecutor& NativeExecutor::operator=(NativeExecutor&&) noexcept = default;

void NativeExecutor::run(std::span<const float> images, std::size_t count, int threads,
                         std::span<float> out) const {
  const auto image_size = static_cast<std::size_t>(network_->input.size());
  const std::size_t value_size = network_->output_size;
  require(images.size() == count * image_size && out.size() == count * value_size, ErrorKind::Internal,
          fmt::format("[infer] {} pictures need {} floats in and {} out; got {} and {}", count,
                      count * image_size, count * value_size, images.size(), out.size()));
  const auto workers = static_cast<std::size_t>(threads > 0 ? threads : processor_count());
  const std::vector<Job> jobs = jobs_of(count, workers);
  parallel_for(jobs.size(), threads, [&](std::size_t j) {
    const onednn::OneThread one_thread;
    const auto [first, batch] = jobs[j];
    const std::size_t pictures = kBatchSizes[batch];
    network_->batches[batch].run(images.subspan(first * image_size, pictures * image_size),
                                 out.subspan(first * value_size, pictures * value_size));
  });
}

const Shape& NativeExecutor::input_shape() const { return network_->input; }
const Shape& NativeExecutor::output_shape(std::size_t index) const { return network_->outputs.at(index); }

}  // namespace giemsa
