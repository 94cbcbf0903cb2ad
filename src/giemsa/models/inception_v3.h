#pragma once
#include "giemsa/graph/flavour.h"
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// Inception-v3 (Szegedy et al. 2015, arXiv 1512.00567, table 1) without the auxiliary classifier, which only
/// its training has a use for. Names follow torchvision's state dict. torchvision: batch norms scale, average
/// pooling counts the padding. Keras: neither.
Graph build_inception_v3(const ModelOptions& options, Flavour flavour);

}  // namespace giemsa
