#include "giemsa/serve/host_guard.h"

#include <algorithm>
#include <string_view>

#include "giemsa/core/text.h"

namespace giemsa {
namespace {

/// A host without its port; nothing where what stands behind it is no port.
std::string_view without_port(std::string_view host) {
  const std::size_t bracket = host.starts_with('[') ? host.find(']') : 0;
  if (bracket == std::string_view::npos) return {};
  const std::size_t colon = host.find(':', bracket);
  const std::string_view name = host.substr(0, colon);
  if (bracket > 0 && name.size() != bracket + 1) return {};
  if (colon != std::string_view::npos &&
      host.find_first_not_of("0123456789", colon + 1) != std::string_view::npos)
    return {};
  return name;
}

}  // namespace

HostGuard::HostGuard(const ServeOptions& options, const Listener& listener) {
  if (!listener.is_loopback || options.token) return;
  const bool is_v6 = options.host.find(':') != std::string::npos;
  names_ = {"localhost", "127.0.0.1", "[::1]", to_lower(is_v6 ? "[" + options.host + "]" : options.host),
            std::string(without_port(listener.address))};
}

bool HostGuard::allows(const Asked& asked) const {
  if (names_.empty() || (asked.is_http_1_0 && asked.host.empty())) return true;
  return std::ranges::find(names_, to_lower(without_port(asked.host))) != names_.end();
}

Reply HostGuard::refusal() const {
  return giemsa::refusal(421, "usage", "this service does not answer under that name",
                         "ask localhost; under other names with --token-file, or let the proxy set Host");
}

}  // namespace giemsa
