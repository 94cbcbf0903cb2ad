#pragma once
#include "giemsa/serve/asked.h"
#include "giemsa/serve/reply.h"

namespace giemsa {

/// A file of the page, by its name. 304 where the client has it, 404 where there is none. Nothing is read
/// from the disk.
Reply page_reply(std::string_view name, const Asked& asked);

/// Headers of every answer, for browsers: its type is not guessed, and no other site may use it.
void add_security_headers(Reply& reply);

}  // namespace giemsa
