// Matching with '*', and nothing else, as ECR's WILDCARD filters do.
#pragma once

#include <string_view>

namespace berth::model {

// '*' stands for any number of characters, none included. All of `text` must match. Time: at most
// |pattern| * |text|, no recursion, no memory.
bool wildcard_match(std::string_view pattern, std::string_view text);

}  // namespace berth::model
