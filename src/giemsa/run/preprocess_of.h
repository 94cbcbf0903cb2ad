#pragma once
#include "giemsa/image/preprocess.h"
#include "giemsa/run/config.h"

namespace giemsa {

/// The road from a picture to the input of the network that the configuration names: its crop, its size, and
/// the normalisation that the network's published weights expect. Throws Usage for an unknown network.
Preprocess preprocess_of(const Config& config);

}  // namespace giemsa
