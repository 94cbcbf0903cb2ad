#pragma once
#include <string>
#include <vector>

#include "giemsa/serve/asked.h"
#include "giemsa/serve/listener.h"
#include "giemsa/serve/options.h"
#include "giemsa/serve/reply.h"

namespace giemsa {

/// Keeps pages of other sites from reading answers by DNS rebinding: a name of theirs that is made to lead to
/// this machine looks to the browser like their own site. Where only this machine can ask and no token is
/// needed, requests must therefore name one of the names of this machine; of other services the names are not
/// known, and a token is what such pages do not have.
class HostGuard {
 public:
  HostGuard(const ServeOptions& options, const Listener& listener);

  /// Whether its Host is localhost, 127.0.0.1, [::1], --host or the listener's address, with any port. A
  /// request of HTTP/1.0 may have none: browsers send it.
  bool allows(const Asked& asked) const;
  /// To others: 421.
  Reply refusal() const;

 private:
  std::vector<std::string> names_;  ///< none: all are allowed
};

}  // namespace giemsa
