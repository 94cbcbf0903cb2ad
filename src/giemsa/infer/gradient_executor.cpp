#include "giemsa/infer/gradient_executor.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/infer/compile.h"
#include "giemsa/infer/gradient_compile.h"
#include "giemsa/infer/gradient_plan.h"
#include "giemsa/infer/idle_pool.h"
#include "giemsa/infer/onednn.h"
#include "giemsa/infer/workspace.h"

namespace giemsa {

namespace {

/// A workspace and the class that its seed asks for.
struct Session {
  std::shared_ptr<int> class_index;
  Workspace workspace;
};

}  // namespace

struct GradientExecutor::Network {
  Shape input;
  std::size_t classes = 0, output_size = 0;  // output_size: of all outputs, in floats
  std::vector<Shape> taps;
  GradientPlan plan;
  std::vector<CompiledStep> steps;  // one per step of the plan but the first; the seed's is made per session
  IdlePool<Session> sessions;

  std::unique_ptr<Session> new_session() const {
    auto class_index = std::make_shared<int>(-1);
    std::vector<CompiledStep> own = steps;
    own[plan.forward_steps() - 1] = compile_seed(classes, class_index);
    return std::make_unique<Session>(Session{class_index, Workspace(plan.plan, own)});
  }
};

GradientExecutor::GradientExecutor(const Graph& graph, StateDict weights, std::span<const NodeId> taps)
    : network_(std::make_unique<Network>()) {
  network_->input = graph.input_shape();
  network_->classes = static_cast<std::size_t>(graph.output_shape().size());
  network_->plan = make_gradient_plan(graph, taps);
  for (const NodeId tap : taps) network_->taps.push_back(graph.nodes[tap].shape);
  const Plan& plan = network_->plan.plan;
  for (const int output : plan.outputs) network_->output_size += plan.steps[output].size;

  const std::size_t forward = network_->plan.forward_steps();
  std::vector<std::vector<std::size_t>> back(forward);  // by step of the way forward: its steps back
  for (std::size_t s = forward + 1; s < plan.steps.size(); ++s)
    back[static_cast<std::size_t>(std::max(network_->plan.backward[s - forward].of, 0))].push_back(s);
  network_->steps.resize(plan.steps.size() - 1);
  // A step's tensors go as soon as both its ways are packed: no other step reads them.
  parallel_for(forward, 0, [&](std::size_t s) {
    const onednn::OneThread one_thread;
    const Step& step = plan.steps[s];
    if (s > 0) network_->steps[s - 1] = compile_step(graph, plan, step, weights);
    for (const std::size_t b : back[s]) {
      network_->steps[b - 1] =
          compile_backward(graph, network_->plan.backward[b - forward], step, plan.steps[b].size, weights);
    }
    const auto release = [&](NodeId node) {
      for (const int p : graph.nodes[node].params) weights.at(graph.params[p].name).data.reset();
    };
    release(step.node);
    std::ranges::for_each(step.scales, release);
  });
}

GradientExecutor::~GradientExecutor() = default;
GradientExecutor::GradientExecutor(GradientExecutor&&) noexcept = default;
GradientExecutor& GradientExecutor::operator=(GradientExecutor&&) noexcept = default;

GradientExecutor::Result GradientExecutor::run(std::span<const float> image, int class_index) const {
  const auto picture_size = static_cast<std::size_t>(network_->input.size());
  require(image.size() == picture_size, ErrorKind::Internal,
          fmt::format("[infer] a picture needs {} floats; got {}", picture_size, image.size()));
  require(class_index >= -1 && class_index < classes(), ErrorKind::Internal,
          fmt::format("[infer] class {} asked for; the network has {}", class_index, classes()));
  std::vector<float> out(network_->output_size);
  network_->sessions.with([&] { return network_->new_session(); },
                          [&](Session& session) {
                            const onednn::OneThread one_thread;
                            *session.class_index = class_index;
                            session.workspace.run(image, out);
                          });
  const float* from = out.data();
  const auto next = [&](std::size_t size) {
    std::vector<float> values(from, from + size);
    from += size;
    return values;
  };
  Result result{next(network_->classes), {}};
  for (const Shape& shape : network_->taps) {
    const auto size = static_cast<std::size_t>(shape.size());
    Tap tap{next(size), {}};
    tap.gradient = next(size);
    result.taps.push_back(std::move(tap));
  }
  return result;
}

const Shape& GradientExecutor::input_shape() const { return network_->input; }
int GradientExecutor::classes() const { return static_cast<int>(network_->classes); }
std::size_t GradientExecutor::tap_count() const { return network_->taps.size(); }
const Shape& GradientExecutor::tap_shape(std::size_t tap) const { return network_->taps.at(tap); }

}  // namespace giemsa
