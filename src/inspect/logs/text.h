#pragma once
#include <string>
#include <string_view>

namespace rounds {

/// What entries of the same kind have in common: quoted text, numbers and hexadecimal left out, one line, at most 300
/// bytes. `duration: 5 ms  statement: …` and its like lose the statement.
std::string normalised(std::string_view message);

/// One line for people, at most 300 bytes: quoted text that is not the name of an object, a role or a file is left out,
/// and so is what follows `statement:`.
std::string redacted(std::string_view message);

/// Text that no terminal, page or database stumbles over: control characters as spaces, bytes that are no UTF-8 as `?`,
/// cut at a character's end.
std::string harmless(std::string_view text, std::size_t most);

}  // namespace rounds
