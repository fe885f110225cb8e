#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace rounds {

/// Reads one object of texts and numbers, as logs write them, without building it: calls `field` for each key in its
/// order. Texts are unescaped; numbers and words are passed as written; nested values are passed over. False where the
/// text ends or is no JSON; the fields before that were passed on. The views are valid during the call.
bool read_flat_json(std::string_view text,
                    const std::function<void(std::string_view key, std::string_view value)>& field);

}  // namespace rounds
