#include "giemsa/infer/native_executor.h"

#include <fmt/format.h>

#include <array>
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

/// Pictures that one thread runs at once where there are enough of them: the late layers' weights then come
/// from memory once for all of them.
constexpr std::size_t kGroup = 8;

}  // namespace

struct NativeExecutor::Network {
  Shape input;
  std::vector<Shape> outputs;
  std::size_t output_size = 0;  // of all of them, in floats
  Plan plan;
  std::vector<CompiledStep> steps;  // for one picture

  IdlePool<Workspace> workspaces;

  /// The same for kGroup pictures at once; compiled when they are first needed.
  const std::vector<CompiledStep>& group_steps() {
    std::call_once(grouped, [&] { steps_of_group = for_several(plan, steps, kGroup); });
    return steps_of_group;
  }
  IdlePool<Workspace> group_workspaces;

 private:
  std::once_flag grouped;
  std::vector<CompiledStep> steps_of_group;
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
  const std::size_t groups = count >= kGroup * workers ? count / kGroup : 0;
  const std::size_t singles = count - groups * kGroup;
  parallel_for(groups + singles, threads, [&](std::size_t job) {
    const onednn::OneThread one_thread;
    const bool group = job < groups;
    const std::size_t first = group ? job * kGroup : groups * kGroup + (job - groups);
    const std::size_t pictures = group ? kGroup : 1;
    (group ? network_->group_workspaces : network_->workspaces)
        .with(
            [&] {
              return std::make_unique<Workspace>(network_->plan,
                                                 group ? network_->group_steps() : network_->steps, pictures);
            },
            [&](Workspace& workspace) {
              workspace.run(images.subspan(first * image_size, pictures * image_size),
                            out.subspan(first * value_size, pictures * value_size));
            });
  });
}

const Shape& NativeExecutor::input_shape() const { return network_->input; }
const Shape& NativeExecutor::output_shape(std::size_t index) const { return network_->outputs.at(index); }

}  // namespace giemsa
