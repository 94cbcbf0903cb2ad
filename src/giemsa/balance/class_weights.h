#pragma once
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace giemsa {

/// "none", "balanced", "sqrt", "effective".
std::span<const std::string_view> class_weight_names();

/// Weights of classes of n_k pictures, n in all, K classes:
///   none       1
///   balanced   n / (K n_k), as scikit-learn's compute_class_weight
///   sqrt       the square root of that
///   effective  (1 - β) / (1 - β^n_k), the inverse of the effective number of samples
///              (Cui et al. 2019, arXiv 1901.05555); 0 <= beta < 1
/// multiplied by one number such that their mean over all pictures is 1 (which balanced has by itself; Cui et
/// al. make it 1 over the classes). Throws Usage for another name or β, Data for a class without pictures.
std::vector<double> class_weights(std::string_view name, std::span<const std::size_t> counts, double beta);

}  // namespace giemsa
