#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "giemsa/image/preprocess.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

/// A trained model, or an ensemble, whose answers another network learns (knowledge distillation: Hinton et
/// al. 2015, arXiv 1503.02531). It sees the very views that the student sees, mixing included, as Beyer et
/// al. 2021 (arXiv 2106.05237) advise, in their size.
///
///     const Teacher teacher(read_model("big_run"), classes, student_preprocess);
///     teacher.teach(images, 0.5, threads, targets);
class Teacher {
 public:
  /// classes, preprocess: of the student. Throws Usage when the teacher has other classes, or a network that
  /// cannot see pictures of that size; Model when its weights do not fit.
  Teacher(Model model, const std::vector<std::string>& classes, const Preprocess& preprocess);

  /// targets ← (1 - weight) · targets + weight · the teacher's probabilities (the mean of an ensemble's).
  /// images: [N, S, S, 3] f32, normalised for the student; targets: [N, K] f32. threads: 0 means one per
  /// processor; the bits do not depend on it. Safe to use from several threads at once.
  void teach(std::span<const float> images, double weight, int threads, std::span<float> targets) const;

 private:
  /// A network, and what takes each of the student's channels to one of its own: scale · value + shift.
  struct Member {
    NativeExecutor network;
    std::array<float, 3> scale, shift;
    std::array<int, 3> source;
  };
  static Member make_member(Model& model, const Preprocess& student);

  std::size_t classes_;
  std::vector<Member> members_;
};

}  // namespace giemsa
